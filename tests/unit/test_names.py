"""One name for one thing: no two modules and no two classes of the package are called the same."""

from __future__ import annotations

import ast
from collections import defaultdict

from ukfr_graph.resources import package_folder

CONVENTIONAL = {"page", "sheets", "model", "run", "__init__", "__main__"}
"""What every room may have; modules of ``cli`` are named after their group of commands."""

KNOWN = {
    "application": "ASGI's word for what is called: that of the server, and that of the pages where there is none",
    "addresses": "where this server is, and where its pages are in it",
    "agreement": "of two coders, and the page of it",
    "drawing": "of networks, and of who is asked to do what",
    "findings": "of the whole check, and those of them that the coding room shows",
    "versions": "of a dataset on disk, and the difference of two",
    "layout": "the files of a dataset, and those of a site",
}
"""Modules that share a name, and why."""

PROPOSED = "drafting/"
"""Its modules are called after the parts of a record that they find in a text, as modules of the record's own parts are."""

STIFF = {"Give", "Gives", "What", "Whether", "How", "Where", "Which", "Who", "Whose", "That"}


def test_no_name_stands_for_two_things() -> None:
    names = defaultdict(list)
    for path in package_folder().rglob("*.py"):
        place = path.relative_to(package_folder()).as_posix()
        if path.stem not in CONVENTIONAL and not place.startswith("cli/"):
            names[PROPOSED * place.startswith(PROPOSED) + path.stem].append(place)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                names[node.name].append(place)
    twice = {name: places for name, places in names.items() if len(places) > 1}
    assert {name: places for name, places in twice.items() if name not in KNOWN} == {}
    assert set(KNOWN) <= set(twice), "take what is no longer there twice off the list"


def test_docstrings_begin_with_a_noun_or_a_plain_verb() -> None:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    stiff = [
        f"{path.name}: {text}"
        for path in package_folder().rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, documented) and (text := ast.get_docstring(node)) and text.split()[0] in STIFF
    ]
    assert stiff == []
