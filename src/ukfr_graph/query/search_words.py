"""Words to look for, of a text that someone typed: those that the index has, and those that others were meant to be.

Nothing in the text is an operator: words are written as quoted strings of FTS5's syntax
(https://www.sqlite.org/fts5.html#full_text_query_syntax), and the operators are ours.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, replace
from itertools import pairwise

from ukfr_graph.errors import ParameterError
from ukfr_graph.store.text_documents import find_variants
from ukfr_graph.store.text_index import STEMS, TEXTS
from ukfr_graph.word_forms import fold, meanings, number_words, split_words, stems, stop_words

LONGEST_TEXT = 200
_MOST_WORDS = 16
_WORDS = re.compile(r'"([^"]*)"|([^\s"]+)')
_AROUND = "?!.,;:…«»“”()[]{}*&/\\-–—"
_DIVIDED = re.compile("['’ʼ°º№#]|(?<=[0-9])/(?=[^0-9])|(?<=[^0-9])/(?=[0-9])|(?<=[A-Za-z]{4})(?=[0-9]{1,2}$)")
_SHORTEST_CORRECTED, _LONG = 4, 9  # letters of a word in which one letter may be wrong, and two
_SURE_LETTERS = 3  # at the beginning of a word with two slips
_SHORT = (
    5  # letters; in a word of as many a letter may be missing, doubled or swapped, but not another: *tent* is no *text*
)
_MAGNITUDE = re.compile(r"(?<![\w.,])([€£$]?\d+(?:[.,]\d+)?) ?(mn|m|bn|k|mds?)\b", re.IGNORECASE)
_MAGNITUDES = {"m": "million", "mn": "million", "bn": "billion", "k": "000", "md": "milliard", "mds": "milliard"}
_MULTIPLES = {"hundred": 100, "thousand": 1000, "mille": 1000}
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th|e|er|ère|re|ème|eme|nde)\b", re.IGNORECASE)
_CHUNK = re.compile(r"\S+")
NUMBERED = frozenset({"clause", "paragraph", "paragraphe", "article", "point", "alinea", "number", "numero"})
"""Words beside which a number in words is one."""

_SHORTEST_ROOT = 5  # letters; what is left of a shorter one may be another word
_LAST = "\U0010ffff"
_TEXT_COLUMNS = ", ".join(f"'{column}'" for column in TEXTS)


@dataclass(frozen=True)
class Word:
    """A word or phrase to look for; ``typed`` is what was typed where that is another one.

    ``is_open`` where it may be the beginning of a word, ``is_known`` where the index has it; ``near`` is a whole word
    that is spelled much the same, where the index has only others that begin so: *Colomb* may be Collomb.
    """

    text: str
    is_phrase: bool = False
    is_open: bool = False
    is_known: bool = True
    typed: str = ""
    near: str = ""

    @property
    def stems(self) -> list[str]:
        """The stems of its words, in each language that has a stemmer."""
        return [stem for word in split_words(self.text) for stem in stems(word)]

    def write(self) -> str:
        """Write it for FTS5: as it is spelled, as it may be spelled too, and by its stems.

        >>> Word("promises", is_open=True).write()
        '("promises"* OR {name_stems text_stems about_stems} : "promis")'
        """
        variants = [] if self.is_phrase else find_variants(self.text)
        star = "*" if self.is_open else ""
        written = [f"{_quote(spelling)}{star}" for spelling in dict.fromkeys((self.text, *variants))]
        written += [_quote(self.near)] if self.near else []
        parts = split_words(self.text)
        if not self.is_phrase and len(parts) == 1:
            written += [_in_stems(stem) for stem in self.stems]
        elif variants and all(part.isalpha() for part in parts):  # joined by hyphens
            written += [_in_stems(stem) for variant in variants for stem in stems(fold(variant))]
            written.append("(" + " AND ".join(Word(part).write() for part in parts) + ")")
        return "(" + " OR ".join(written) + ")"


def read_words(text: str) -> list[Word]:
    """Read the words of a text, without those that say nothing; the last one may be unfinished.

    >>> [word.text for word in read_words("What happened to l'accord de 2016/681?")]
    ['happened', 'accord', '2016/681']
    >>> [word.text for word in read_words("€100m for the 20th clause, clause forty-eight of Dublin3")]
    ['€100', 'million', '20', 'clause', 'clause', '48', 'Dublin', '3']

    Raises:
        ParameterError: there is no word, or too many; the text is too long.
    """
    if len(text) > LONGEST_TEXT:
        raise ParameterError(
            "The text to search for has %(length)s characters; at most %(most)s are read.",
            length=len(text),
            most=LONGEST_TEXT,
        )
    text = write_numbers(text)
    found = [word for match in _WORDS.finditer(text) for word in _read_chunk(match[1], match[2] or "")]
    telling = [word for word in found if word.is_phrase or not stop_words().issuperset(split_words(word.text))] or found
    if not telling or len(telling) > _MOST_WORDS:
        raise ParameterError(
            "Give between one and %(most)s words to search for, such as q=asylum; %(given)s were given.",
            most=_MOST_WORDS,
            given=len(telling),
        )
    if text[-1:].isalnum() and telling[-1] is found[-1] and not _is_whole(telling[-1]):
        telling[-1] = replace(telling[-1], is_open=True)
    return telling


def write_numbers(text: str) -> str:
    """Write numbers as the index has them: without letters at their end, and in digits.

    >>> write_numbers("£1.5bn, la 48e clause, clause vingt-et-un, clause twelve, seven thousand people")
    '£1.5 billion, la 48 clause, clause 21, clause 12, 7000 people'
    """
    text = _MAGNITUDE.sub(lambda match: f"{match[1]} {_MAGNITUDES[match[2].lower()]}", text)
    text = _ORDINAL.sub(r"\1", text)
    chunks = [match[0].strip(_AROUND) for match in _CHUNK.finditer(text)]
    for one, other in pairwise(chunks):
        if (number := _read_numeral(one)) and (multiple := _MULTIPLES.get(fold(other))):
            text = text.replace(f"{one} {other}", str(number * multiple), 1)
    beside = {i + step for i, chunk in enumerate(chunks) if fold(chunk) in NUMBERED for step in (-1, 1)}
    for i, chunk in enumerate(chunks):
        if (number := _read_numeral(chunk)) and (i in beside or "-" in chunk):
            text = text.replace(chunk, str(number), 1)
    return text


def _read_numeral(word: str) -> int:
    """Read a number in words; 0 is none."""
    numbers = number_words()
    parts = [part for part in fold(word).split("-") if part not in ("and", "et")]
    return sum(numbers[part] for part in parts) if parts and all(part in numbers for part in parts) else 0


def _is_whole(word: Word) -> bool:
    """Return whether a word is no beginning of another: a phrase, or a number."""
    return word.is_phrase or word.text.isdecimal()


def _read_chunk(phrase: str | None, chunk: str) -> list[Word]:
    """Read a phrase, or what stands between two blanks: *l'asile* and *2016/681/EU* are two words."""
    parts = [phrase] if phrase is not None else [part.strip(_AROUND) for part in _DIVIDED.split(chunk)]
    return [Word(part, is_phrase=phrase is not None) for part in parts if split_words(part)]


