#!/usr/bin/env python3
"""check.py: what scripts/metrics-check runs once it has an engine with the image."""

import argparse
import collections
import pathlib
import sys
import time
import traceback

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import account  # noqa: E402
import actions  # noqa: E402
import compare  # noqa: E402
import gateway  # noqa: E402
import held  # noqa: E402

PACE = 0.5  # seconds from one action to the next, at least
EVERY = 60  # seconds from one comparison to the next


def act(kind, problems):
    try:
        kind()
    except Exception as error:  # a defect of a client, or of the gateway: the account is not right any more
        problems.append(f"{kind.__name__}: {type(error).__name__}: {error}")
        print(problems[-1], traceback.format_exc(), file=sys.stderr, flush=True)


def run(options, do, server, checker):
    """Returns what differed, and what did not work at all."""
    def open_one():
        held.open_one(do)

    def close_one():
        held.close_one(do)

    def compare(when):
        problems.extend(checker.compare(when))

    kinds = do.kinds() | {open_one: 4, close_one: 3, server.reload: 1}
    every_kind = do.random.sample(list(kinds), len(kinds))  # also a short run does everything once
    problems, done = [], collections.Counter()
    began, every = time.monotonic(), min(EVERY, options.minutes * 30)
    end, due = began + options.minutes * 60, began + every
    act(do.prepare, problems)
    while (now := time.monotonic()) < end:
        if now >= due:
            act(lambda: compare(f"after {(now - began) / 60:.1f} minutes"), problems)
            due = time.monotonic() + every
        kind = every_kind.pop() if every_kind else do.random.choices(list(kinds), kinds.values())[0]
        done[kind.__name__] += 1
        act(kind, problems)
        time.sleep(max(0, now + PACE - time.monotonic()))
    act(lambda: compare("at the end, with what is open"), problems)
    while do.held:
        act(close_one, problems)
    act(lambda: compare("at the end, with nothing open"), problems)
    problems += server.drain(do)
    print(", ".join(f"{kind} {count}" for kind, count in sorted(done.items())))
    return problems


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    for name in ("scratch", "image"):
        parser.add_argument("--" + name, required=True)
    for name in ("minutes", "seed"):
        parser.add_argument("--" + name, type=int, required=True)
    options = parser.parse_args()
    server = gateway.Gateway(options.scratch, options.image)
    book = account.Account()
    do = actions.Actions(options.scratch, server.port, options.seed, book)
    checker = compare.Checker(do, server)
    server.start()
    try:
        problems = run(options, do, server, checker)
    finally:
        server.kill()
    print(checker.summary())
    for problem in problems[:60]:
        print("  " + problem)
    print(f"{len(problems)} differences in {checker.comparisons} comparisons of the metrics and the status with what happened "
          f"(seed {options.seed})")
    sys.exit(bool(problems))


main()
