"""One Local Administrator and a queue of requests, in SimPy: an oracle for the rehearsal's.

People ask at random around the clock. Some time later the request is noticed, and waits until the administrator is free
and at work. Prints the mean wait of
each replicate in seconds, from the asking until the administrator takes the request up.

    python3 administrator_queue.py '{"between": 1920, "notices": 2700, ...}'
"""

import json
import math
import random
import sys

import simpy

DAY = 86_400


def open_now(now, is_):
    """Whether it is a working day, within the hours; the first day is a Monday."""
    return int(now // DAY) % 7 < 5 and is_["from"] <= now % DAY < is_["to"]


def opening(now, is_):
    """The next time that a working day reaches the first hour."""
    day = int(now // DAY)
    while int(day) % 7 >= 5 or day * DAY + is_["from"] <= now:
        day += 1
    return day * DAY + is_["from"]


def request(env, is_, rng, administrator, waits):
    asked = env.now
    yield env.timeout(rng.expovariate(1 / is_["notices"]))
    with administrator.request() as turn:
        yield turn
        if not open_now(env.now, is_):
            yield env.timeout(opening(env.now, is_) - env.now)
        waits.append(env.now - asked)
        sigma = math.log(is_["p95"] / is_["median"]) / 1.6448536269514722
        yield env.timeout(is_["median"] * math.exp(sigma * rng.gauss(0, 1)))


def requests(env, is_, rng, administrator, waits):
    while True:
        yield env.timeout(rng.expovariate(1 / is_["between"]))
        env.process(request(env, is_, rng, administrator, waits))


def main():
    is_ = json.loads(sys.argv[1])
    for replicate in range(is_["replicates"]):
        env = simpy.Environment()
        rng = random.Random(replicate)
        waits = []
        env.process(requests(env, is_, rng, simpy.Resource(env, capacity=1), waits))
        env.run(until=is_["days"] * DAY)
        print(sum(waits) / len(waits))


if __name__ == "__main__":
    main()