def find_words(index: sqlite3.Connection, words: list[Word]) -> list[Word]:
    """Find each word in the index; one that it has not is read as the nearest that it has, if one is near enough."""
    return [word if word.is_phrase else _find(index, word) for word in words]


def _find(index: sqlite3.Connection, word: Word) -> Word:
    spellings = [fold(spelling) for spelling in (word.text, *find_variants(word.text))]
    parts = split_words(word.text)
    typed = fold(word.text)
    roots = [root for root in stems(typed) if len(root) >= _SHORTEST_ROOT]
    is_found = all(
        _has(index, [part, *spellings], part if word.is_open and part == parts[-1] else "") for part in parts
    )
    if is_found or (len(parts) == 1 and _has(index, roots)):
        is_begun = word.is_open and len(parts) == 1 and not _is_in_texts(index, typed)
        near = _find_nearest(index, typed, 1) if is_begun else ""
        return word if near.startswith(typed) else replace(word, near=near)
    near = "" if typed in meanings() else _find_nearest(index, typed, 1 if _has(index, stems(typed)) else 2)
    if near:
        return replace(word, text=near, is_open=False, typed=word.text)
    return word if all(_has(index, stems(part)) for part in parts) else replace(word, is_known=False)


def _has(index: sqlite3.Connection, terms: list[str], beginning: str = "") -> bool:
    """Return whether the index has one of the terms, or one with this beginning."""
    sql, values = f"SELECT 1 FROM vocabulary WHERE term IN ({', '.join('?' * len(terms))})", terms
    if beginning:
        sql, values = f"{sql} OR (term >= ? AND term < ?)", [*terms, beginning, beginning + _LAST]
    return index.execute(f"{sql} LIMIT 1", values).fetchone() is not None


