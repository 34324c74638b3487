"""The command that serves."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from gettext import gettext as _
from pathlib import Path
from typing import Annotated, Any

import typer

from ukfr_graph.cli.make import Data, build_into, open_console
from ukfr_graph.errors import DataError, SettingsError
from ukfr_graph.settings import Settings, change_settings, read_settings

_SECRET = ("password", "token")  # a command line can be read by others on the machine


def register(app: typer.Typer) -> None:
    """Add this group's command, with a flag for every setting."""
    app.command()(_with_flags(serve))


def serve(
    store: Annotated[Path | None, typer.Option("--store", help="Folder of the dataset (UKFR_DATASET).")] = None,
    data: Data = None,
    empty: Annotated[bool, typer.Option("--empty", help="Serve a plain, writable dataset of your own.")] = False,
    **given: Any,
) -> None:
    """Serve the graph over HTTP; build it first where no dataset exists.

    With --empty the dataset has no curated graphs, and lies in --store or in ./own; on a loopback address it
    can be written to without a token.
    """
    from ukfr_graph.server.listening import bind_address
    from ukfr_graph.server.run import run_server
    from ukfr_graph.store import install_plain, verify_version
    from ukfr_graph.workers.launching import fork_fork_server
    from ukfr_graph.workspace_datasets import find_dataset, is_built

    launched = fork_fork_server()  # before anything is opened, read or started here
    changes = {name: value for name, value in given.items() if value is not None}
    if data and (empty or changes.get("endpoint")):
        raise SettingsError("--data excludes --empty and --endpoint: give one.")
    if store and changes.get("endpoint"):
        raise SettingsError("--store and --endpoint exclude each other: give one.")
    settings = change_settings(read_settings(), changes)
    sockets = bind_address(settings.host, settings.port)  # before a build, which takes its time
    settings = settings.model_copy(update={"port": sockets[0].getsockname()[1]})
    if empty:
        root = store or Path("own")
        install_plain(root)
        settings = settings.model_copy(update={"dataset": root, "endpoint": None})
    elif not settings.endpoint:
        folders = data or settings.data
        root = store or (find_dataset(folders) if folders else settings.dataset)
        if not is_built(root, folders):
            root = _build_or_mend(root, folders, is_edited=settings.edit is not None)
        settings = settings.model_copy(update={"dataset": root})
    with ThreadPoolExecutor(1) as thread:  # the files are read while the service is put together
        verified = thread.submit(lambda: None if settings.endpoint else verify_version(settings.dataset))
        run_server(settings, verified, sockets, launched)


def _build_or_mend(root: Path, folders: Sequence[Path], *, is_edited: bool) -> Path:
    """Build the dataset, and return its folder: to edit what does not conform, that of the dataset before."""
    from ukfr_graph.workspace_datasets import build_without_records

    try:
        build_into(root, folders)
    except DataError as error:
        if not is_edited or not folders:
            raise
        open_console().print(error.say(_), markup=False, highlight=False)
        said = _("Mend this in the coding workbench; until then, pages show what was built before, or no record.")
        open_console().print(said, markup=False, highlight=False)
        return root if (root / "current").exists() else build_without_records(folders)
    return root


def _with_flags(command: Any) -> Any:
    """Return a command a flag for each setting, so that the list of settings is the one list."""
    own = [p for p in inspect.signature(command).parameters.values() if p.kind is not p.VAR_KEYWORD]
    flags = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                _plain_type(field.annotation), typer.Option(help=f"{field.description} [UKFR_{name.upper()}]")
            ],
        )
        for name, field in Settings.model_fields.items()
        if name not in ("dataset", "data") and not name.endswith(_SECRET)
    ]

    def run(**given: Any) -> None:
        command(**given)

    run.__doc__, run.__name__ = command.__doc__, command.__name__
    parameters = [p.replace(annotation=_resolve(p.name)) for p in own] + flags
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def _resolve(name: str) -> Any:
    return inspect.get_annotations(serve, eval_str=True)[name]


def _plain_type(annotation: Any) -> Any:
    """Return the type of a flag that may be left out."""
    kinds = [kind for kind in (bool, int, float, Path, str) if kind is annotation or kind in _members(annotation)]
    return (kinds or [str])[0] | None


def _members(annotation: Any) -> tuple[Any, ...]:
    return tuple(getattr(annotation, "__args__", ()))
