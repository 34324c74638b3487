"""Making the next version with a write. The old one stays whole until the switch."""

from __future__ import annotations

import hashlib
import os
import shutil
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from ukfr_graph.errors import DatasetError, StorageError, UkfrError
from ukfr_graph.store import disk_space, layout, text_index, verification
from ukfr_graph.store.text_facts import Graph
from ukfr_graph.store.text_pass import are_large, make_index_of_files
from ukfr_graph.store.user_files import find_file, merge_lines, read_hash, write_file

_ADDED = "added.nq"


@dataclass
class NextVersion:
    """A version in the making: a store that may be written to, its ``folder``, and which graphs were ``changed``.

    ``before`` is the folder of the version it starts from, ``name`` its name, ``is_plain`` whether it holds
    no curated graphs. Of those that are ``filed``, the file is written first; the store gets the ``added`` triples of
    the ``unloaded`` files at the end.
    """

    store: ox.Store
    folder: Path
    before: Path
    name: str
    is_plain: bool
    changed: set[Graph] = field(default_factory=set)
    filed: set[Graph] = field(default_factory=set)
    unloaded: list[Path] = field(default_factory=list)
    added: int = 0

    def graph_names(self) -> list[str]:
        """Name the named graphs, in order."""
        return sorted(graph.value for graph in self.store.named_graphs())

    def graphs(self) -> set[Graph]:
        """Return the default graph and the named ones."""
        return {ox.DefaultGraph(), *(ox.NamedNode(name) for name in self.graph_names())}

    def empty_graph(self, graph: Graph) -> None:
        """Take everything out of a graph."""
        self.store.clear_graph(graph)
        if before := find_file(self.folder.with_name(layout.USER), graph):
            before.unlink()

    def add_lines(self, graph: Graph, lines: Iterable[bytes]) -> int:
        """Add lines of N-Quads, in order and each once, to a graph that is as its file is; return how many it has then.

        The store gets them when this version is made whole, while their text is read for the index.
        """
        user = self.folder.with_name(layout.USER)
        before, known = find_file(user, graph), 0
        if before is None:
            count = write_file(user, graph, lines)
            added = find_file(user, graph)
        else:
            added = self.folder.with_name(_ADDED)
            with added.open("wb") as file:
                file.writelines(lines)
            with before.open("rb") as old, added.open("rb") as new:
                known = sum(1 for _ in old)
                old.seek(0)
                count = write_file(user, graph, merge_lines(old, new))
        if added is not None:
            self.unloaded.append(added)
        self.added += count - known
        self.filed.add(graph)
        return count

    def load_files(self) -> None:
        """Load what was added as files.

        Raises:
            DatasetError: the store does not have as many triples then as the files.
        """
        if not self.unloaded:
            return
        before = len(self.store)
        for file in self.unloaded:
            self.store.bulk_load(path=file, format=ox.RdfFormat.N_QUADS)
        if len(self.store) - before != self.added:
            raise DatasetError(
                "The store took %(count)s triples, the files have %(counted)s. Nothing was changed.",
                count=len(self.store) - before,
                counted=self.added,
            )
        self.folder.with_name(_ADDED).unlink(missing_ok=True)


@contextmanager
def next_version(root: Path, wait_s: float = 0) -> Iterator[NextVersion]:
    """Return a draft of the next version; it is put in force at the end, unless an error ends it.

    The engine's backup is a hard-linked copy: cheap, and the original is not touched. Only one writer at a
    time; the next waits for it, at most ``wait_s`` seconds.

    Raises:
        BusyError: another process is writing.
        DatasetError: there is no dataset, or it cannot be written to.
        StorageError: the disk is full, or what is left of it is kept for removing something.
    """
    with (
        _tell_of_full_disk(),
        layout.write_lock(root, wait_s),
        verification.carry_note(root) as intact,
        layout.staging_folder(root) as staging,
    ):
        disk_space.make_room(root)
        version = layout.current_version(root)
        manifest = layout.read_manifest(version)
        kept = [version / name for name in (layout.MANIFEST, layout.NQUADS, layout.TURTLE, layout.DIGESTS)]
        link_files(filter(Path.exists, kept), staging)
        for name in layout.CARRIED:
            link_tree(version / name, staging / name)
        user = staging / layout.USER
        user.mkdir()
        link_files((version / layout.USER).glob("*.nq"), user)
        ox.Store.read_only(str(version / layout.STORE)).backup(staging / layout.STORE)
        apart = ox.Store()  # in a plain dataset, all is the user's
        if not manifest.get("plain"):
            apart = ox.Store.read_only(str(layout.curated_store(version)))
            apart.backup(staging / layout.CURATED)
        folder = staging / layout.STORE
        draft = NextVersion(
            ox.Store(folder), folder, version, layout.version_name(version), bool(manifest.get("plain"))
        )
        with _closing(draft):
            yield draft
            if not draft.changed:
                return
            for graph in draft.changed - draft.filed:
                write_file(user, graph, _list_lines(draft.store, graph))
            with ThreadPoolExecutor(1) as thread:  # the engine loads without the interpreter's lock
                index = thread.submit(index_user_files, staging) if are_large(draft.unloaded) else None
                draft.load_files()
            draft.store.flush()
            if index is None:
                _index_users_graphs(draft, apart, staging / layout.USER_INDEX)
            else:
                index.result()
            _index_curated_graphs(draft, apart, staging / layout.INDEX)
        layout.write_checksums(staging, {verified.state.inode: verified.sha256 for verified in intact.values()})
        if (shortage := disk_space.find_shortage(root)) and _count(staging) > _count(version):
            raise StorageError("%(shortage)s. Nothing was changed.", shortage=shortage)
        draft.name = layout.version_name(layout.switch_to(staging, root, name_version(manifest["version"], user)))


