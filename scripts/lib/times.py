"""times.py FILE ROOT: a table of how long the suites took that FILE tells of, and those that Maven has run in ROOT since.

FILE has lines of a time, `begin` or `end`, and the suite. A suite of Maven's takes from the start of its first class to the end of its
last; its classes may run side by side.
"""
import pathlib
import sys
import time
import xml.etree.ElementTree as xml

SUITES = [(module, plugin) for module in ("cli", "gateway") for plugin in ("surefire", "failsafe")]
NAMES = {"surefire": "unit and wire tests", "failsafe": "container tests"}


def steps(lines):
    """Seconds and name of each; one that has no end was the last, and failed."""
    begun = {}
    for line in lines:
        when, what, suite = line.split("\t")
        if what == "begin":
            begun[suite] = float(when)
        else:
            yield float(when) - begun.pop(suite), suite
    for suite, when in begun.items():
        yield time.time() - when, suite + " (failed)"


def classes(directory, since):
    """For each class of tests of this run: seconds, tests, name, when it began and ended."""
    for report in directory.glob("TEST-*.xml"):
        end = report.stat().st_mtime
        if end >= since:
            suite = xml.parse(report).getroot()
            seconds = float(suite.get("time").replace(",", ""))
            yield seconds, int(suite.get("tests")), suite.get("name").rpartition(".")[2], end - seconds, end


def maven(root, since):
    for module, plugin in SUITES:
        found = sorted(classes(root / module / "target" / f"{plugin}-reports", since), reverse=True)
        if found:
            wall = max(end for *_, end in found) - min(begin for *_, begin, _ in found)
            longest = ", ".join(f"{name} {seconds:.0f} s" for seconds, _, name, *_ in found[:3])
            yield wall, f"  {module}: {sum(tests for _, tests, *_ in found)} {NAMES[plugin]}, longest {longest}"


def main():
    file, root = map(pathlib.Path, sys.argv[1:3])
    lines = file.read_text().splitlines()
    if lines:
        print("time by suite:")
        for seconds, suite in steps(lines):
            print(f"{seconds:6.0f} s  {suite}")
            if suite.startswith("Maven"):
                for wall, text in maven(root, float(lines[0].split("\t")[0])):
                    print(f"{wall:6.0f} s  {text}")


main()
