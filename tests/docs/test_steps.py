"""No test is lost between the steps: each is in one of them, and what must pass before anything lands is all of them."""

import re
from itertools import chain, combinations
from pathlib import Path

from _pytest.mark.expression import Expression

ROOT = Path(__file__).resolve().parents[2]
MARKS = ("exhaustive", "programs")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
USUAL = re.findall(r"(?m)^MARKED := (.*)$", MAKEFILE)[0]
STEPS = {
    name: chosen.replace("$(MARKED)", USUAL)
    for name, chosen in re.findall(r'(?m)^(\w+): .*\n\t\$\(PYTEST\) -m "?([^"\n]*)"?$', MAKEFILE)
}


def is_chosen(chosen: str, marks: tuple[str, ...]) -> bool:
    def has(name: str, /, **_: str | int | bool | None) -> bool:
        return name in marks

    return Expression.compile(chosen).evaluate(has)


def test_a_test_with_any_marks_is_in_exactly_one_step() -> None:
    assert set(STEPS) == {"test", "programs", "exhaustive"}
    for marks in chain.from_iterable(combinations(MARKS, n) for n in range(len(MARKS) + 1)):
        assert sum(is_chosen(chosen, marks) for chosen in STEPS.values()) == 1, marks


def test_what_must_pass_runs_all_tests_and_the_static_checks() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert re.search(r"(?m)^make test MARKED= ", script)
    assert re.search(r"(?m)^make check$", script)
