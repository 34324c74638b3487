"""Citing an answer: a permanent address, and its description for reference managers.

The address names the version of the dataset and the hash of the query, so that it gives this answer or says that it
cannot: ``rel="cite-as"`` (RFC 8574). BibTeX (https://ctan.org/pkg/bibtex) and CSL-JSON
(https://docs.citationstyles.org/en/stable/specification.html).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ukfr_graph import iris
from ukfr_graph.errors import GoneError
from ukfr_graph.query.saved import SavedQuery
from ukfr_graph.site.negotiation import Variant

BIBTEX = Variant("bibtex", ("application/x-bibtex", "text/x-bibtex"))
CSL = Variant("csl", ("application/vnd.citationstyles.csl+json", "application/json"))
CITATION_VARIANTS = (CSL, BIBTEX)

_AUTHOR = "ukfr-graph contributors"
_BIBTEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_",
        "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\n": " ", "\r": " ",
    }
)  # fmt: skip


@dataclass(frozen=True)
class AnswerCitation:
    """An answer to cite; ``date`` is of the dataset (ISO 8601; empty where unknown), ``address`` permanent."""

    query: SavedQuery
    language: str
    version: str
    date: str
    address: str

    def write(self, variant: Variant) -> bytes:
        """Write the citation in one of the forms."""
        return (self._write_csl() if variant == CSL else self._write_bibtex()).encode()

    def _key(self) -> str:
        return f"ukfr-graph-{self.query.name}-{self.version}"

    def _write_bibtex(self) -> str:
        fields = {
            "author": f"{{{_AUTHOR}}}",
            "title": f"{{{_escape(self.query.question(self.language))}}}",
            "howpublished": f"Answer to the saved query {_escape(self.query.name)} of ukfr-graph, "
            f"dataset version {self.version}, query {self.query.hash}",
            "year": self.date[:4],
            "month": self.date[5:7].lstrip("0"),
            "version": self.version,
            "url": self.address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D"),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@misc{{{self._key()},\n" + ",\n".join(lines) + "\n}\n"

    def _write_csl(self) -> str:
        item: dict[str, object] = {
            "id": self._key(),
            "type": "dataset",
            "title": self.query.question(self.language),
            "author": [{"literal": _AUTHOR}],
            "container-title": "ukfr-graph",
            "version": self.version,
            "note": f"query {self.query.name}, {self.query.hash}",
            "URL": self.address,
        }
        parts = self.date.split("-")
        if len(parts) == 3 and all(part.isdecimal() for part in parts):
            item["issued"] = {"date-parts": [[int(part) for part in parts]]}
        return json.dumps([item], ensure_ascii=False, indent=1)


def permanent_address(site: str, query: SavedQuery, values: Mapping[str, str], version: str) -> str:
    """Return the address under which this very answer is asked for: all parameters, the version, the query's hash.

    ``site`` is where an operator's own question is asked; a bundled one has its address wherever it is served.
    """
    parameters = {p.name: v for p in query.parameters if (v := values.get(p.name, p.default)) is not None}
    place = site or iris.BASE.rstrip("/")
    return f"{place}/queries/{query.name}?{urlencode({**parameters, 'version': version, 'query_hash': query.hash})}"


def check_version(given: Mapping[str, str], query: SavedQuery, version: str) -> None:
    """Refuse an address that names another version of the dataset, or another text of the query, than those here.

    Raises:
        GoneError: it says which are here, and how to get the others.
    """
    asked, text = given.get("version", version), given.get("query_hash", query.hash)
    if asked != version:
        raise GoneError(
            f"This server has version {version} of the dataset, and not {asked[:100]!r}. Leave 'version' out to ask "
            "the one that is here. A version is built anew, to the same bytes, from the release whose manifest.json "
            "names it: check that release out and run 'ukfr-graph build'.",
            current_version=version,
        )
    if text != query.hash:
        raise GoneError(
            f"The query {query.name!r} reads {query.hash} now, and not {text[:100]!r}: its text has changed. Leave "
            "'query_hash' out to ask it as it is now; the repository's history has the other text.",
            current_query_hash=query.hash,
        )


def _escape(text: str) -> str:
    return text.translate(_BIBTEX_ESCAPES)
