"""Engines of others, each started empty on a free port, where Debian's packages are installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.servers import free_port, wait_until_ready

OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"
JENA_SERVER = Path(__file__).parents[1] / "engines" / "JenaServer.java"
PASSWORD = "a-password-of-the-tests"
_JARS = Path("/usr/share/java")
_NEEDED = (
    "jena-arq", "jena-core", "jena-base", "jena-iri", "slf4j-api", "slf4j-nop", "commons-codec", "commons-cli",
    "commons-compress", "commons-csv", "commons-io", "commons-lang3", "httpclient", "httpcore", "guava", "thrift",
    "jsonld-java", "titanium-json-ld", "jakarta.json-api", "gson", "protobuf", "jackson-core", "jackson-databind",
    "jackson-annotations", "dexx.collection", "jena-tdb2", "jena-dboe-base", "jena-dboe-index", "jena-dboe-storage",
    "jena-dboe-trans-data", "jena-dboe-transaction",
)  # fmt: skip
_MESSAGES = "org/apache/jena/ext/xerces/"
_VIRTUOSO_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {most_rows}
"""


@dataclass(frozen=True)
class Engine:
    """An engine that runs: its query address, its graph store's, and what it asks of who writes."""

    name: str
    query: str
    store: str
    user: str = ""
    password: str = ""

    @property
    def credentials(self) -> dict[str, str]:
        """The environment of a command that writes to it."""
        return {"UKFR_ENDPOINT_USER": self.user, "UKFR_ENDPOINT_PASSWORD": self.password} if self.user else {}


def missing(name: str) -> str:
    """Why an engine cannot be started here; empty where it can."""
    if name == "jena" and not (shutil.which("javac") and (_JARS / "jena-arq.jar").exists()):
        return "Jena is not installed: apt-get install libapache-jena-java default-jdk-headless"
    if name == "virtuoso" and not shutil.which("virtuoso-t"):
        return "Virtuoso is not installed: apt-get install virtuoso-opensource-7"
    return ""


@contextmanager
def start_engine(name: str, folder: Path, *, most_rows: int = 1_000_000, on_disk: bool = False) -> Iterator[Engine]:
    """Start an empty engine; ``most_rows`` is after how many rows Virtuoso cuts an answer off.

    ``on_disk`` is for large data: Jena keeps them there (TDB2), with the union of all graphs as its default graph, and
    else in memory; Virtuoso, which always does, gets more memory.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    if name == "oxigraph":
        command = [OXIGRAPH, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
        engine, path = Engine(name, f"{url}/query", f"{url}/store"), "/"
    elif name == "jena":
        classes = ":".join([str(_place_messages(folder)), *(str(_JARS / f"{jar}.jar") for jar in _NEEDED)])
        how = [] if on_disk else ["-XX:TieredStopAtLevel=1"]  # compiled less, it starts faster
        kept = [str(folder / "tdb2")] if on_disk else []
        options = ["-Dsun.net.httpserver.nodelay=true", "-cp", classes]
        command = ["java", *how, *options, str(JENA_SERVER), str(port), PASSWORD, *kept]
        engine, path = Engine(name, f"{url}/sparql", f"{url}/data", "someone", PASSWORD), "/sparql?query=ASK%7B%7D"
    else:
        ini = folder / "virtuoso.ini"
        buffers = 170_000 if on_disk else 40_000  # of 8 kB
        sizes = {"buffers": buffers, "dirty": buffers * 3 // 4, "most_rows": most_rows}
        ini.write_text(_VIRTUOSO_INI.format(folder=folder, port=port, sql_port=free_port(), **sizes))
        command = ["virtuoso-t", "+foreground", "+configfile", str(ini)]
        store = f"{url}/sparql-graph-crud-auth"
        engine, path = Engine(name, f"{url}/sparql", store, "dba", "dba"), "/sparql?query=ASK%7B%7D"
    with _run(command, url, path, folder):
        yield engine


def _place_messages(folder: Path) -> Path:
    """Put the messages of Debian's jena-core where its classes, which have another package, look for them."""
    with zipfile.ZipFile(_JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(_MESSAGES) and name.endswith(".properties"):
                path = folder / "messages" / "xerces" / name.removeprefix(_MESSAGES)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jar.read(name))
    return folder / "messages"


@contextmanager
def _run(command: Sequence[str], url: str, path: str, folder: Path) -> Iterator[None]:
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder)
        try:
            wait_until_ready(url, process, path)
            yield
        finally:
            process.kill()  # nothing there is kept
            process.wait(20)
