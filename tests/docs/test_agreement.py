"""The agreement that the documentation reports is the one that the two codings have."""

import runpy
from pathlib import Path

CODING = Path(__file__).resolve().parents[2] / "docs/coding"


def test_the_reported_agreement_is_the_computed_one() -> None:
    table: str = runpy.run_path(str(CODING / "agreement.py"))["table"]()
    assert table in (CODING / "README.md").read_text("utf-8"), "print it with: python docs/coding/agreement.py"
    assert table.count("\n") == 19


def test_the_reported_agreement_on_outcomes_is_the_computed_one() -> None:
    folder = CODING / "outcomes"
    table: str = runpy.run_path(str(folder / "agreement.py"))["table"]()
    readme = (folder / "README.md").read_text("utf-8")
    assert table in readme, "print it with: python docs/coding/outcomes/agreement.py"
