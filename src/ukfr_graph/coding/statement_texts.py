"""The texts of the files of a statement, and what is read of them and made for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from ukfr_graph.build.evidence import find_quote
from ukfr_graph.coding.record_texts import RecordText, read_records
from ukfr_graph.drafting.blocks import normalise
from ukfr_graph.drafting.gate import Coding
from ukfr_graph.drafting.known import make_slug
from ukfr_graph.drafting.proposals import write_records
from ukfr_graph.drafting.quotes import Quoter
from ukfr_graph.errors import NotFoundError, ParameterError
from ukfr_graph.shorthand import is_text_by_language
from ukfr_graph.sources import Span

_NAMED = 5  # words of a quote that name its clause


@dataclass(frozen=True)
class StatementFiles:
    """The texts of the files of a statement; None where there is no file.

    ``base`` is that of the identifiers of records, ``coding`` the text with the records that there are of it and, as
    ``others``, of other statements; ``names`` are those of the files in the workspace. ``rejected`` are proposals that
    were refused, ``settlements`` what was settled with another coder, ``before`` the records as they were before that,
    and ``terms`` those of the workspace's own that came with this statement.
    """

    statement: str
    base: str
    coding: Coding
    others: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]
    records: str | None
    proposals: str | None
    entities: str | None
    rejected: str | None = None
    settlements: str | None = None
    before: str | None = None
    terms: str | None = None

    def read(self, part: str) -> RecordText | None:
        """Read the records of one of the files.

        Raises:
            DataError: they cannot be read.
        """
        text = getattr(self, part)
        return read_records(text, self.names[part]) if text is not None else None

    def find(self, identifier: str, part: str = "records") -> tuple[RecordText, Mapping[str, Any]]:
        """Find a record in one of the files.

        Raises:
            NotFoundError: it is not there.
        """
        text = self.read(part)
        record = text.find(identifier) if text else None
        if text is None or record is None:
            if part == "proposals":
                raise NotFoundError("There is no proposal %(record)s; it may be done already.", record=repr(identifier))
            raise NotFoundError("There is no record %(record)s; it may be gone already.", record=repr(identifier))
        return text, record

    def add(self, part: str, record: Mapping[str, Any], after: str = "") -> StatementFiles:
        """Add a record to a file, which is made where it is not there."""
        text, plain = self.read(part), to_plain(record)
        base = f"{self.base.removesuffix('id/')}vocab/" if part == "terms" else self.base
        written = text.add(plain, after).text if text else write_records([plain], base)
        return self.put(part, written)

    def remove(self, part: str, identifier: str) -> StatementFiles:
        """Take a record out of a file; the file goes with the last one."""
        text, _ = self.find(identifier, part)
        return self.put(part, text.remove(identifier).text if len(text.records) > 1 else None)

    def put(self, part: str, text: str | None) -> StatementFiles:
        """Put a text in the place of that of one of the files."""
        changed: dict[str, Any] = {part: text}
        return replace(self, **changed)

    def spans(self) -> list[tuple[Span, str]]:
        """List the characters and the id of each clause and passage among the records, in the order of the text."""
        text = self.read("records")
        found = replace(self.coding, records=tuple(text.records) if text else ()).spans
        return sorted(((span, name) for name, span in found), key=lambda item: (item[0].start, item[1]))


def list_records(files: StatementFiles, part: str) -> Sequence[Mapping[str, Any]]:
    """List the records of one of the files; none where it is not there."""
    text = files.read(part)
    return text.records if text else ()


def find_span(files: StatementFiles, record: str) -> Span:
    """Find the characters of a clause or passage.

    Raises:
        ParameterError: its quote does not stand in the text once.
    """
    span = next((span for span, name in files.spans() if name == record), None)
    if span is None:
        raise ParameterError("%(record)s has no quote that stands in the text once.", record=record)
    return span


def make_quote(files: StatementFiles, span: Span) -> dict[str, str]:
    """Quote a stretch of the text so that it stands there once.

    Raises:
        ParameterError: it has no words, or cannot be told from others.
    """
    found = Quoter(files.coding.text).quote(span.start, span.end) if span.start < span.end else None
    if found is None:
        raise ParameterError("These words cannot be told from others in the text.")
    return found.write()


def make_quote_within(files: StatementFiles, words: str, scope: Span | None) -> dict[str, str]:
    """Quote words of a clause, whose characters are the scope, so that they stand in it once; without one, in the text.

    Raises:
        ParameterError: they do not stand there once.
    """
    found = find_quote(files.coding.text, normalise(words).strip(), scopes=(scope,) if scope else ())
    if scope:
        found = [place for place in found if scope.start <= place.start and place.end <= scope.end]
    if len(found) != 1:
        if scope is None:
            raise ParameterError(
                "These words stand %(count)s times in the text: copy more of them, or fewer.", count=len(found)
            )
        raise ParameterError(
            "These words stand %(count)s times in the clause: copy more of them, or fewer.", count=len(found)
        )
    if scope is None:
        return make_quote(files, found[0])
    quote = Quoter(files.coding.text).quote_within(found[0].start, found[0].end, (scope.start, scope.end))
    return quote.write() if quote else {"exact": files.coding.text[found[0].start : found[0].end]}


def find_inside(files: StatementFiles, part: Any, whole: Span) -> list[Span]:
    """Find the words of a figure, a time or a role in a stretch of the text."""
    return [place for place in find_words_of(files, part) if whole.start <= place.start and place.end <= whole.end]


def find_words_of(files: StatementFiles, part: Any) -> list[Span]:
    """Find where the words of a record, or of a part of one, stand in the text."""
    evidence = part.get("evidence") if isinstance(part, Mapping) else None
    quote = evidence.get("quote", {}) if isinstance(evidence, Mapping) else {}
    exact, prefix, suffix = (normalise(str(quote.get(key, ""))) for key in ("exact", "prefix", "suffix"))
    return find_quote(files.coding.text, exact, prefix, suffix)


def make_name(files: StatementFiles, folder: str, words: str) -> str:
    """Name a record by the first words of its quote, with a number where the name is taken."""
    text = files.read("records")
    taken = {str(record.get("id")) for record in (*files.coding.records, *(text.records if text else ()))}
    slug = make_slug(" ".join(words.split()[:_NAMED]))
    names: Iterator[str] = (f"{folder}/{files.statement}/{slug}{f'-{n}' if n > 1 else ''}" for n in count(1))
    return next(name for name in names if name not in taken)


def find_references(value: Any) -> set[str]:
    """Return every text in a record that may be the id of another one."""
    if isinstance(value, Mapping):
        return {name for key, inner in value.items() if not is_text_by_language(key) for name in find_references(inner)}
    if isinstance(value, list):
        return {name for item in value for name in find_references(item)}
    return {str(value)} if "/" in str(value) else set()


def to_plain(value: Any) -> Any:
    """Return a value with each scalar as a plain text."""
    if isinstance(value, Mapping):
        return {str(key): to_plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [to_plain(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def to_list(value: Any) -> list[Any]:
    """Return the values of a key that may have one, several or none."""
    return list(value) if isinstance(value, list) else [] if value is None else [value]
