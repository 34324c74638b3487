from pathlib import Path

from ukfr_graph.settings import Settings

TABLE = (Path(__file__).resolve().parents[2] / "docs/settings.md").read_text("utf-8")


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    for name, field in Settings.model_fields.items():
        assert f"| `UKFR_{name.upper()}` | `{field.default}` | {field.description} |" in TABLE, (
            f"add to docs/settings.md: | `UKFR_{name.upper()}` | `{field.default}` | {field.description} |"
        )


def test_no_documented_setting_is_gone() -> None:
    documented = {line.split("`")[1].removeprefix("UKFR_").lower() for line in TABLE.splitlines() if "| `UKFR_" in line}
    assert documented == set(Settings.model_fields)
