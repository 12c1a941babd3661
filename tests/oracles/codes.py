"""What pyotp makes of an enrolment's text and of codes.

Reads `URI TAB SECOND TAB WINDOW TAB CODE` a line; answers `SECRET TAB ISSUER TAB NAME TAB CODE TAB VERDICT`: what the
text says, the code of that second, and whether the code that was typed is taken in it.
"""

import datetime
import sys

import pyotp

for line in sys.stdin:
    uri, second, window, typed = line.rstrip("\n").split("\t")
    totp = pyotp.parse_uri(uri)
    at = datetime.datetime.fromtimestamp(int(second), datetime.timezone.utc)
    taken = "taken" if totp.verify(typed, for_time=at, valid_window=int(window)) else "not taken"
    print("\t".join([totp.secret, totp.issuer, totp.name, totp.at(at), taken]))
