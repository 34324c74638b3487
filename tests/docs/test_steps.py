"""No test is lost between the steps: each is in one of them, and what must pass before anything lands is all of them."""

import re
from itertools import chain, combinations
from pathlib import Path

from _pytest.mark.expression import Expression

ROOT = Path(__file__).resolve().parents[2]
MARKS = ("exhaustive", "programs")
STEPS = dict(re.findall(r'(?m)^(\w+): .*\n\t\$\(PYTEST\) -m "?([^"\n]*)"?$', (ROOT / "Makefile").read_text("utf-8")))


def is_chosen(chosen: str, marks: tuple[str, ...]) -> bool:
    return not chosen or Expression.compile(chosen).evaluate(lambda name, **_: name in marks)


def test_a_test_with_any_marks_is_in_exactly_one_step_and_in_everything() -> None:
    assert set(STEPS) == {"test", "programs", "exhaustive", "everything"}
    for marks in chain.from_iterable(combinations(MARKS, n) for n in range(len(MARKS) + 1)):
        steps = {name for name, chosen in STEPS.items() if is_chosen(chosen, marks)}
        assert len(steps) == 2, marks
        assert "everything" in steps


def test_what_must_pass_runs_everything_and_the_static_checks() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert re.search(r"(?m)^make everything\b", script)
    assert re.search(r"(?m)^  make check$", script)
