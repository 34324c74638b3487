"""The tree of errors, but for those in files and documents (see ``data``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ukfr_graph.errors.message import Message, make_message
from ukfr_graph.errors.message import mark as _


class UkfrError(Exception):
    """Whatever this package refuses or fails to do, in words for the person who asked."""

    exit_code = 2
    status = 500
    title = _("The request could not be carried out")

    def __init__(self, message: str | Message, /, **values: object) -> None:
        self.message = make_message(message, **values)
        super().__init__(str(self.message))

    def say(self, gettext: Callable[[str], str]) -> str:
        """Return the error in the language of a catalogue."""
        return self.message.say(gettext)

    @property
    def members(self) -> dict[str, object]:
        """Further facts about the error, by name, for programs."""
        return {}

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Return where to go on from here: relation type (RFC 8288) and IRI."""
        return ()


class SettingsError(UkfrError):
    """A setting, a path or the installation is not usable."""


class OutputError(UkfrError):
    """A thing that was made cannot be written where it should be: to a file, a pipe or a terminal."""

    title = _("The output cannot be written")


class DatasetError(UkfrError):
    """The dataset on disk is missing, damaged or in use."""

    status = 503
    title = _("The dataset is not available")


class EngineError(DatasetError):
    """An engine elsewhere answers, but not with what was asked of it (RFC 9110, section 15.6.3)."""

    status = 502
    title = _("The engine's answer cannot be used")


class EngineBusyError(EngineError):
    """An engine elsewhere wants to be asked again after ``retry_after_s`` (RFC 9110, section 10.2.3)."""

    status = 503
    title = _("The engine is busy")

    def __init__(self, message: str | Message, /, *, retry_after_s: int = 1, **values: object) -> None:
        super().__init__(message, **values)
        self.retry_after_s = retry_after_s

    @property
    def members(self) -> dict[str, object]:
        """Return how long to wait."""
        return {"retry_after_s": self.retry_after_s}


class BusyError(UkfrError):
    """Something is in use or full; the same request may succeed later."""

    status = 503
    title = _("The server is busy")


class StorageError(UkfrError):
    """The disk has no room for what is to be kept (RFC 4918, section 11.5)."""

    status = 507
    title = _("Insufficient storage")


class NotFoundError(UkfrError):
    """A thing that was named does not exist here."""

    status = 404
    title = _("Not found")


class GoneError(UkfrError):
    """A thing that was named was here, and is no more; ``successors`` stand in its place."""

    status = 410
    title = _("Not here any more")

    def __init__(
        self,
        message: str | Message,
        /,
        *,
        successors: tuple[str, ...] = (),
        members: Mapping[str, object] | None = None,
        **values: object,
    ) -> None:
        super().__init__(message, **values)
        self.successors, self._members = successors, members or {}

    @property
    def members(self) -> dict[str, object]:
        """Return what to ask for instead."""
        return {**({"successors": list(self.successors)} if self.successors else {}), **self._members}

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Return the successors (RFC 5829, section 3.4)."""
        return tuple(("successor-version", iri) for iri in self.successors)


class UnsupportedError(UkfrError):
    """The thing asked for cannot be had from the kind of dataset that this installation serves."""

    status = 501
    title = _("Not available here")


class QueryError(UkfrError):
    """A query, or a value given to it, is not acceptable."""

    status = 400
    title = _("The query is not acceptable")


class QuerySyntaxError(QueryError):
    """The text is not SPARQL. ``line`` and ``column`` count from 1."""

    title = _("The query is not valid SPARQL")

    def __init__(self, detail: str | Message, line: int | None, column: int | None) -> None:
        template = _("line %(line)s, column %(column)s: %(detail)s")
        super().__init__(make_message(template, detail=detail, line=line, column=column) if line else detail)
        self.detail, self.line, self.column = str(detail), line, column

    @property
    def members(self) -> dict[str, object]:
        """The position, where the parser tells it."""
        return {"line": self.line, "column": self.column} if self.line else {}


class QueryRefusedError(QueryError):
    """The query asks for something that this installation does not do, or is beyond a limit."""

    status = 403
    title = _("The query is refused")


class QueryTimeoutError(QueryError):
    """The time limit was reached; the evaluation was ended."""

    status = 504
    title = _("The query took too long")


class QueryCrashedError(QueryError):
    """The evaluating process ended: the query needed more memory than it may have, or broke the engine."""

    status = 503
    title = _("The query could not be evaluated within its limits")


class ResultTooLargeError(QueryError):
    """The result is larger than the limit; nothing of it is given."""

    status = 422
    title = _("The result is too large")


class ParameterError(QueryError):
    """A parameter of a saved query is missing, unknown or of the wrong type."""

    title = _("A parameter is not acceptable")


class NotAcceptableError(UkfrError):
    """None of the formats that the client accepts can be given."""

    status = 406
    title = _("No acceptable format")


class MethodError(UkfrError):
    """The method is not one of this resource's; ``allowed`` are."""

    status = 405
    title = _("Method not allowed")

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        template = _("%(method)s is not a method of this resource; it has %(allowed)s.")
        super().__init__(template, method=method, allowed=", ".join(allowed))
        self.allowed = allowed


class RemoteError(UkfrError):
    """An error that another process has already put into words: its status, title and further members."""

    def __init__(self, status: int, title: str, detail: str | Message, members: dict[str, object]) -> None:
        super().__init__(detail)
        self.status, self.title, self._members = status, title, members

    @property
    def members(self) -> dict[str, object]:
        """Return what the other process said besides."""
        return self._members


class AuthorizationError(UkfrError):
    """The bearer token is missing or unknown (RFC 6750, section 3)."""

    status = 401
    title = _("A token is needed")


class ForbiddenError(UkfrError):
    """The act asked for is not allowed, here or to this token."""

    status = 403
    title = _("Not allowed")


class PreconditionError(UkfrError):
    """The thing to be changed is not what the client last saw (``If-Match``)."""

    status = 412
    title = _("The resource has changed")


class RequestTooLargeError(UkfrError):
    """The body is larger than the limit."""

    status = 413
    title = _("The request is too large")


class DocumentRefusedError(UkfrError):
    """A document is nested too deeply, or takes more memory or time to read than it may."""

    status = 422
    title = _("The document is refused")


class UnsupportedMediaTypeError(UkfrError):
    """The body or the file is of a type that is not read here."""

    status = 415
    title = _("Unsupported media type")
