"""The time of the tests by file: reads what pytest writes with ``--junit-xml`` and prints a table.

PYTEST_ADDOPTS=--junit-xml=/tmp/tests.xml make test
python benchmarks/durations.py /tmp/tests.xml
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

_MOST = 25


def measure(report: Path) -> dict[str, list[float]]:
    """Return the seconds of the clock of each test, by file."""
    found = defaultdict(list)
    for case in ElementTree.parse(report).iter("testcase"):
        found[case.get("classname", "").replace(".", "/") + ".py"].append(float(case.get("time", 0)))
    return dict(found)


def main() -> None:
    """Print the table of a report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="the file that pytest has written")
    files = measure(parser.parse_args().report)
    print("| file | tests | seconds |\n|---|---:|---:|")
    for file in sorted(files, key=lambda file: sum(files[file]), reverse=True)[:_MOST]:
        print(f"| `{file}` | {len(files[file])} | {sum(files[file]):.0f} |")
    count, seconds = sum(map(len, files.values())), sum(map(sum, files.values()))
    print(f"\nAll {len(files)} files: {count:,} tests, {seconds:,.0f} seconds.")


if __name__ == "__main__":
    main()
