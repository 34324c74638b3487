"""The names of the files of a coding in its workspace."""

from __future__ import annotations

from pathlib import Path

from ukfr_graph.drafting.proposal_files import FOLDER
from ukfr_graph.errors import ParameterError
from ukfr_graph.iris import is_local_name

BEFORE = "before-settling"
"""Stands in the place of a coder for the first coding as it was before the first difference was settled."""
CODINGS = "codings"
"""The folder of second codings, which no build reads."""
_LONGEST = 100  # characters of a name, which file systems take with what is put before and behind it


def name_files(statement: str, second: str = "") -> dict[str, str]:
    """Return the names of the files of a coding in its workspace, in the order in which they are written.

    ``second`` is the local id of who codes the statement a second time.

    Raises:
        ParameterError: the statement or the coder is no local id.
    """
    for name in (statement, second) if second else (statement,):
        _check(name)
    if second:
        own = f"{CODINGS}/{second}/{statement}"
        return {
            "records": f"{own}.yaml",
            "entities": f"entities/{statement}.yaml",
            "terms": f"vocab/{statement}.yaml",
            "proposals": f"{own}.proposals.yaml",
            "rejected": f"{own}.rejected.yaml",
        }
    return {
        "before": f"{CODINGS}/{BEFORE}/{statement}.yaml",
        "records": f"statements/{statement}.yaml",
        "entities": f"entities/{statement}.yaml",
        "terms": f"vocab/{statement}.yaml",
        "settlements": f"settlements/{statement}.yaml",
        "proposals": f"{FOLDER}/{statement}.yaml",
        "rejected": f"{FOLDER}/{statement}.rejected.yaml",
    }


def list_second_coders(root: Path, statement: str) -> list[str]:
    """List who codes a statement a second time in a workspace, by the local ids of their records.

    Raises:
        ParameterError: the statement is no local id.
    """
    _check(statement)
    names = sorted(path.parent.name for path in (root / CODINGS).glob(f"*/{statement}.yaml"))
    return [name for name in names if name != BEFORE and is_local_name(name)]


def _check(name: str) -> None:
    if not is_local_name(name) or len(name) > _LONGEST:
        raise ParameterError(
            "%(name)s is no local id: small letters, digits and hyphens, at most %(longest)s.",
            name=repr(name[:_LONGEST]), longest=_LONGEST,
        )  # fmt: skip
