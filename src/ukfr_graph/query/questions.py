"""Questions of our own: each is a file beside the code that asks it, which SPARQL tools read as it is.

What differs from one asking to the next is never spliced in as text: a variable is bound as a parameter, and a list
of terms takes the place of the example that a file has between the brackets of its ``VALUES``.
"""

from __future__ import annotations

import re
from functools import cache

from ukfr_graph.resources import package_folder

_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)


@cache
def read_question(room: str, name: str) -> str:
    """Read a question by the folder that it lies in, such as ``site/timeline``, and its name; without its comments.

    >>> print(read_question("site/thing", "graphs").partition("SELECT")[2].strip())
    DISTINCT ?node ?graph WHERE { GRAPH ?graph { ?node ?property ?value } }
    """
    return _COMMENT.sub("", (package_folder() / room / f"{name}.rq").read_text("utf-8"))


def give_values(question: str, variable: str, terms: str) -> str:
    """Ask about these terms, written as in SPARQL and divided by blanks, wherever a variable has a list of values.

    >>> give_values("ASK { VALUES ?s { ukfr:Pledge } ?s ?p ?o }", "s", "<urn:a> <urn:b>")
    'ASK { VALUES ?s { <urn:a> <urn:b> } ?s ?p ?o }'

    Raises:
        ValueError: the variable has no list.
    """
    asked, found = re.subn(
        rf"VALUES \?{variable} {{[^{{}}]*}}", lambda _: f"VALUES ?{variable} {{ {terms} }}", question
    )
    if not found:
        raise ValueError(f"The question has no VALUES ?{variable} {{ … }}.")
    return asked


def ask_about(question: str, variable: str, terms: str) -> str:
    """Ask of these terms alone, written as for ``give_values``, a question that has no list of values.

    They come first, so that an engine looks up what it is asked about before anything else.

    >>> ask_about("ASK WHERE { ?s ?p ?o }", "s", "<urn:a>")
    'ASK WHERE { VALUES ?s { <urn:a> } ?s ?p ?o }'

    Raises:
        ValueError: the question has no ``WHERE {``.
    """
    asked, found = re.subn(r"WHERE\s*{", lambda _: f"WHERE {{ VALUES ?{variable} {{ {terms} }}", question, count=1)
    if not found:
        raise ValueError("The question has no WHERE { … }.")
    return asked


def limit_rows(question: str, most: int) -> str:
    """Ask for one row more than are shown, so that it is known whether the answer was cut."""
    return f"{question}LIMIT {most + 1}\n"
