"""The triplestore: versions on disk, and the one door through which a snapshot is opened."""

from ukfr_graph.store.engine import Engine, Results, Solutions, Term
from ukfr_graph.store.installation import install_dataset, install_plain
from ukfr_graph.store.layout import CURRENT, current_version, read_manifest, staging_folder, version_name, write_lock
from ukfr_graph.store.remote import RemoteEngine
from ukfr_graph.store.snapshot import Snapshot, open_snapshot, read_profile
from ukfr_graph.store.text_facts import Graph
from ukfr_graph.store.verification import verify_version
from ukfr_graph.store.versions import NextVersion, hash_graph, next_version
from ukfr_graph.store.writes import Rights, check_right, delete_graph, load_graph, name_graph, put_graph, run_update

__all__ = [
    "CURRENT",
    "Engine",
    "Graph",
    "NextVersion",
    "RemoteEngine",
    "Results",
    "Rights",
    "Snapshot",
    "Solutions",
    "Term",
    "check_right",
    "current_version",
    "delete_graph",
    "hash_graph",
    "install_dataset",
    "install_plain",
    "load_graph",
    "name_graph",
    "next_version",
    "open_snapshot",
    "put_graph",
    "read_manifest",
    "read_profile",
    "run_update",
    "staging_folder",
    "verify_version",
    "version_name",
    "write_lock",
]
