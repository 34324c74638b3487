"""The triplestore: versions on disk, and the one door through which a snapshot is opened."""

from ukfr_graph.store.engine import Engine, Results, Term
from ukfr_graph.store.layout import read_manifest, staging_folder, write_lock
from ukfr_graph.store.remote import RemoteEngine
from ukfr_graph.store.snapshot import Snapshot, open_snapshot
from ukfr_graph.store.versions import install_dataset, load_graph

__all__ = [
    "Engine",
    "RemoteEngine",
    "Results",
    "Snapshot",
    "Term",
    "install_dataset",
    "load_graph",
    "open_snapshot",
    "read_manifest",
    "staging_folder",
    "write_lock",
]
