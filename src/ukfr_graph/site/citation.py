"""Citing what a page shows: a permanent address, and descriptions for reference managers.

BibTeX (https://ctan.org/pkg/bibtex), RIS (https://en.wikipedia.org/wiki/RIS_(file_format)) and CSL-JSON
(https://docs.citationstyles.org/en/stable/specification.html). No address names the host that answers: a page is cited
below the namespace of its dataset, a thing by its own IRI, both with the version of the dataset.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from ukfr_graph.endpoint.metadata import resolve_doi
from ukfr_graph.errors import ParameterError
from ukfr_graph.messages import load_messages
from ukfr_graph.site.negotiation import Variant

TEXT = Variant("text", ("text/plain",))
BIBTEX = Variant("bibtex", ("application/x-bibtex", "text/x-bibtex"))
RIS = Variant("ris", ("application/x-research-info-systems",))
CSL = Variant("csl", ("application/vnd.citationstyles.csl+json", "application/json"))
FORMS = (CSL, BIBTEX, RIS, TEXT)
DATASET = "dataset"
PAGE = "webpage"
"""Kinds of what is cited, as CSL names them."""

_RIS_TYPES = {DATASET: "DATA", PAGE: "ELEC"}
_SPACE = re.compile(r"\s+")
_NO_KEY = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_KEY = 60
_BIBTEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_",
        "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip


@dataclass(frozen=True)
class CitedWork:
    """A work to cite: its ``title``, the dataset it is in, and the permanent ``address``.

    ``day`` is of the dataset's version (ISO 8601; empty where unknown), ``name`` the beginning of its key in BibTeX,
    ``note`` says what an address cannot, and ``doi`` names the dataset, where it has one.
    """

    title: str
    creator: str
    dataset: str
    version: str
    day: str
    address: str
    language: str
    kind: str = PAGE
    name: str = "ukfr-graph"
    note: str = ""
    doi: str = ""

    def entitle(self, title: str) -> CitedWork:
        """Return it with the title of a page, without the name of the site, where it has none yet."""
        return replace(self, title=self.title or _flatten(title).removesuffix(" – ukfr-graph"))

    def write(self, form: str) -> str:
        """Write the citation in one of the ``FORMS``, by its name."""
        match form:
            case BIBTEX.name:
                return self._write_bibtex()
            case RIS.name:
                return self._write_ris()
            case TEXT.name:
                return self._write_text()
            case _:
                return self._write_csl()

    @property
    def key(self) -> str:
        """The key by which a text cites it."""
        return f"{self.name}-{self.version}"

    def _write_text(self) -> str:
        messages = load_messages(self.language)
        words = messages.gettext("%(creator)s: “%(title)s”. %(dataset)s, version %(version)s (%(day)s). %(address)s")
        written = words % {
            "creator": _flatten(self.creator), "title": _flatten(self.title), "dataset": _flatten(self.dataset),
            "version": self.version, "day": self.day or messages.gettext("no date"), "address": self.address,
        }  # fmt: skip
        return f"{written} {resolve_doi(self.doi)}" if self.doi else written

    def _write_bibtex(self) -> str:
        fields = {
            "author": f"{{{_escape(self.creator)}}}",
            "title": f"{{{_escape(self.title)}}}",
            "howpublished": _escape(self.dataset if not self.note else f"{self.dataset}. {self.note}"),
            "year": self.day[:4],
            "month": self.day[5:7].lstrip("0"),
            "version": self.version,
            "doi": _escape(self.doi),
            "url": self.address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D"),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@misc{{{self.key},\n" + ",\n".join(lines) + "\n}\n"

    def _write_ris(self) -> str:
        lines = {
            "TY": _RIS_TYPES[self.kind], "ID": self.key, "AU": self.creator, "TI": self.title, "T2": self.dataset,
            "ET": self.version, "PY": self.day[:4], "DA": self.day.replace("-", "/"), "LA": self.language,
            "N1": self.note, "DO": self.doi, "UR": self.address,
        }  # fmt: skip
        return "".join(f"{tag}  - {_flatten(text)}\r\n" for tag, text in lines.items() if text) + "ER  - \r\n"

    def _write_csl(self) -> str:
        item: dict[str, object] = {
            "id": self.key,
            "type": self.kind,
            "title": self.title,
            "author": [{"literal": self.creator}],
            "container-title": self.dataset,
            "version": self.version,
            "language": self.language,
            "URL": self.address,
        }
        if self.note:
            item["note"] = self.note
        if self.doi:
            item["DOI"] = self.doi
        parts = self.day.split("-")
        if len(parts) == 3 and all(part.isdecimal() for part in parts):
            item["issued"] = {"date-parts": [[int(part) for part in parts]]}
        return json.dumps([item], ensure_ascii=False, indent=1)


def find_form(name: str) -> Variant:
    """Find one of the ``FORMS`` by its name.

    Raises:
        ParameterError: there is no such form.
    """
    found = next((form for form in FORMS if form.name == name), None)
    if found is None:
        names = ", ".join(form.name for form in FORMS)
        raise ParameterError("A page is cited as one of %(names)s, not as %(name)s.", names=names, name=repr(name[:50]))
    return found


def make_key(address: str) -> str:
    """Make the beginning of a citation's key from the path of a page.

    >>> make_key("/doc/clause/uk-fr-2016-08-30/children-to-uk"), make_key("/")
    ('ukfr-graph-clause-uk-fr-2016-08-30-children-to-uk', 'ukfr-graph')
    """
    words = _NO_KEY.sub("-", address.removeprefix("/doc")).strip("-")[:_LONGEST_KEY].strip("-")
    return f"ukfr-graph-{words}" if words else "ukfr-graph"


def _flatten(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _escape(text: str) -> str:
    return _flatten(text).translate(_BIBTEX_ESCAPES)
