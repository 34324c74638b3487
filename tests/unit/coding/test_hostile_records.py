"""Records that are written wrong, whatever is wrong in them: the check, the workbench and drafting tell it in words."""

import copy
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.coding import FERRIES, NAME, PIER, make_root
from ukfr_graph.build.findings import Checker
from ukfr_graph.coding.act_gate import check_records
from ukfr_graph.coding.coding_files import CodingFiles
from ukfr_graph.drafting.texts import read_source_text
from ukfr_graph.errors import UkfrError
from ukfr_graph.site.coding.offered_names import list_names
from ukfr_graph.site.coding.sheet import make_sheet
from ukfr_graph.workspace import read_workspaces

HEAD = "'@context':\n  - https://w3id.org/ukfr/context.jsonld\n  - '@base': https://example.org/isles/id/\n"
BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
TEXTS = (
    "", "\x00", "a\x00b: c", "\tx: y", "~", "scalar", "'@graph': [", HEAD + "'@graph': null\n", HEAD + "'@graph': {}\n",
    HEAD + "'@graph':\n  - []\n", HEAD + "'@graph':\n  - id: x\n    id: y\n", BOMB, HEAD + BOMB + "'@graph': *i\n",
    "[" * 20_000, "{a: " * 20_000, "- " * 20_000, "x: " + "[" * 5_000 + "]" * 5_000, "? [a]\n: b\n", "<<: {a: b}\n",
    "%YAML 1.1\n---\na: b\n---\nc: d\n", "!!python/object/apply:os.system ['id']", "a: " + "9" * 10_000 + "\n",
    HEAD + "defaults:\n'@graph':\n  - id: clause/a/b\n", HEAD + "defaults: {we: [[]], reasons: []}\n'@graph':\n  - Pledge: [a]\n",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, "", [], {}, [[]], [None], 5, True, {"a": {"b": ["c"]}}, ["x", {"id": "clause/x/y"}], {"en": ["a", "b"]},
    {"": ""}, {"@id": "x"}, {"@value": 1}, {"type": []}, "http://[bad", "a b\tc", "../../etc/passwd", "~",
)  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_root(tmp_path_factory.mktemp("hostile") / "isles")


def read_all(root: Path) -> None:
    """Do what reads the records of a workspace; a fault that is told in words is none."""
    with suppress(UkfrError):
        Checker().check(read_workspaces([root]))
    with suppress(UkfrError):
        read_source_text(NAME, read_workspaces([root]))
    with suppress(UkfrError):
        state = CodingFiles(root, NAME).read()
        for chosen in ("", PIER, FERRIES, f"statement/{NAME}"):
            list_names(state, make_sheet(state, chosen))
        check_records(state.files)


def list_files(root: Path) -> list[Path]:
    return [path for path in sorted(root.rglob("*.yaml")) if path.is_file()]


def find_places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from find_places(inner, (*path, key))


@pytest.mark.parametrize("text", TEXTS)
def test_a_file_that_is_no_file_of_records_is_told_in_words(tmp_path: Path, text: str) -> None:
    root = make_root(tmp_path / "isles")
    path = root / f"statements/{NAME}.yaml"
    path.write_text(text, "utf-8")
    read_all(root)
    with pytest.raises(UkfrError):
        CodingFiles(root, NAME).perform("undo", "", coder="coder/isles-desk")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_value_of_any_type_at_any_key_of_any_record_is_told_in_words(root: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list_files(root)))
    before = path.read_text("utf-8")
    content = yaml.load(before, yaml.BaseLoader)  # plain texts alone
    place = data.draw(st.sampled_from(list(find_places(content))))
    changed: Any = copy.deepcopy(content)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = data.draw(st.sampled_from(ODD))
    try:
        path.write_text(yaml.safe_dump(changed, sort_keys=False, allow_unicode=True), "utf-8")
        read_all(root)
    finally:
        path.write_text(before, "utf-8")


@pytest.mark.parametrize("kind", ["gone", "folder", "loop", "device", "closed"])
def test_a_file_that_is_no_plain_file_is_told_in_words(tmp_path: Path, kind: str) -> None:
    root = make_root(tmp_path / "isles")
    for path in list_files(root):
        kept = path.read_bytes()
        path.unlink()
        match kind:
            case "folder":
                path.mkdir()
            case "loop":
                path.symlink_to(path)
            case "device":
                path.symlink_to("/dev/zero")
            case "closed":
                path.touch(0o000)
        read_all(root)
        if kind == "folder":
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(kept)
    shutil.rmtree(root)
