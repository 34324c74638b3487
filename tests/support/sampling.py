"""Many cases of one behaviour: the ordinary step asks some of them, and the exhaustive step the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sample(cases: Iterable[Any], every: int) -> list[Any]:
    """Return all cases, of which the ordinary step asks the first, the one after ``every``, and so on.

    A case of several arguments is a tuple.
    """
    return [
        case
        if number % every == 0
        else pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.exhaustive)
        for number, case in enumerate(cases)
    ]
