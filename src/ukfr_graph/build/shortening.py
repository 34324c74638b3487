"""Files of records rewritten in the short forms; comments and order are kept, and so is every triple."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from ukfr_graph.documents import read_document
from ukfr_graph.errors import DataError, Message, Problem
from ukfr_graph.errors import mark as _
from ukfr_graph.records import to_records
from ukfr_graph.shorthand import BETWEEN, JUDGEMENTS, OWN, WE, is_name, is_text_by_language, read_terms, write_out

_OFTEN = 3  # times that a reason is given before it is worth a name
WIDTH = 100_000  # columns: in the short forms, a line says one thing
_KINDS = {kind: key for key, kind in JUDGEMENTS.items()}


def shorten_file(path: Path, root: Path) -> str:
    """Return the text of a file of records under ``root`` in its short forms.

    A part with a comment in it stays as it is, and so does what the short forms cannot say.

    Raises:
        DataError: the file cannot be read, or would say something else afterwards.
    """
    before = to_records(write_out(read_document(path, root))).triples
    yaml = YAML(typ="rt")
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = path.read_text("utf-8")
    content = yaml.load(text)
    _Shortening(content, path.stem if path.name != "source.yaml" else path.parent.name).run()
    out = io.StringIO()
    yaml.dump(content, out)
    written = out.getvalue()
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(written, "utf-8")
        after = to_records(write_out(read_document(copy, Path(folder)))).triples
    if before != after or _comments(text) != _comments(written):
        message = Message(_("the short forms would say something else, or lose a comment"))
        fix = Message(_("leave the file as it is"))
        raise DataError([Problem(path.relative_to(root).as_posix(), 0, "", "short-form", message, fix)])
    return written


def _comments(text: str) -> Counter[str]:
    return Counter(found.strip() for found in re.findall(r"(?m)(?:^\s*|\s{2,})#.*$", text))


class _Shortening:
    """Puts the short forms into the nodes of a file whose name stands in its identifiers."""

    def __init__(self, content: CommentedMap, own: str) -> None:
        self._content, self._own = content, own
        self._records = content["@graph"] if isinstance(content.get("@graph"), list) else []
        self._types, self._clauses, self._roles = read_terms()
        self._defaults: CommentedMap = content.get("defaults") or CommentedMap()

    def run(self) -> None:
        """Shorten every record, and say the defaults of the file."""
        if not self._records:
            return
        if "defaults" not in self._content:
            self._find_defaults()
            self._content.insert(1, "defaults", self._defaults)
        for record in self._records:
            if isinstance(record, CommentedMap):
                self._shorten_record(record)
        for key in ("coder", "speakers", "we"):
            if key in self._defaults:
                self._defaults[key] = self._name(self._defaults[key])
        for name, reason in self._defaults.get("reasons", {}).items():
            self._defaults["reasons"][name] = self._text(reason)

    def _find_defaults(self) -> None:
        clauses = [r for r in self._records if isinstance(r, CommentedMap) and self._is_clause(r)]
        judgements = [j for c in clauses for j in c.get("judgement", ()) if j.get("settled") is True]
        found = self._defaults
        maps = [v for r in self._records if isinstance(r, CommentedMap) for k, v in r.items() if is_text_by_language(k)]
        languages = Counter(tuple(v) for v in maps if isinstance(v, CommentedMap))
        if languages and len(most := languages.most_common(1)[0][0]) > 1:
            found["languages"] = _flow(most)
        for key in ("coder", "codedOn", "confidence"):
            if values := Counter(j[key] for j in judgements if key in j):
                found[key] = deepcopy(values.most_common(1)[0][0])  # a value that stands twice is written as an alias
        first = {c["participation"][0] if isinstance(c.get("participation"), list) else None for c in clauses}
        if len(first) == 1 and isinstance(speakers := first.pop(), str):
            found["speakers"] = speakers
        roles = [p for c in clauses for p in c.get("participation", ()) if isinstance(p, CommentedMap)]
        several = Counter(tuple(w) for p in roles if isinstance(w := p.get("participant"), list) and len(w) > 1)
        if several:
            found["we"] = _flow(several.most_common(1)[0][0])
        reasons = Counter(t for j in judgements if (t := self._text(j.get("reason"))) and isinstance(t, str))
        if often := [reason for reason, times in reasons.most_common() if times >= _OFTEN]:
            found["reasons"] = CommentedMap((_slug(reason, often), reason) for reason in often)

    def _shorten_record(self, record: CommentedMap) -> None:
        is_clause = self._is_clause(record)
        for key, value in list(record.items()):
            if key == "participation" and is_clause:
                self._shorten_roles(record)
            elif key == "judgement" and is_clause:
                self._shorten_judgements(record)
            else:
                record[key] = self._shorten_value(key, value)
        self._shorten_quote("", record)
        if is_clause:
            self._shorten_head(record)

    def _is_clause(self, record: CommentedMap) -> bool:
        return isinstance(record.get("type"), str) and record["type"] in self._clauses

    def _shorten_value(self, key: str, value: Any) -> Any:
        if is_text_by_language(key):
            return self._text(value)
        if isinstance(value, CommentedSeq):
            for number, item in enumerate(value):
                value[number] = self._shorten_value(key, item)
            if _has_comment(value):
                return value
            if is_name(key) and all(isinstance(item, str) for item in value):
                value.fa.set_flow_style()
            return value[0] if key in self._types and len(value) == 1 else value
        if not isinstance(value, CommentedMap):
            return self._name(value) if is_name(key) else value
        for inner, item in list(value.items()):
            value[inner] = self._shorten_value(inner, item)
        self._shorten_quote(key, value)
        if key in self._types:
            if value.get("type") == self._types[key] and "type" not in value.ca.items:
                del value["type"]
            if not _has_comment(value):
                value.fa.set_flow_style()
        return value

    def _shorten_quote(self, key: str, node: CommentedMap) -> None:
        evidence = node.get("evidence")
        if (
            not isinstance(evidence, CommentedMap)
            or set(evidence) != {"quote"}
            or _has_comment(evidence, node, "evidence")
        ):
            return
        quote = evidence["quote"]
        words = quote["exact"] if isinstance(quote, CommentedMap) and set(quote) == {"exact"} else quote
        at = list(node).index("evidence")
        del node["evidence"]
        if key and words == node.get("wording"):
            return
        if isinstance(words, CommentedMap):
            words.fa.set_flow_style()
        node.insert(at, "quote", words)

    def _shorten_roles(self, record: CommentedMap) -> None:
        parts = record["participation"]
        if not isinstance(parts, CommentedSeq) or _has_comment(parts, record, "participation"):
            return
        rest = [part if isinstance(part, str) else self._shorten_value("participation", part) for part in parts]
        if self._defaults.get("speakers") in (rest[0], self._name(rest[0])):
            rest = rest[1:]
        shorts: list[tuple[str, str]] = []
        while rest and (short := self._role(rest[-1])):
            if short[0] in [role for role, _ in shorts] and short[0] != shorts[0][0]:
                break  # its place in the order would be another
            shorts.insert(0, short)
            rest.pop()
        at = list(record).index("participation")
        del record["participation"]
        grouped: dict[str, list[str]] = {}
        for role, text in shorts:
            grouped.setdefault(role, []).append(text)
        for role, texts in reversed(grouped.items()):
            record.insert(at, role, texts[0] if len(texts) == 1 else CommentedSeq(texts))
        if rest:
            named = CommentedSeq(self._name(part) if isinstance(part, str) else part for part in rest)
            record.insert(at, "participation", named[0] if len(named) == 1 else named)

    def _role(self, part: Any) -> tuple[str, str] | None:
        """Say a role in one line: its name and the line; nothing where it cannot be said so."""
        if not isinstance(part, CommentedMap) or set(part) - {"role", "basis", "participant", "quote", "reason"}:
            return None
        who, basis, quote, reason = (part.get(key) for key in ("participant", "basis", "quote", "reason"))
        names = [str(self._name(name)) for name in (who if isinstance(who, list) else [who])]
        subject = WE if list(self._defaults.get("we", ())) in (list(who or ()), names) else ", ".join(names)
        if basis in ("stated", "inherited") and isinstance(quote, str) and reason is None:
            return part["role"], f'{subject} inherited "{quote}"' if basis == "inherited" else f'{subject} "{quote}"'
        if basis == "inferred" and quote is None and isinstance(reason, str):
            return part["role"], f"{subject} ({reason})"
        return None

    def _shorten_judgements(self, record: CommentedMap) -> None:
        parts = record["judgement"]
        if not isinstance(parts, CommentedSeq) or _has_comment(parts, record, "judgement"):
            return
        rest = list(parts)
        shorts: list[tuple[str, str]] = []
        while rest and (short := self._judgement(rest[0])) and short[0] not in dict(shorts):
            shorts.append(short)
            rest.pop(0)
        at = list(record).index("judgement")
        del record["judgement"]
        if rest:
            for part in rest:
                for key in ("coder", "codedOn", "confidence"):
                    if key in part and part[key] == self._defaults.get(key):
                        del part[key]
                for key, value in list(part.items()):
                    part[key] = self._shorten_value(key, value)
                part.fa.set_flow_style()
            record.insert(at, "judgement", CommentedSeq(rest))
        for key, text in reversed(shorts):
            record.insert(at, key, text)

    def _judgement(self, part: CommentedMap) -> tuple[str, str] | None:
        reason = self._text(part.get("reason"))
        said = all(part.get(key) == self._defaults.get(key) for key in ("coder", "codedOn"))
        kind = _KINDS.get(part.get("type"))
        if kind is None or not isinstance(reason, str) or not said or part.get("settled") is not True:
            return None
        if set(part) != {"type", "verdict", "reason", "confidence", "coder", "codedOn", "settled"}:
            return None
        confidence = "" if part["confidence"] == self._defaults.get("confidence") else f" {part['confidence']}"
        named = [name for name, known in self._defaults.get("reasons", {}).items() if known == reason]
        return kind, f"{part['verdict']}{confidence} {named[0] if named else f'({reason})'}"

    def _shorten_head(self, record: CommentedMap) -> None:
        section = str(record.get("section", "")).split("/")
        name = str(record["id"]).split("/")
        keys = ("id", "type", "section")
        if section[:2] != ["section", OWN] or name[:2] != ["clause", OWN] or len(section) != 3 or len(name) != 3:
            return
        if list(record)[:3] != list(keys) or any(key in record.ca.items for key in keys):
            return
        kind = record["type"]
        for key in keys:
            del record[key]
        record.insert(0, kind, f"{section[2]}/{name[2]}")

    def _text(self, value: Any) -> Any:
        """Say a text by language in one line, where the file has these languages and no other."""
        languages = list(self._defaults.get("languages", ()))
        if not isinstance(value, CommentedMap) or set(value) != set(languages) or _has_comment(value):
            return value
        texts = [value[language] for language in languages]
        if any(not isinstance(t, str) or BETWEEN.strip() in t or t != t.strip() or "\n" in t for t in texts):
            return value
        return BETWEEN.join(texts)

    def _name(self, value: Any) -> Any:
        """Put the short form for the name of the file in an identifier."""
        if isinstance(value, list):
            for number, item in enumerate(value):
                value[number] = self._name(item)
            return value
        if not isinstance(value, str):
            return value
        first, *rest = value.split("/")
        return "/".join([first, *(OWN if part == self._own else part for part in rest)]) if ":" not in value else value


def _has_comment(node: Any, holder: CommentedMap | None = None, key: str = "") -> bool:
    """Return whether a comment stands in a node, or beside the key that holds it."""
    if holder is not None and key in holder.ca.items:
        return True
    if not isinstance(node, CommentedMap | CommentedSeq):
        return False
    inner: Iterable[Any] = node.values() if isinstance(node, CommentedMap) else node
    return bool(node.ca.items or node.ca.comment) or any(map(_has_comment, inner))


def _flow(values: Iterable[Any]) -> CommentedSeq:
    sequence = CommentedSeq(values)
    sequence.fa.set_flow_style()
    return sequence


def _slug(reason: str, others: Iterable[str]) -> str:
    """Name a reason by as many of its first words as tell it from the others."""
    words = re.findall(r"[a-z0-9]+", reason.split(BETWEEN)[0].lower())
    for count in range(1, len(words) + 1):
        name = "-".join(words[:count])
        if count > 1 and sum(re.findall(r"[a-z0-9]+", other.lower())[:count] == words[:count] for other in others) == 1:
            return name
    return "-".join(words)
