"""The limits of one query and their defaults, as plain values that travel to the process which evaluates it."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Limits:
    """Limits by the names of their settings (see ``settings.Settings`` for units and meaning)."""

    max_query_length: int = 100_000
    max_query_nesting: int = 200
    max_query_operators: int = 400
    max_result_bytes: int = 100_000_000
    query_memory_bytes: int = 2_000_000_000
    max_upload_nesting: int = 100
    upload_cpu_s: int = 60
    max_graphs: int = 1_000
    max_network_nodes: int = 5_000
    max_overview_nodes: int = 50_000
    service_allow: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: object) -> Limits:
        """Take the limits out of the settings."""
        return cls(**{field.name: getattr(settings, field.name) for field in fields(cls)})
