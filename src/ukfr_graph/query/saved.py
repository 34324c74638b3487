"""Saved queries: one question a file, with its metadata in ``#+`` lines.

``queries/<area>/<name>.rq`` is known as ``<name>``; areas group them for people. Names are unique.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ukfr_graph.errors import DataError, NotFoundError, Problem
from ukfr_graph.query.parameters import Parameter, find_parameters
from ukfr_graph.resources import queries_folder


@dataclass(frozen=True)
class SavedQuery:
    """A question that can be asked by name.

    ``summary`` is the question by language (en, fr); ``examples`` are values of the parameters, the first
    being the defaults; the expected answer to the n-th lies beside the query (``name.tsv``, ``name.2.tsv`` …).
    """

    name: str
    area: str
    path: Path
    text: str
    summary: Mapping[str, str]
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    examples: tuple[Mapping[str, str], ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The addresses that it calls: it is refused unless ``UKFR_SERVICE_ALLOW`` has them."""
        if "federated" not in self.tags:
            return ()
        from ukfr_graph.query.federation import find_targets

        return tuple(dict.fromkeys(target.name.text[1:-1] for target in find_targets(self.text)))


@cache
def read_queries(folder: Path | None = None) -> dict[str, SavedQuery]:
    """Read every saved query under a folder, by its name, in order of area and name.

    Raises:
        DataError: a file's metadata is not usable, or two files have one name.
    """
    root = folder or queries_folder()
    queries: dict[str, SavedQuery] = {}
    for path in sorted(root.glob("*/*.rq")):
        query = _read(path, root)
        if query.name in queries:
            raise DataError(
                [
                    Problem(
                        path.relative_to(root).as_posix(),
                        1,
                        query.name,
                        "duplicate-id",
                        f"already a query at {queries[query.name].path.relative_to(root)}",
                        "rename one of the two files",
                    )
                ]
            )
        queries[query.name] = query
    return queries


def find_query(name: str) -> SavedQuery:
    """Find a saved query by its name.

    Raises:
        NotFoundError: there is none.
    """
    queries = read_queries()
    if name not in queries:
        raise NotFoundError(f"There is no saved query {name!r}; 'ukfr-graph query' without a name lists them.")
    return queries[name]


def _read(path: Path, root: Path) -> SavedQuery:
    from ukfr_graph.documents import read_query  # a YAML parser, which the endpoint does not need

    metadata, text = read_query(path, root)
    name = path.relative_to(root).as_posix()
    summaries = {"en": metadata.get("summary"), "fr": metadata.get("summary-fr")}
    if not all(isinstance(s, str) and s for s in summaries.values()):
        raise DataError(
            [
                Problem(
                    name,
                    1,
                    path.stem,
                    "metadata",
                    "summary or summary-fr is missing",
                    "write '#+ summary: …' and '#+ summary-fr: …'",
                )
            ]
        )
    defaults = {k: str(v) for item in _list(metadata.get("defaults")) for k, v in _items(item)}
    choices = {k: tuple(map(str, _list(v))) for item in _list(metadata.get("enumerate")) for k, v in _items(item)}
    return SavedQuery(
        name=path.stem,
        area=path.parent.name,
        path=path,
        text=text,
        summary={k: str(v) for k, v in summaries.items()},
        description=str(metadata.get("description", "")),
        tags=tuple(map(str, _list(metadata.get("tags")))),
        parameters=find_parameters(_without_comments(text), defaults, choices),
        examples=({}, *({k: str(v) for k, v in _items(e)} for e in _list(metadata.get("examples")))),
    )


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _items(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, dict) else []
