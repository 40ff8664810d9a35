#!/usr/bin/env python3
"""Plays the gateway against a porter: every promise of docs/porter-protocol.md that can be seen from outside.

    porter_test.py PORTER [pattern]      needs root, python3 and the usual commands of a Debian; no network

The tests are in porter_*.py, by what they are about, and run in the order in which they are imported; gateway_side.py and process_table.py are what they share.
"""
import os
import sys

import porter_processes
import porter_environment
import porter_terminals
import porter_hangups
import porter_connections
import porter_sockets
from gateway_side import TESTS, Gateway
from process_table import porters
from harness import attempt, default_signals, equal, eventually, kill_all
from porter_whole import WHOLE


def run_all(start, whole):
    """The tests that share a gateway, which `start` makes, and those that have the whole porter."""
    program, pattern = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    default_signals()
    results = []
    chosen = [t for t in TESTS if pattern in t.__name__]
    if chosen:
        gw = start(program)
        for function in chosen:
            results.append(attempt(function.__name__, lambda: function(gw)))

        def nothing_left():
            eventually(lambda: gw.stat()["tasks"] == 0, "no task left")
            log = gw.log()
            assert "Sanitizer" not in log and "runtime error" not in log, log
            equal(gw.stop(), 0)
        results.append(attempt("nothing is left", nothing_left))
    for function in whole:
        if pattern in function.__name__:
            results.append(attempt(function.__name__, lambda: function(program)))
    results.append(attempt("no process is left", lambda: eventually(lambda: not porters(program), "no porter left: " + str(porters(program)), 10)))
    kill_all(porters(program))
    print(f"{sum(results)} of {len(results)} passed: {os.path.basename(program)}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(run_all(lambda program: Gateway(program, grace=1000), WHOLE))
