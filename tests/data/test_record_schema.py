"""The JSON Schema of records takes what curators write, in the long forms and the short ones, and refuses slips."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ukfr_graph.resources import data_folder, ontology_folder

SCHEMA = json.loads((ontology_folder() / "records.schema.json").read_text("utf-8"))
WORKSPACES = Path(__file__).parents[1] / "workspaces"
FILES = sorted(
    path
    for folder in (data_folder(), *WORKSPACES.iterdir())
    for path in folder.glob("*/**/*.yaml")
    if path.name != "workspace.yaml" and path.parent.name != "queries"
)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


class Loader(yaml.SafeLoader):  # type: ignore[misc]  # the library has no types
    """YAML as an editor reads it: days are texts."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader)


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_file_of_records_is_valid(path: Path) -> None:
    problems = [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in VALIDATOR.iter_errors(read(path))
    ]
    assert problems == []


PLACES = read(data_folder() / "entities/places.yaml")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("labell", {"en": "x"}),
        ("summary_", "x"),
        ("currency", "EUR"),
        ("type", "Placee"),
        ("documentDate", "30 August"),
        ("comparator", "arround"),
        ("@graph", []),
    ],
)
def test_a_slip_is_refused(key: str, value: Any) -> None:
    content = copy.deepcopy(PLACES)
    assert VALIDATOR.is_valid(content)
    content["@graph"][0][key] = value
    assert not VALIDATOR.is_valid(content)


def test_a_key_beside_the_records_is_refused() -> None:
    assert not VALIDATOR.is_valid({**PLACES, "defalts": {}})
    assert not VALIDATOR.is_valid({**PLACES, "defaults": {"codr": "coder/first"}})