@contextmanager
def _closing(draft: NextVersion) -> Iterator[None]:
    """Close the store of a draft before its folder moves or goes.

    The engine compacts in the background what it opens; where its files are gone it tries again after a second, and is
    not closed before.
    """
    try:
        yield
    except BaseException as error:
        traceback.clear_frames(error.__traceback__)  # they may have the store
        raise
    finally:
        del draft.store


@contextmanager
def _tell_of_full_disk() -> Iterator[None]:
    try:
        yield
    except UkfrError:
        raise
    except Exception as error:  # the system, the engine and SQLite have each an error of their own for a full disk
        if not disk_space.is_full(error):
            raise
        raise StorageError(
            "The disk is full (%(error)s). Nothing was changed. Remove graphs, or make room beside the dataset.",
            error=error,
        ) from None


def hash_graph(version: Path, graph: Graph) -> str:
    """Name the content of a graph in a version: the hash of its text, or the version where it is curated."""
    file = find_file(version / layout.USER, graph)
    return read_hash(file) if file else str(layout.read_manifest(version)["version"])


def _count(version: Path) -> int:
    return len(ox.Store.read_only(str(version / layout.STORE)))


def _list_lines(store: ox.Store, graph: Graph) -> list[bytes]:
    content = ox.serialize(store.quads_for_pattern(None, None, None, graph), format=ox.RdfFormat.N_QUADS)
    assert content is not None  # no output file was given
    return sorted(content.splitlines(keepends=True))


def link_files(files: Iterable[Path], folder: Path) -> None:
    """Link files into a folder; they are copied where it is on another file system."""
    for file in files:
        try:
            os.link(file, folder / file.name)
        except OSError:
            shutil.copy2(file, folder / file.name)


def link_tree(folder: Path, target: Path) -> None:
    """Make a folder like another, with links to its files."""
    for inner in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        place = target / inner.relative_to(folder)
        place.mkdir(parents=True, exist_ok=True)
        link_files(filter(Path.is_file, inner.glob("*")), place)


def index_user_files(staging: Path) -> None:
    """Make the text index of the user's graphs from their files."""
    files = sorted((staging / layout.USER).glob("*.nq"))
    make_index_of_files(staging / layout.USER_INDEX, staging / layout.NQUADS, *files)


def _index_users_graphs(draft: NextVersion, curated: ox.Store, path: Path) -> None:
    """Make the text index of the user's graphs from the store, and from the index before where there is one."""
    before = draft.before / layout.USER_INDEX
    if text_index.is_readable(before):
        text_index.update_index(before, draft.store, draft.changed, path)
    else:
        text_index.make_index(draft.store, path, name_graphs(draft.store) - name_graphs(curated))


def _index_curated_graphs(draft: NextVersion, curated: ox.Store, path: Path) -> None:
    """Keep the text index of the curated graphs, or make it where there is none."""
    if text_index.is_readable(draft.before / layout.INDEX):
        link_files([draft.before / layout.INDEX], path.parent)
    else:
        text_index.make_index(curated, path)


def name_graphs(store: ox.Store) -> set[Graph]:
    """Name the graphs of a store; the default graph is among them where it is not empty."""
    default = ox.DefaultGraph()
    found: set[Graph] = {g for g in store.named_graphs() if isinstance(g, ox.NamedNode)}
    return found | ({default} if next(store.quads_for_pattern(None, None, None, default), None) else set())


def name_version(version: str, user: Path) -> str:
    """Name the content of a version: what was built, and the graphs in the folder of the user's own."""
    names = sorted(path.stem for path in user.glob("*.nq"))
    return f"{version}-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:8]}" if names else version
