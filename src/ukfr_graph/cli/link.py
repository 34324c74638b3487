"""The commands that link: match, review, accept, report, sync."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ukfr_graph.cli.make import Endpoint, Out, open_console, open_engine
from ukfr_graph.settings import read_settings

if TYPE_CHECKING:
    from ukfr_graph.link.datasets.reader import Adapter, ReadingAccount
    from ukfr_graph.link.datasets.treaties import Fault, Treaty
    from ukfr_graph.link.matching.matches import Match

_SHOWN_FAULTS = 12
Candidates = Annotated[Path, typer.Argument(help="File of candidates that 'link match' made.")]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help="Link the instruments to other treaty datasets.", no_args_is_help=True)
    for command in (match, review, accept, report, sync):
        group.command()(command)
    app.add_typer(group, name="link")


def match(
    file: Annotated[Path, typer.Argument(help="The outside dataset, as a file (or a folder of batches).")],
    adapter: Annotated[str, typer.Option("--adapter", help="Adapter that reads it; an unknown name lists them all.")],
    result: Annotated[Path, typer.Option("--out", help="File of candidates to write, such as mine.sssom.tsv.")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="File that says what each column is, for --adapter table.")
    ] = None,
    faults: Annotated[Path | None, typer.Option("--faults", help="File for every fault of a row, one a line.")] = None,
    engine: Annotated[str, typer.Option(help="own, splink-duckdb or splink-spark.")] = "own",
    processes: Annotated[int, typer.Option(min=1, help="Processes that match; one more reads.")] = 1,
    store: Annotated[Path | None, typer.Option("--store", help="Folder of the dataset (UKFR_DATASET).")] = None,
    endpoint: Endpoint = None,
) -> None:
    """Find which of our instruments the treaties of a dataset are, if any, and write candidates for review."""
    from ukfr_graph.limits import Limits
    from ukfr_graph.link.datasets.assembly import today
    from ukfr_graph.link.datasets.reader import ReadingAccount, find_adapter
    from ukfr_graph.link.datasets.treaties import InputError
    from ukfr_graph.link.matching.engines import find_engine
    from ukfr_graph.link.matching.targets import read_targets
    from ukfr_graph.link.review.candidate_files import open_whole, write_candidates
    from ukfr_graph.link.review.decisions import Decisions
    from ukfr_graph.query import Executor

    chosen = find_adapter(adapter)
    dataset = chosen.find_dataset(mapping)
    run = find_engine(engine, processes)
    if Decisions(result).read():
        raise InputError(
            "%(file)s has been reviewed already (%(decisions)s). Write to another file, or move the decisions away.",
            file=result.name,
            decisions=Decisions(result).path.name,
        )
    targets = read_targets(Executor(open_engine(store, endpoint), Limits.of(read_settings())))
    account, console = ReadingAccount(), open_console()
    counts = {"read": 0, "accepted": 0, "review": 0}
    with contextlib.ExitStack() as stack:
        status = stack.enter_context(console.status(_("Reading")))
        out = stack.enter_context(open_whole(result))
        account.file = stack.enter_context(open_whole(faults)) if faults else None

        def show() -> None:
            said = _("%(treaties)s treaties matched with %(instruments)s instruments")
            status.update(said % {"treaties": counts["read"], "instruments": len(targets)})

        pieces = run(targets, _take(_read(file, chosen, mapping), account))
        pairs = write_candidates(out, _count(pieces, counts, show), dataset, today())
    for line in account.write(_SHOWN_FAULTS):
        console.print(f"  {line.say(_)}", markup=False, highlight=False)
    said = _(
        "%(rows)s rows: %(treaties)s treaties read, %(lost)s left out; %(accepted)s accepted by rule, %(review)s for "
        "review, %(others)s are none of ours."
    )
    values = {"rows": account.treaties + account.lost, "treaties": account.treaties, "lost": account.lost, **counts}
    values["others"] = account.treaties - counts["accepted"] - counts["review"]
    console.print(said % values, highlight=False)
    said = _("%(file)s: %(pairs)s candidates. Next: ukfr-graph link review %(file)s") % {"file": result, "pairs": pairs}
    console.print(said, markup=False, highlight=False)


def review(
    file: Candidates,
    author: Annotated[str, typer.Option(help="Your name, as it will stand in the links.")] = os.environ.get("USER", ""),
    orcid: Annotated[str, typer.Option(help="Your ORCID iD, such as 0000-0002-1825-0097.")] = "",
) -> None:
    """Look at each candidate beside our instrument; accept, reject or skip it by one key; resume at any time."""
    from ukfr_graph.cli.review import run_review
    from ukfr_graph.link.review.candidate_files import read_candidates
    from ukfr_graph.link.review.session import Review

    run_review(Review(read_candidates(file)), author, _orcid(orcid))


def accept(
    file: Candidates,
    out: Annotated[
        Path | None, typer.Option("--out", help="File of links (default: links/<dataset>.sssom.tsv of the data).")
    ] = None,
) -> None:
    """Write what was reviewed into a file of links, rejected pairs as rows with Not; a second run adds nothing."""
    from ukfr_graph.link.review import acceptance
    from ukfr_graph.link.review.candidate_files import read_candidates
    from ukfr_graph.link.review.session import Review

    read = read_candidates(file)
    path = out or _find_own_data() / "links" / f"{read.dataset.name}.sssom.tsv"
    done = acceptance.accept(Review(read), path)
    console = open_console()
    for conflict in done.conflicts:
        said = _("not written: %(conflict)s") % {"conflict": conflict.say(_)}
        console.print(said, markup=False, highlight=False)
    said = _("%(file)s: %(added)s rows added, %(present)s were there.")
    values = {"file": path, "added": done.added, "present": done.present}
    console.print(said % values, markup=False, highlight=False)
    if done.conflicts:
        raise typer.Exit(1)


def report(file: Candidates) -> None:
    """Report on the candidates: counts, how often the rule was right, and what is unresolved."""
    from ukfr_graph.link.review import session
    from ukfr_graph.link.review.candidate_files import read_candidates

    for line in session.report(session.Review(read_candidates(file))):
        typer.echo(line.say(_))


def sync(
    file: Annotated[Path, typer.Argument(help="A saved answer (SPARQL JSON) of Wikidata or CELLAR.")],
    adapter: Annotated[str, typer.Option(help="wikidata or eurlex.")] = "wikidata",
    write: Annotated[bool, typer.Option("--write", help="Write the new identifiers into the records.")] = False,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of the records (default: the bundled ones).")
    ] = None,
    store: Out = None,
    endpoint: Endpoint = None,
) -> None:
    """Show which identifiers a saved answer adds to our instruments; nothing is written without --write."""
    from ukfr_graph.limits import Limits
    from ukfr_graph.link.datasets.reader import ReadingAccount, find_adapter
    from ukfr_graph.link.matching.targets import read_targets
    from ukfr_graph.link.review.synchronization import find_changes, write_changes
    from ukfr_graph.query import Executor

    targets = read_targets(Executor(open_engine(store, endpoint), Limits.of(read_settings())))
    account, console = ReadingAccount(), open_console()
    changes = find_changes(targets, _take(_read(file, find_adapter(adapter), None), account))
    for line in account.write(_SHOWN_FAULTS):
        console.print(f"  {line.say(_)}", markup=False, highlight=False)
    for change in changes:
        typer.echo(str(change))
    new = sum(not change.doubt for change in changes)
    written = write_changes(changes, data or _find_own_data()) if write and new else []
    said = _("%(new)s new identifiers, %(doubtful)s in doubt; nothing written.")
    if written:
        said = _("%(new)s new identifiers, %(doubtful)s in doubt; written into %(files)s.")
    values = {"new": new, "doubtful": len(changes) - new, "files": ", ".join(path.name for path in written)}
    console.print(said % values, markup=False, highlight=False)


def _find_own_data() -> Path:
    """Return the workspace that is written into: the last one of those that are read, or the bundled one."""
    from ukfr_graph.resources import data_folder

    return (read_settings().data or [data_folder()])[-1]


def _read(file: Path, adapter: Adapter, mapping: Path | None) -> Iterator[Treaty | Fault]:
    from ukfr_graph.link.datasets.reader import read_treaties

    return read_treaties(file, adapter, mapping)


def _take(items: Iterable[Treaty | Fault], account: ReadingAccount) -> Iterator[Treaty]:
    """Pass the treaties on, and take down the faults."""
    from ukfr_graph.link.datasets.treaties import Fault

    for item in items:
        if isinstance(item, Fault):
            account.add(item)
        else:
            account.treaties += 1
            yield item


def _count(pieces: Iterable[tuple[int, list[Match]]], counts: dict[str, int], show) -> Iterator[Match]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    for number, matches in pieces:
        counts["read"] += number
        for found in matches:
            counts[found.outcome] += 1
            yield found
        show()


def _orcid(text: str) -> str:
    import re

    from ukfr_graph.link.datasets.treaties import InputError

    if text and not re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", text):
        raise InputError("%(text)s is no ORCID iD; write it as 0000-0002-1825-0097.", text=repr(text))
    return f"orcid:{text}" if text else ""
