"""A workspace of made-up states with one proposal, and acts of a coder on it."""

import shutil
from pathlib import Path
from typing import Any

from ukfr_graph.build.shortening import shorten_file
from ukfr_graph.coding.coding_files import CodingFiles, CodingState
from ukfr_graph.coding.record_texts import RecordText
from ukfr_graph.drafting.proposal_files import ProposalFile

WORKSPACES = Path(__file__).parents[1] / "workspaces"
NAME = "no-is-2021-03-02"
FERRIES, PIER, MEET = (f"clause/{NAME}/{name}" for name in ("build-ferries", "pier", "p001"))
CODER = "coder/isles-desk"
PROPOSAL: dict[str, Any] = {
    "id": MEET, "type": "Pledge", "section": f"section/{NAME}/body", "coder": "coder/drafter",
    "evidence": {"quote": {"exact": "Both sides will meet again"}},
    "timeframe": [{"type": "Timeframe", "wording": "again", "timeAspect": "performing",
                   "evidence": {"quote": {"exact": "again"}}}],
    "judgement": [{"type": "NoveltyJudgement", "verdict": "continuing", "reason": {"en": "again"}, "settled": "false",
                   "confidence": "medium", "coder": "coder/drafter", "codedOn": "2021-06-01"}],
    "suggestions": {"subject": ["partnership"]},
    "rules": {"type": {"rule": "will", "confidence": "high"}},
}  # fmt: skip


def make_root(root: Path, *, short: bool = False) -> Path:
    """Copy a workspace, with comments in its statement; with one proposal."""
    shutil.copytree(WORKSPACES / "norland-isles", root)
    file = root / f"statements/{NAME}.yaml"
    text = file.read_text("utf-8").replace(f"  - id: {PIER}", f"  # the light is new\n  - id: {PIER}")
    file.write_text(text.replace("type: Recognition", "type: Recognition  # or a reaffirmation?"), "utf-8")
    if short:
        file.write_text(shorten_file(file, root), "utf-8")
    ProposalFile(root, NAME).propose(PROPOSAL)
    return root


def read(root: Path) -> str:
    return (root / f"statements/{NAME}.yaml").read_text("utf-8")


def record(root: Path, identifier: str) -> dict[str, Any]:
    found = RecordText(read(root), "x/" + NAME + ".yaml").find(identifier)
    assert found is not None, identifier
    return dict(found)


def perform(root: Path, act: str, **arguments: Any) -> CodingState:
    files = CodingFiles(root, NAME)
    return files.perform(act, files.read().seen, coder=CODER, **arguments)


def changed_lines(before: str, after: str) -> tuple[set[str], set[str]]:
    old, new = before.splitlines(), after.splitlines()
    return {line for line in old if line not in new}, {line for line in new if line not in old}
