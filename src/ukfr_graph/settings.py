"""Every setting and limit: its default, its unit and its meaning.

Each can be given in the environment as ``UKFR_<NAME>``; ``docs/settings.md`` lists them, and a test
fails where one is missing there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ukfr_graph.errors import SettingsError


class Settings(BaseSettings):
    """The settings of one process, read from the environment once."""

    model_config = SettingsConfigDict(env_prefix="UKFR_", frozen=True, extra="ignore")

    dataset: Path = Field(Path("out"), description="Folder in which the built dataset lies.")
    host: str = Field("127.0.0.1", description="Address on which the server listens.")
    port: int = Field(8000, ge=0, le=65535, description="Port on which the server listens; 0 takes a free one.")
    workers: int = Field(1, ge=1, le=64, description="Number of server processes.")
    max_query_length: int = Field(
        100_000, ge=1, description="Longest SPARQL query, in characters; a longer one is refused."
    )
    max_query_nesting: int = Field(
        200, ge=1, description="Deepest nesting of brackets in a query; the engine's stack ends near 1,000."
    )
    max_query_operators: int = Field(
        400, ge=1, description="Most operators (OPTIONAL, UNION, path steps …) in a query; planning grows with them."
    )
    max_request_bytes: int = Field(1_000_000, ge=1, description="Largest body of a request, in bytes.")


@cache
def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a variable has a value that its setting does not take.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"UKFR_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"The environment is not usable: {faults}. Correct or unset the variable.") from None
