"""What the guides for coders show is what the commands do."""

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pyoxigraph as ox
import yaml
from typer.testing import CliRunner

from ukfr_graph.cli import app
from ukfr_graph.documents import read_document
from ukfr_graph.records import to_records
from ukfr_graph.resources import data_folder, ontology_folder
from ukfr_graph.shorthand import write_out

ROOT = Path(__file__).resolve().parents[2]
STATEMENT = "statements/uk-fr-2016-08-30.yaml"


def blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / guide).read_text("utf-8"), re.DOTALL)


def run(command: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, command.split()[1:])
    return result.exit_code, result.stdout


def test_the_check_that_is_shown_shows_what_the_guide_shows(tmp_path: Path) -> None:
    folder = tmp_path / "isles"
    shutil.copytree(ROOT / "tests/workspaces/norland-isles", folder)
    path = folder / "statements/no-is-2021-03-02.yaml"
    path.write_text(path.read_text("utf-8").replace("government/isles", "government/isle"), "utf-8")
    (shown,) = blocks("check.md", "text")
    assert run(f"ukfr-graph check --data {folder}") == (1, shown)


def test_the_bundled_data_pass_the_check_that_is_shown() -> None:
    (command,) = blocks("check.md", "console")
    code, shown = run(command.removeprefix("$ "))
    assert (code, shown.splitlines()[-1]) == (0, "nothing is wrong")


def test_the_command_that_shortens_changes_no_line_of_what_is_short(tmp_path: Path) -> None:
    shutil.copytree(data_folder() / "statements", tmp_path / "data/statements")
    (command,) = blocks("records.md", "console")
    before = (tmp_path / "data" / STATEMENT).read_text("utf-8")
    code, _ = run(re.sub(r"statements/\S+", f"{tmp_path}/data/{STATEMENT}", command.removeprefix("$ ")))
    assert code == 0
    assert (tmp_path / "data" / STATEMENT).read_text("utf-8") == before
    told = re.search(r"took ([\d,]+) lines before, and (\d+) after", (ROOT / "docs/records.md").read_text("utf-8"))
    assert told
    assert int(told[2]) == len(before.splitlines())


def test_the_records_that_are_shown_are_valid_and_read(tmp_path: Path) -> None:
    first, shown = blocks("records.md", "yaml")
    schema = json.loads((ontology_folder() / "records.schema.json").read_text("utf-8"))
    assert first == f"# yaml-language-server: $schema={schema['$id']}\n"
    jsonschema.validate(yaml.load(shown, yaml.BaseLoader), schema)
    path = tmp_path / "pact.yaml"
    path.write_text(shown, "utf-8")
    triples = to_records(write_out(read_document(path, tmp_path))).triples
    values = {t.object.value for t in triples if isinstance(t.object, ox.Literal)}
    assert {"Build 2 ferries", "Ambas construirán 2 transbordadores.", "we will", "without delay"} <= values
