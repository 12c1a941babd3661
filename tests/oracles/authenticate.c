/* What liboath says of codes, under a clock that is set here.
 *
 * Reads lines, and answers each with one word:
 *   begin PERIOD DIGITS SECRET      a users file with this one user; "begun"
 *   typed NOW WINDOW CODE           oath_authenticate_usersfile: "accepted", "invalid", "replayed"
 *   fits ALGORITHM PERIOD DIGITS SECRET NOW WINDOW CODE   oath_totp_validate4: the step off, or "invalid"
 *   shown ALGORITHM PERIOD DIGITS SECRET NOW              oath_totp_generate2: the code
 * Secrets are hexadecimal. Usage: authenticate USERSFILE
 */
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static time_t set_clock;

/* liboath asks this for the time: the program's own `time` goes before the C library's. */
time_t time(time_t *into) {
    if (into) *into = set_clock;
    return set_clock;
}

static const char *users;

static void begin(unsigned period, unsigned digits, const char *secret) {
    FILE *file = fopen(users, "w");
    if (!file) { puts("no users file"); return; }
    fprintf(file, "HOTP/T%u/%u gwen - %s\n", period, digits, secret);
    fclose(file);
    puts("begun");
}

static const char *word(int code) {
    switch (code) {
    case OATH_OK: return "accepted";
    case OATH_INVALID_OTP: return "invalid";
    case OATH_REPLAYED_OTP: return "replayed";
    default: return oath_strerror_name(code);
    }
}

static int flags(const char *algorithm) {
    if (!strcmp(algorithm, "sha256")) return OATH_TOTP_HMAC_SHA256;
    if (!strcmp(algorithm, "sha512")) return OATH_TOTP_HMAC_SHA512;
    return 0;
}

/* The secret's bytes; NULL where it is not hexadecimal. */
static char *bytes(const char *hex, size_t *length) {
    static char out[64];
    *length = sizeof out;
    return oath_hex2bin(hex, out, length) == OATH_OK ? out : NULL;
}

int main(int count, char **arguments) {
    char line[512], algorithm[16], secret[160], code[16], shown[16];
    unsigned period, digits, window;
    long long now;
    size_t length;
    int off;
    if (count != 2 || oath_init() != OATH_OK) return 2;
    users = arguments[1];
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "begin %u %u %159s", &period, &digits, secret) == 3) {
            begin(period, digits, secret);
        } else if (sscanf(line, "typed %lld %u %15s", &now, &window, code) == 3) {
            time_t last;
            set_clock = now;
            puts(word(oath_authenticate_usersfile(users, "gwen", code, window, NULL, &last)));
        } else if (sscanf(line, "fits %15s %u %u %159s %lld %u %15s", algorithm, &period, &digits, secret, &now,
                          &window, code) == 7) {
            char *raw = bytes(secret, &length);
            int rc = strlen(code) != digits ? OATH_INVALID_OTP
                : oath_totp_validate4(raw, length, now, period, 0, window, &off, NULL, flags(algorithm), code);
            if (rc < 0) puts(word(rc)); else printf("%d\n", off);
        } else if (sscanf(line, "shown %15s %u %u %159s %lld", algorithm, &period, &digits, secret, &now) == 5) {
            char *raw = bytes(secret, &length);
            int rc = oath_totp_generate2(raw, length, now, period, 0, digits, flags(algorithm), shown);
            puts(rc == OATH_OK ? shown : word(rc));
        } else {
            puts("what?");
        }
    }
    return oath_done() == OATH_OK ? 0 : 2;
}
