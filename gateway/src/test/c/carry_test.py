#!/usr/bin/env python3
"""Plays the gateway against `porter --carry`: every test of a porter with a socket, and those of porter_carried.py.

    carry_test.py PORTER [pattern]      needs root, python3 and the usual commands of a Debian; no network
"""
import sys

from carried_side import CarriedGateway
from porter_carried import CARRIED
from porter_test import run_all

if __name__ == "__main__":
    sys.exit(run_all(lambda program: CarriedGateway(program, grace=1000), CARRIED))
