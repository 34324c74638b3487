"""Errors in files and documents: what is no text, and what does not conform."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ukfr_graph.errors.message import Message, say
from ukfr_graph.errors.message import mark as _
from ukfr_graph.errors.tree import UkfrError


class TextError(UkfrError):
    """A file or body is not text in an encoding that is read here. ``line`` and ``column`` count from 1."""

    status = 400
    title = _("The text cannot be read")

    def __init__(self, detail: str | Message, line: int, column: int) -> None:
        template = _("line %(line)s, column %(column)s: %(detail)s; save it as UTF-8")
        super().__init__(template, detail=detail, line=line, column=column)
        self.detail, self.line, self.column = str(detail), line, column

    @property
    def members(self) -> dict[str, object]:
        """The position."""
        return {"line": self.line, "column": self.column}


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in the curated files, in the terms of the curator who will mend it.

    ``file`` is relative to the data folder where it lies in it; ``line`` counts from 1, 0 where unknown;
    ``record`` is the record's identifier; ``rule`` names the rule that is broken; ``value`` is the value or the
    property that breaks it, as an IRI or a text, where there is one. ``message`` and ``fix``
    are in English, and in other languages where they are messages.
    """

    file: str
    line: int
    record: str
    rule: str
    message: str
    fix: str
    value: str = ""

    def __str__(self) -> str:
        """Return the problem in one paragraph: where, what, and what to do."""
        return self.say(str)

    def say(self, gettext: Callable[[str], str]) -> str:
        """Return the same in the language of a catalogue, as far as it is told in messages."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        who = f" [{self.record}]" if self.record else ""
        fix = gettext(_("fix: %(fix)s")) % {"fix": say(self.fix, gettext)}
        return f"{where}:{who} {self.rule}: {say(self.message, gettext)}\n    {fix}"


class DataError(UkfrError):
    """The curated files do not conform; ``problems`` lists every fault found."""

    exit_code = 1
    status = 422
    title = _("The data does not conform")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.say(str))

    def say(self, gettext: Callable[[str], str]) -> str:
        """Return how many problems there are, and each of them."""
        count = len(self.problems)
        one, several = _("1 problem in the data:"), _("%(count)s problems in the data:")
        told = gettext(one) if count == 1 else gettext(several) % {"count": count}
        return "\n".join((told, *(problem.say(gettext) for problem in self.problems)))


class RdfSyntaxError(DataError):
    """A document from outside is not well-formed RDF."""

    status = 400
    title = _("The document is not well-formed")
