"""Adds up test reports in JUnit's format and names what failed.

    tally.py REPORT.xml…    prints "PASSED FAILED SKIPPED", then a line for each failure on stderr
"""

import sys
import xml.etree.ElementTree as ElementTree


def tally(path: str) -> tuple[int, int, int]:
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname', '')}: {case.get('name', '')}"
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"       {name}", file=sys.stderr)
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


if __name__ == "__main__":
    totals = [sum(column) for column in zip(*map(tally, sys.argv[1:]))]
    print(*(totals or [0, 0, 0]))
