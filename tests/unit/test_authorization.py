from __future__ import annotations

import json
from pathlib import Path

import pytest

from ukfr_graph.errors import AuthorizationError, ForbiddenError, SettingsError
from ukfr_graph.service.gate import Gate, hash_token, read_gate
from ukfr_graph.settings import Settings


def gate(tmp_path: Path, **more: object) -> Gate:
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps([{"sha256": hash_token("t").hex(), "scopes": ["write"], "graphs": ["https://a/"]}]))
    return read_gate(Settings.model_validate({"write_tokens_file": path, **more}))


def test_a_known_token_passes_with_its_graphs(tmp_path: Path) -> None:
    assert gate(tmp_path).admit_writer("Bearer t", None) == ("https://a/",)
    assert gate(tmp_path).admit_writer("bearer  t ", "https://page.example") == ("https://a/",)


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic t", "t", "Bearer tt", "Bearer é"])
def test_any_other_does_not(tmp_path: Path, authorization: str | None) -> None:
    with pytest.raises(AuthorizationError):
        gate(tmp_path).admit_writer(authorization, None)


def test_without_tokens_nobody_writes_and_everybody_reads() -> None:
    with pytest.raises(ForbiddenError, match="UKFR_WRITE_TOKEN"):
        Gate().admit_writer("Bearer t", None)
    Gate().admit_reader(None)


def test_reading_can_be_made_to_need_a_token_too(tmp_path: Path) -> None:
    closed = gate(tmp_path, read_token_needed=True)
    with pytest.raises(AuthorizationError):
        closed.admit_reader(None)
    with pytest.raises(ForbiddenError, match="not for read"):
        closed.admit_reader("Bearer t")


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '[{"sha256": "short"}]', '[{"sha256": "%s", "extra": 1}]' % ("a" * 64)]
)
def test_a_file_that_is_not_understood_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(text)
    if text == "{}":
        assert read_gate(Settings(write_tokens_file=path)).grants == ()
        return
    with pytest.raises(SettingsError, match="ukfr-graph token"):
        read_gate(Settings(write_tokens_file=path))
