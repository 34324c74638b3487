"""Reading an outside dataset through its adapter, and the account of what was wrong with it.

An adapter is one module in ``adapters``; its file's name is the adapter's. It defines ``ADAPTER``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from ukfr_graph.errors import Message, make_message
from ukfr_graph.errors import mark as _
from ukfr_graph.link.datasets import adapters
from ukfr_graph.link.datasets.treaties import Fault, InputError, Treaty

_KEPT_LINES = 5


@dataclass(frozen=True)
class Dataset:
    """An outside dataset: its name in file names, the prefix of its identifiers and what it stands for, its home."""

    name: str
    prefix: str
    namespace: str
    source: str


@dataclass(frozen=True)
class Adapter:
    """An adapter for one kind of dataset.

    ``read`` takes the file (or folder) and the mapping file, if any. ``dataset`` says which it is, or ``describe``
    reads that from the mapping file, without which the adapter cannot read.
    """

    name: str
    summary: str
    read: Callable[[Path, Path | None], Iterator[Treaty | Fault]]
    dataset: Dataset | None = None
    describe: Callable[[Path], Dataset] | None = None

    def find_dataset(self, mapping: Path | None) -> Dataset:
        """Say which dataset is read.

        Raises:
            InputError: the adapter needs a mapping file, and there is none, or it is not usable.
        """
        if self.dataset:
            return self.dataset
        if self.describe is None or mapping is None:
            raise InputError(
                "The adapter %(name)s needs --mapping, a file that says which column is what.", name=repr(self.name)
            )
        return self.describe(mapping)


@dataclass
class ReadingAccount:
    """The result of reading a file: how many treaties and lost rows, and each kind of fault with its first lines.

    Every fault is written to ``file``, if there is one.
    """

    treaties: int = 0
    lost: int = 0
    counts: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    lines: dict[tuple[str, str, bool], list[int]] = field(default_factory=dict)
    file: TextIO | None = None

    def add(self, fault: Fault) -> None:
        """Take down one fault."""
        if self.file:
            self.file.write(f"{fault}\n")
        key = (fault.field, fault.message, fault.is_lost)
        self.counts[key] += 1
        self.lost += fault.is_lost
        lines = self.lines.setdefault(key, [])
        if len(lines) < _KEPT_LINES:
            lines.append(fault.line)

    def write(self, limit: int | None = None) -> list[Message]:
        """Write the account, one line for each kind of fault: rows that were lost first, then the commonest."""
        order = sorted(self.counts, key=lambda key: (not key[2], -self.counts[key], key))
        shown = []
        for key in order[:limit]:
            where = ", ".join(map(str, self.lines[key])) + (", …" if self.counts[key] > _KEPT_LINES else "")
            said = make_message("%(message)s (row left out)", message=key[1]) if key[2] else key[1]
            count = self.counts[key]
            template = _("%(field)s: %(said)s: line %(lines)s")
            if count > 1:
                template = _("%(field)s: %(said)s: %(count)s times, line %(lines)s")
            shown.append(make_message(template, field=key[0], said=said, count=count, lines=where))
        if limit is not None and len(order) > limit:
            shown.append(make_message("and %(count)s more kinds of fault", count=len(order) - limit))
        return shown


def list_adapters() -> dict[str, Adapter]:
    """Return every adapter by its name."""
    names = sorted(module.name for module in pkgutil.iter_modules(adapters.__path__))
    return {name: find_adapter(name) for name in names}


def find_adapter(name: str) -> Adapter:
    """Return an adapter.

    Raises:
        InputError: there is none of that name; it lists those that are.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(adapters.__path__))
    if name not in names:
        raise InputError("There is no adapter %(name)s; there are %(names)s.", name=repr(name), names=", ".join(names))
    adapter: Adapter = importlib.import_module(f"{adapters.__name__}.{name}").ADAPTER
    return adapter


def read_treaties(path: Path, adapter: Adapter, mapping: Path | None = None) -> Iterator[Treaty | Fault]:
    """Read a dataset; a second row of one identifier is left out, and one that says the same under another is told.

    Raises:
        InputError: the file cannot be read at all, or a mapping file is needed or not usable.
    """
    adapter.find_dataset(mapping)
    if not path.exists():
        raise InputError("%(file)s does not exist.", file=path)
    if not (path.is_file() or path.is_dir()):
        raise InputError(
            "%(file)s is neither a file nor a folder (a pipe or a device); save it as a file first.", file=path
        )
    identifiers: dict[int, int] = {}
    contents: dict[int, int] = {}
    for item in adapter.read(path, mapping):
        if isinstance(item, Treaty):
            first = identifiers.setdefault(hash(item.identifier), item.line)
            if first != item.line:
                yield Fault(item.line, "identifier", "another row has the same one", is_lost=True)
                continue
            same = contents.setdefault(hash((item.titles, item.signed, item.parties)), item.line)
            if same != item.line:
                yield Fault(item.line, "row", "another row has the same title, date and parties")
        yield item
