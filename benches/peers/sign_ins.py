"""The rehearsal's workload, cut down to what SimPy can say: every account signs in once a day, step by step.

A person is a process; a step takes as long as it nominally does; a message between parties is an event of its own, and
its handler is a few lines on the rows of dictionaries. There is no policy, no help and no trace, so that the comparison
flatters SimPy. Prints how many messages were delivered and how many seconds of the processor that took.

    python3 sign_ins.py ACCOUNTS DAYS [codes]
"""

import hashlib
import hmac
import random
import struct
import sys
import time

import simpy

DAY = 86_400.0
# Seconds that a step takes, and the messages that it causes: to whom, in order.
STEPS = [
    ("visit", 3.0, ["portal", "browser"]),
    ("password", 8.0, ["portal", "browser"]),
    ("tile", 2.0, ["portal", "self-service", "portal", "browser"]),
    ("code", 6.0, ["portal", "self-service", "portal", "workspace", "browser"]),
]


def code(secret, now):
    """A code of six digits (RFC 6238)."""
    digest = hmac.new(secret, struct.pack(">Q", int(now // 30)), hashlib.sha1).digest()
    at = digest[-1] & 15
    return (struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000


class World:
    def __init__(self, accounts, real):
        self.env = simpy.Environment()
        self.real = real
        self.messages = 0
        self.opened = 0
        self.rows = [
            {"password": i, "session": None, "secret": struct.pack(">IIIII", i, 1, 2, 3, 4), "last": -1, "page": ""}
            for i in range(accounts)
        ]

    def deliver(self, row, to, step):
        """One message: what the party does about it."""
        self.messages += 1
        now = self.env.now
        if to == "portal":
            if step == "password":
                row["session"] = now
            elif row["session"] is not None and now - row["session"] > 3600:
                row["session"] = None
        elif to == "self-service" and step == "code":
            fits = code(row["secret"], now) == row["typed"] if self.real else row["typed"] == int(now // 30)
            if fits and row["last"] < int(now // 30):
                row["last"] = int(now // 30)
        elif to == "workspace":
            self.opened += 1
        elif to == "browser":
            row["page"] = step

    def person(self, row, rng, days):
        env = self.env
        for day in range(days):
            yield env.timeout(day * DAY + 8 * 3600 + rng.random() * 3600 - env.now)
            for step, takes, messages in STEPS:
                yield env.timeout(takes)
                if step == "code":
                    row["typed"] = code(row["secret"], env.now) if self.real else int(env.now // 30)
                for to in messages:
                    self.deliver(row, to, step)
                    yield env.timeout(0)


def main():
    accounts, days = int(sys.argv[1]), int(sys.argv[2])
    world = World(accounts, sys.argv[3:] == ["codes"])
    rng = random.Random(1)
    for row in world.rows:
        world.env.process(world.person(row, rng, days))
    began = time.process_time()
    world.env.run()
    took = time.process_time() - began
    assert world.opened == accounts * days
    print(world.messages, took)


if __name__ == "__main__":
    main()
