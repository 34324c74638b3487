"""Every setting and limit: its default, its unit and its meaning.

Each can be given in the environment as ``UKFR_<NAME>``, and those of the server as a flag of
``ukfr-graph serve``; ``docs/settings.md`` lists them, and a test fails where one is missing there.
"""

from __future__ import annotations

import ipaddress
import os
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from ukfr_graph.errors import Message, SettingsError
from ukfr_graph.errors import mark as _
from ukfr_graph.limits import Limits

_LIMITS = Limits()
_PUBLIC_URL = re.compile(
    r"https?://(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?"
)


class Settings(BaseModel):
    """The settings of one process, read from the environment once."""

    model_config = ConfigDict(frozen=True)

    dataset: Path = Field(Path("out"), description="Folder in which the built dataset lies.")
    data: tuple[Path, ...] = Field(
        (), description="Folders of workspaces, separated by ':'; later ones extend those before."
    )
    endpoint: str | None = Field(None, description="A SPARQL endpoint to ask instead of a dataset on this machine.")
    endpoint_user: str | None = Field(None, description="User name for the endpoint (HTTP Basic).")
    endpoint_password: SecretStr | None = Field(None, description="Password for the endpoint; environment only.")
    endpoint_token: SecretStr | None = Field(None, description="Bearer token for the endpoint; environment only.")

    queries: Path | None = Field(None, description="Folder of your own saved queries, beside the bundled ones.")

    host: str = Field("127.0.0.1", description="Address on which the server listens.")
    port: int = Field(8000, ge=0, le=65535, description="Port on which the server listens; 0 takes a free one.")
    public_url: str = Field(
        "",
        description="Address at which the public finds the server, with its path; empty: as the trusted proxies say.",
    )
    trusted_proxies: tuple[str, ...] = Field(
        (), description="Addresses or networks of proxies whose forwarded headers are believed; separated by blanks."
    )
    workers: int = Field(3, ge=1, le=64, description="Processes for quick queries: one more than processors is plenty.")
    slow_queries: int = Field(4, ge=1, le=64, description="Most slow queries at a time; one more waits for its turn.")
    page_processes: int = Field(2, ge=1, le=4, description="Processes that make pages, apart from the endpoint.")
    page_timeout_s: float = Field(120.0, gt=0, description="Seconds after which the making of a page is ended.")
    queued_queries: int = Field(256, ge=1, description="Most queries that wait for a process; one more is refused.")
    quick_query_s: float = Field(0.01, gt=0, description="Seconds after which a query is demoted to the slow ones.")
    query_timeout_s: float = Field(30.0, gt=0, description="Seconds after which the evaluation of a query is ended.")
    write_timeout_s: float = Field(
        120.0, gt=0, description="Seconds after which a write, or making a download, is ended."
    )
    scrub_bytes_per_s: int = Field(
        20_000_000,
        ge=0,
        description="Bytes a second at which the dataset's files are read again, each day, to find damage; 0: never.",
    )
    query_memory_bytes: int = Field(
        _LIMITS.query_memory_bytes,
        ge=50_000_000,
        description="Address space that evaluating one query may take, in bytes.",
    )
    max_query_length: int = Field(
        _LIMITS.max_query_length, ge=1, description="Longest SPARQL query, in characters; a longer one is refused."
    )
    max_query_nesting: int = Field(
        _LIMITS.max_query_nesting,
        ge=1,
        description="Deepest nesting of brackets in a query; the engine's stack ends near 1,000.",
    )
    max_query_operators: int = Field(
        _LIMITS.max_query_operators,
        ge=1,
        description="Most operators (OPTIONAL, UNION, path steps …) in a query; planning grows with them.",
    )
    max_result_bytes: int = Field(
        _LIMITS.max_result_bytes, ge=1, description="Largest result, in bytes; a larger one is refused."
    )
    max_graphs: int = Field(_LIMITS.max_graphs, ge=1, description="Most graphs of users' own, beside the curated ones.")
    max_network_nodes: int = Field(
        _LIMITS.max_network_nodes, ge=1, description="Most nodes of a network that is laid out and written."
    )
    max_overview_nodes: int = Field(
        _LIMITS.max_overview_nodes, ge=1, description="Most nodes of a network whose communities are shown instead."
    )
    max_request_bytes: int = Field(1_000_000, ge=1, description="Largest body of a query or update, in bytes.")
    max_upload_bytes: int = Field(100_000_000, ge=1, description="Largest body of an upload of RDF, in bytes.")
    max_upload_nesting: int = Field(100, ge=1, description="Deepest nesting of uploaded JSON-LD or RDF/XML.")
    upload_cpu_s: int = Field(60, ge=1, description="Seconds of processor time that reading an upload may take.")
    max_header_bytes: int = Field(32_768, ge=1_024, description="Largest request line and headers, in bytes.")
    max_connections: int = Field(
        1_000, ge=1, description="Most open connections; one more takes a slow or idle one's place."
    )
    request_timeout_s: float = Field(20.0, gt=0, description="Seconds in which a request must have arrived whole.")
    keep_alive_s: int = Field(20, ge=0, description="Seconds that an idle connection is kept open.")
    shutdown_s: int = Field(10, ge=0, description="Seconds that running requests have when the server is stopped.")
    cache_bytes: int = Field(64_000_000, ge=0, description="Memory for answers that are kept, in bytes; 0 keeps none.")

    remote_cache_s: float = Field(60.0, ge=0, description="Seconds for which answers of another endpoint are kept.")

    reconcile_batch_size: int = Field(100, ge=1, description="Most reconciliation queries in one request.")
    reconcile_query_length: int = Field(
        1_000, ge=1, description="Longest text of a reconciliation query or of a value in it, in characters."
    )
    reconcile_candidates: int = Field(50, ge=1, description="Most candidates that a reconciliation query may ask for.")
    reconcile_extended: int = Field(1_000, ge=1, description="Most entities in one request for values of properties.")

    service_allow: tuple[str, ...] = Field(
        _LIMITS.service_allow,
        description="Addresses that SERVICE and LOAD may call, and what lies under them; separated by blanks.",
    )
    write_token: SecretStr | None = Field(
        None, description="The one token that may write everywhere but in curated graphs."
    )
    write_tokens_file: Path | None = Field(
        None, description="File of hashed tokens with their scopes (docs/writing.md)."
    )
    review_candidates: Path | None = Field(
        None,
        description="File of candidates that /link/review shows to holders of a token for reviewing (docs/linking.md).",
    )
    edit: Path | None = Field(
        None,
        description="Folder of the workspace that is coded at /code/…, on this machine or with a write token.",
    )
    read_token_needed: bool = Field(False, description="Require a token for reading as well.")
    report_address: str = Field(
        "",
        pattern=r"^(?:(?:mailto:|https://)\S+)?$",
        description="Address for readers' reports of errors: 'mailto:' and an address, or the https address of a form.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level that is logged; debug logs the text of queries."
    )

    def endpoint_authorization(self) -> str:
        """Return the Authorization header for the endpoint (RFC 7617, RFC 6750); empty where it needs none."""
        if self.endpoint_token is not None:
            return f"Bearer {self.endpoint_token.get_secret_value()}"
        if self.endpoint_user is None:
            return ""
        password = self.endpoint_password.get_secret_value() if self.endpoint_password else ""
        return "Basic " + b64encode(f"{self.endpoint_user}:{password}".encode()).decode()

    @field_validator("data", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        return tuple(filter(None, value.split(os.pathsep))) if isinstance(value, str) else value

    @field_validator("service_allow", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in value:
            ipaddress.ip_network(proxy, strict=False)
        return value

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str) -> str:
        if value and not is_public_url(value):
            raise ValueError("it is written as https://example.org or https://example.org/path, without query")
        return value.rstrip("/")


def is_public_url(text: str) -> bool:
    """Return whether a text is an address that a site may have.

    >>> is_public_url("https://example.org:8443/ukfr/"), is_public_url("https://example.org:99999"), is_public_url("x")
    (True, False, False)
    """
    try:
        return bool(_PUBLIC_URL.fullmatch(text)) and urlsplit(text).port != 0
    except ValueError:  # a port that there is not, or an address of IPv6 that is none
        return False


@cache
def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a variable has a value that its setting does not take.
    """
    given = {name: os.environ[f"UKFR_{name.upper()}"] for name in Settings.model_fields if _is_set(name)}
    return _validate(given, _("The environment is not usable"), lambda name: f"UKFR_{name.upper()}")


def change_settings(settings: Settings, changes: dict[str, object]) -> Settings:
    """Return settings with some of them changed by flags of the command line.

    Raises:
        SettingsError: a flag has a value that its setting does not take.
    """
    given = {**settings.model_dump(exclude_unset=True), **changes}
    return _validate(given, _("The call is not usable"), lambda name: "--" + name.replace("_", "-"))


def _validate(given: Mapping[str, object], what: str, show: Callable[[str], str]) -> Settings:
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        faults = "; ".join(f"{show(str(e['loc'][0]))}: {e['msg']}" for e in error.errors())
        raise SettingsError(
            "%(what)s: %(faults)s. Correct or leave out the value.", what=Message(what), faults=faults
        ) from None


def _is_set(name: str) -> bool:
    return bool(os.environ.get(f"UKFR_{name.upper()}"))
