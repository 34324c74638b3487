"""One name for one thing: no two modules and no two classes of the package are called the same."""

from __future__ import annotations

import ast
from collections import defaultdict

from ukfr_graph.resources import package_folder

CONVENTIONAL = {"page", "model", "run", "__init__", "__main__"}
"""What every room may have; modules of ``cli`` are named after their group of commands."""

PROPOSED = "drafting/"
"""Its modules and classes are the nouns of a record as they are proposed from a text (a figure, a role), before it is one:
they are compared with one another, and not with those of the record."""

STIFF = {"Give", "Gives", "What", "Whether"}


def test_no_name_stands_for_two_things() -> None:
    modules, classes = defaultdict(list), defaultdict(list)
    for path in package_folder().rglob("*.py"):
        place = path.relative_to(package_folder()).as_posix()
        if path.stem not in CONVENTIONAL and not place.startswith("cli/"):
            modules[path.stem, place.startswith(PROPOSED)].append(place)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name, place.startswith(PROPOSED)].append(place)
    assert [places for found in (modules, classes) for places in found.values() if len(places) > 1] == []


def test_docstrings_begin_with_a_noun_or_a_plain_verb() -> None:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    stiff = [
        f"{path.name}: {text}"
        for path in package_folder().rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, documented) and (text := ast.get_docstring(node)) and text.split()[0] in STIFF
    ]
    assert stiff == []
