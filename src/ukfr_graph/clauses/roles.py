"""Roles in a clause, and who fills them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ukfr_graph import iris
from ukfr_graph.clauses.quotes import Evidence
from ukfr_graph.clauses.rows import Labelled, Row, Texts, read_texts

_ROLE = iris.VOCABULARY + "role/"
HOLDER = _ROLE + "holder"
SPEAKER = _ROLE + "speaker"
INFERRED = iris.VOCABULARY + "basis/inferred"


@dataclass(frozen=True)
class Role(Labelled):
    """An actor in a role, all three as IRIs; ``basis`` says whether it is stated, inherited or inferred.

    ``iri`` names the record that says so, ``labels`` are the actor's, ``reasons`` why it is inferred.
    """

    role: str
    basis: str
    actor: str
    iri: str = ""
    labels: Texts = field(default_factory=dict)
    reasons: Texts = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)


def read_roles(rows: Iterable[Row], words: Callable[[str], Evidence], actors: Mapping[str, Texts]) -> tuple[Role, ...]:
    """Read the roles of a clause, the holder's first; ``words`` returns what a part rests on."""
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["role"].value, row["basis"].value, row["actor"].value].append(row)
    roles = []
    for (role, basis, actor), group in found.items():
        part = min(row["part"].value for row in group)
        texts = read_texts(group, "part", "reason").get(part, {})
        roles.append(Role(role, basis, actor, part, actors.get(actor, {}), texts, words(part)))
    return tuple(sorted(roles, key=lambda r: (r.role != HOLDER, r.role, r.basis, r.actor)))