def _is_in_texts(index: sqlite3.Connection, term: str) -> bool:
    """Return whether a text has the word as it stands, and not only a stem that looks like it."""
    sql = f"SELECT 1 FROM vocabulary WHERE term = ? AND col IN ({_TEXT_COLUMNS}) LIMIT 1"
    return index.execute(sql, (term,)).fetchone() is not None


def _find_nearest(index: sqlite3.Connection, typed: str, most: int) -> str:
    """Return the word of the index that is spelled most alike, the most frequent of several; else nothing."""
    most = 0 if len(typed) < _SHORTEST_CORRECTED or not typed.isalpha() else 1 if len(typed) < _LONG else most
    sql = (
        f"SELECT term, sum(doc) FROM vocabulary WHERE length(term) BETWEEN ? AND ? AND col IN ({_TEXT_COLUMNS}) "
        "GROUP BY term"
    )
    near: list[tuple[float, int, str]] = []
    letters = set(typed)  # most words differ by more letters than may be wrong: they need no closer look
    for term, documents in index.execute(sql, (len(typed) - most, len(typed) + most)) if most else ():
        if len(letters ^ set(term)) <= 2 * most and term.isalpha():
            distance = measure_distance(typed, term, most) + (term[0] != typed[0]) / 2
            if distance <= most and _may_be_meant(typed, term, distance):
                near.append((distance, -documents, term))
    return min(near)[2] if near else ""


def _may_be_meant(typed: str, term: str, distance: float) -> bool:
    """Return whether a word may be a slip of another: not if another letter makes it another word of a few letters."""
    if len(term) < _SHORTEST_CORRECTED or term in stop_words():
        return False
    if distance > 1:
        return typed[:_SURE_LETTERS] == term[:_SURE_LETTERS]
    return len(typed) > _SHORT or len(typed) != len(term) or sorted(typed) == sorted(term)


def measure_distance(one: str, other: str, most: int) -> int:
    """Count the letters to add, take out, change or swap with their neighbour; past ``most``, only that there are more.

    >>> measure_distance("callais", "calais", 2), measure_distance("terorism", "terrorism", 2)
    (1, 1)
    >>> measure_distance("touqet", "touquet", 1), measure_distance("abcd", "dcba", 1)
    (1, 2)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        two_before, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _in_stems(stem: str) -> str:
    return f"{{{' '.join(STEMS)}}} : {_quote(stem)}"


def _quote(word: str) -> str:
    """Write a string of FTS5's query syntax; what has no place in it is left out."""
    text = "".join(c if c.isprintable() else " " for c in word).encode("utf-8", "ignore").decode()
    return '"' + text.replace('"', '""') + '"'
