"""The review in a terminal: one pair at a time, the evidence below, one key for each decision."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ukfr_graph.link.datasets.treaties import InputError

if TYPE_CHECKING:
    from ukfr_graph.link.review.candidate_files import Pair
    from ukfr_graph.link.review.decisions import Verdict
    from ukfr_graph.link.review.session import Review

_VERDICTS: dict[str, Verdict] = {"a": "exact", "c": "close", "r": "reject", "s": "skip"}
_END = ("\x03", "\x04", "")
_BAR = 8


def run_review(review: Review, author: str, author_id: str) -> None:
    """Ask about each pair until all is decided or the reviewer leaves.

    Raises:
        InputError: there is no terminal, or the reviewer has no name.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("A review needs a terminal. On a server, the page /link/review does the same.")
    if not author.strip():
        raise InputError("Say who reviews: --author 'Your name'.")
    console = Console(highlight=False)
    with _single_keys():  # throughout, so that no key is lost between two pairs
        _ask(review, console, author, author_id)
    state = review.progress()
    console.clear()
    said = _("%(decided)s decided, %(open)s open. Every decision is kept in %(file)s.")
    values = {"decided": state.decided, "open": state.open, "file": review.decisions.path}
    console.print(said % values, markup=False)
    said = _("Next: ukfr-graph link accept %(file)s") % {"file": review.candidates.path}
    console.print(said, markup=False)


def _ask(review: Review, console: Console, author: str, author_id: str) -> None:
    said = ""
    while pair := review.next_pair():
        console.clear()
        console.print(_draw(review, pair, said))
        key = _read_key().lower()
        if key == "q" or key in _END:
            break
        if key == "u":
            back = review.undo(author)
            said = _("there is nothing to take back")
            if back:
                said = _("taken back: %(ours)s and %(theirs)s") % {"ours": back.subject, "theirs": back.object}
        elif verdict := _VERDICTS.get(key):
            review.decide(pair, verdict, author, author_id)
            said = _say_verdict(verdict) % {"ours": pair.subject, "theirs": pair.object}
        else:
            said = _("%(key)s is no key here") % {"key": _visible(key)}


def _say_verdict(verdict: Verdict) -> str:
    return {
        "exact": _("accepted as exactly the same: %(ours)s and %(theirs)s"),
        "close": _("accepted as close: %(ours)s and %(theirs)s"),
        "reject": _("rejected: %(ours)s and %(theirs)s"),
    }.get(verdict, _("skipped: %(ours)s and %(theirs)s"))


def _draw(review: Review, pair: Pair, said: str) -> RenderableType:
    state = review.progress()
    progress = _("%(decided)s decided, %(open)s open") % {"decided": state.decided, "open": state.open}
    head = Text(progress, style="dim")
    if said:
        head.append(f" · {said}")
    return Group(head, Text(), _sides(pair), Text(), _evidence(pair), Text(), _outcome(pair), Text(), _menu())


def _sides(pair: Pair) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=True, show_header=True, header_style="bold")
    table.add_column("", style="dim", no_wrap=True)
    table.add_column(Text(_("ours: %(name)s") % {"name": pair.subject}), ratio=1, overflow="fold")
    table.add_column(Text(_("theirs: %(name)s") % {"name": pair.object}), ratio=1, overflow="fold")
    for field in dict.fromkeys([*pair.ours, *pair.theirs]):
        ours, theirs = pair.ours.get(field, ""), pair.theirs.get(field, "")
        if ours or theirs:
            style = "green" if ours == theirs else ""
            table.add_row(field, Text(_visible(ours) or "–", style=style), Text(_visible(theirs) or "–", style=style))
    return table


def _evidence(pair: Pair) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="dim")
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    for name, words, weight in pair.evidence:
        length = min(_BAR, max(1, round(abs(weight)))) if weight else 0
        style = "green" if weight > 0 else "red"
        table.add_row(
            name,
            Text(words),
            f"{weight:+.1f}" if weight else "",
            Text(("+" if weight > 0 else "-") * length, style=style),
        )
    return table


def _outcome(pair: Pair) -> Text:
    text = Text(_("%(share)s likely by the rule; ") % {"share": f"{pair.confidence:.0%}"})
    if pair.rank > 1:
        return text.append(_("candidate %(rank)s for this treaty") % {"rank": pair.rank})
    outcome = {"accepted": _("accepted"), "review": _("for review")}.get(pair.outcome, pair.outcome)
    return text.append(outcome, style="bold").append(f": {pair.reason}")


def _menu() -> RenderableType:
    text = Text()
    keys = {
        "a": _("accept"), "c": _("close, not the same"), "r": _("reject"), "s": _("skip"), "u": _("undo"),
        "q": _("quit"),
    }  # fmt: skip
    for key, words in keys.items():
        text.append(f" {key} ", style="reverse").append(f" {words}   ")
    return Padding(text, 0)


def _visible(text: str) -> str:
    """Write a text without characters that could steer the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _read_key() -> str:
    return os.read(sys.stdin.fileno(), 1).decode("latin-1")


@contextmanager
def _single_keys() -> Iterator[None]:
    """Have the terminal give each key at once, without showing it; it is put back afterwards, whatever happens."""
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
