"""Every question of our own: SPARQL that any tool reads, which the bundled dataset answers."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

from ukfr_graph import iris
from ukfr_graph.query import Executor
from ukfr_graph.query.questions import give_values
from ukfr_graph.resources import package_folder
from ukfr_graph.store import Term
from ukfr_graph.triples import literal

FILES = sorted(package_folder().rglob("*.rq"))
STATEMENT = ox.NamedNode(iris.ID + "statement/uk-fr-2016-08-30")
TERRORISM = ox.NamedNode(iris.VOCABULARY + "topic/terrorism")
CALAIS = ox.NamedNode(iris.ID + "place/calais")
GIVEN: dict[str, dict[str, Term]] = {
    "analysis/questions/clauses-in-section": {"section": ox.NamedNode(iris.ID + "section/uk-fr-2016-08-30/terrorism")},
    "analysis/questions/clauses-of-kind": {"kind": ox.NamedNode(iris.UKFR + "Pledge")},
    "analysis/questions/clauses-on-topic": {"topic": TERRORISM},
    "analysis/questions/later": {"day": literal("2000-01-01", "date")},
    "analysis/questions/office-holders": {"day": literal("2016-08-30", "date")},
    "agents/facts": {"node": CALAIS},
    "agents/references": {"node": CALAIS},
    "site/crawlers/things": {"base": ox.NamedNode(iris.BASE)},
    "query/beside": {"start": ox.Literal(iris.ID + "place/")},
    "site/compare/side": {"side": TERRORISM},
    "site/thing/graph-contents": {"graph": ox.NamedNode(iris.GRAPH + "entities")},
    "site/thing/graphs": {"node": CALAIS},
    "site/thing/mentions": {"node": CALAIS},
    "site/thing/stated": {"node": CALAIS},
    **{f"clauses/questions/{name}": {"clause": ox.NamedNode(iris.ID + "clause/uk-fr-2016-08-30/pnr-implementation")}
       for name in ("actors", "related")},
}  # fmt: skip
"""Parameters of a question; any other about a statement is asked about the bundled one."""


OF_USERS = {"site/thing/user-graphs.rq"}
"""Questions about what users have added, which the bundled dataset has none of."""


def name(path: Path) -> str:
    return path.relative_to(package_folder()).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_question_is_read_by_other_tools_and_answered_by_the_dataset(path: Path, executor: Executor) -> None:
    text = path.read_text("utf-8")
    prepareQuery(text, initNs=dict(iris.PREFIXES) if path.parent.name == "tables" else None)
    head = re.split("WHERE|GROUP", text.partition("SELECT")[2])[0]
    given = GIVEN.get(name(path).removesuffix(".rq"), {"statement": STATEMENT} if path.parent.name != "tables" else {})
    given = {variable: term for variable, term in given.items() if re.search(rf"\?{variable}\b", head)}
    if "?language" in head:
        given |= {"language": ox.Literal("fr")}
    results = executor.run(text, given).results
    assert not isinstance(results, ox.QueryBoolean)
    assert bool(list(results)) != (name(path) in OF_USERS), name(path)


def test_questions_stand_in_files_and_say_what_they_ask() -> None:
    inside = re.compile(r"\b(?:SELECT|CONSTRUCT|DESCRIBE)\b[^\n]*[?*]")
    allowed = {
        "store/remote.py": "what stands for a store of our own: graph names are spliced, and are IRIs",
        "store/union.py": "examples in docstrings, and the name of a form",
        "store/injection.py": "what engines elsewhere read; examples in docstrings",
        "store/remote_results.py": "a name that Virtuoso gives the answer to ASK",
        "endpoint/graph_store.py": "the Graph Store Protocol as SPARQL",
        "site/workbench/page.py": "examples for people, shown as they are",
        "site/graph/export.py": "an example for people",
        "site/openapi.py": "an example for people",
        "library/graph.py": "examples in docstrings",
        "query/executor.py": "examples in docstrings",
        "query/parameters.py": "examples in docstrings",
        "query/saved.py": "examples in docstrings",
        "query/search.py": "SQL",
        "query/search_names.py": "SQL",
        "query/search_words.py": "SQL",
        "store/text_index.py": "SQL",
    }
    found = {
        name(path)
        for path in package_folder().rglob("*.py")
        if any(inside.search(line) for line in path.read_text("utf-8").splitlines())
    }
    assert {path for path in found if path not in allowed and path.partition("/")[0] not in allowed} == set()
    for path in FILES:
        assert path.read_text("utf-8").startswith("#"), name(path)


def test_a_list_of_values_takes_the_place_of_the_example_as_it_is() -> None:
    text = "SELECT * { VALUES ?s { <urn:x> } VALUES ?t { <urn:x> } { VALUES ?s { <urn:x> } } }"
    asked = give_values(text, "s", r'"\\1 {"')
    assert asked.count(r'"\\1 {"') == 2
    assert asked.count("<urn:x>") == 1
    with pytest.raises(ValueError, match="VALUES"):
        give_values(text, "none", "<urn:y>")
