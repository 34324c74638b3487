"""A workspace as its records are written in full, and in the short form."""

from pathlib import Path

import pytest

from support.coding import make_root


@pytest.fixture(params=["long", "short"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return make_root(tmp_path / "isles", short=request.param == "short")
