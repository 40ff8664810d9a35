"""repeated.py ROOT SINCE: the tests that failed in Maven's run in ROOT after SINCE, in seconds since 1970, and passed when Maven repeated them.

Prints one line for each, and what it failed with. Nothing is printed if there is none.
"""
import pathlib
import sys
import xml.etree.ElementTree as xml

LINES = 12  # of a trace; the whole one is in the report


def failures(root, since):
    for report in sorted(root.glob("*/target/*-reports/TEST-*.xml")):
        if report.stat().st_mtime >= since:
            for case in xml.parse(report).getroot().iter("testcase"):
                for failure in case.iter():
                    if failure.tag in ("flakyFailure", "flakyError"):
                        yield f"{case.get('classname')}.{case.get('name')}", failure.findtext("stackTrace") or failure.get("message") or ""


def main():
    found = list(failures(pathlib.Path(sys.argv[1]), float(sys.argv[2])))
    if found:
        print(f"tests that failed and passed when they were repeated: {len(found)}. Each is a defect of the test or of the program.")
    for test, trace in found:
        print(f"  {test}")
        print("".join(f"    {line}\n" for line in trace.splitlines()[:LINES]), end="")


main()
