"""The saved queries as the workbench offers them: texts that can be asked as they are."""

from dataclasses import replace

import pytest

from queries.expected import ask
from ukfr_graph.query import Executor, SavedQuery, read_queries
from ukfr_graph.query.examples import fill
from ukfr_graph.query.saved_files import read_library
from ukfr_graph.site.workbench.page import list_examples

ASKABLE = [q for q in read_queries().values() if not q.services and not any(p.required for p in q.parameters)]


@pytest.mark.parametrize("query", ASKABLE, ids=[q.name for q in ASKABLE])
def test_a_text_with_its_defaults_answers_as_the_saved_query_does(executor: Executor, query: SavedQuery) -> None:
    spelled = replace(query, text=fill(query), parameters=())
    assert sorted(ask(executor, spelled, 1).splitlines()) == sorted(ask(executor, query, 1).splitlines())


def test_every_question_that_has_an_example_is_offered_in_both_languages() -> None:
    english, french = (list_examples(read_library(), language) for language in ("en", "fr"))
    assert {query.name for query in ASKABLE} <= {example.name for example in english}
    assert all(one.question and other.question != one.question for one, other in zip(english, french, strict=True))
    assert not any(example.query.startswith("#+") for example in english)
