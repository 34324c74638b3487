from pathlib import Path

from formatting import write_settings

TABLE = (Path(__file__).resolve().parents[2] / "docs/settings.md").read_text("utf-8")


def test_settings_are_documented_as_the_code_has_them() -> None:
    assert write_settings(TABLE) == TABLE, "make format"


def test_a_setting_that_is_new_or_gone_or_changed_is_written() -> None:
    stale = TABLE.replace("| `UKFR_PORT` | `8000` |", "| `UKFR_PORT` | `80` |").replace("`UKFR_HOST`", "`UKFR_GONE`")
    assert stale != TABLE
    assert write_settings(stale) == TABLE
