"""Messages of the reconciliation service's clients, checked: both versions of the protocol become the same questions.

Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/) and
its 1.0 draft (https://reconciliation-api.github.io/specs/1.0-draft/).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, ValidationError

from ukfr_graph.errors import QueryError, RequestTooLargeError
from ukfr_graph.link.reconciliation.candidates import Criterion, Given, Question
from ukfr_graph.settings import Settings

_MOST_CONDITIONS = 10  # of one question
_MOST_VALUES = 10  # of one condition
_MOST_PROPERTIES = 50  # of one data extension
_USUAL_LIMIT = 10
_SHOWN = 200  # characters of what was sent, in messages
EXACT = "exact"
"""The one match qualifier: a value that is merely near does not count."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class EntityValue(_Message):
    """A value that is an entity, reconciled before."""

    id: StrictStr = Field(min_length=1)
    name: StrictStr = ""


Limit = Annotated[float, Field(strict=True, allow_inf_nan=False)]
PropertyValue = StrictStr | StrictBool | StrictInt | StrictFloat | EntityValue
Values = PropertyValue | Annotated[list[PropertyValue], Field(max_length=_MOST_VALUES)]


class PropertyMapping(_Message):
    """A property with the value or values that a candidate should have (0.2)."""

    pid: StrictStr = Field(min_length=1)
    v: Values


class Query(_Message):
    """A reconciliation query of version 0.2, section 4.1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: StrictStr | None = None
    type: StrictStr | list[StrictStr] | None = None
    limit: Limit | None = None
    properties: list[PropertyMapping] = Field([], max_length=_MOST_CONDITIONS)
    type_strict: Literal["any", "should", "all"] = "any"


class MatchCondition(_Message):
    """A condition of version 1.0-draft: on the name, or on a property."""

    matchType: Literal["name", "property"]  # noqa: N815 - the protocol's name
    propertyId: StrictStr | None = None  # noqa: N815
    propertyValue: Values  # noqa: N815
    required: StrictBool = False
    matchQuantifier: Literal["any", "all", "none"] = "any"  # noqa: N815
    matchQualifier: StrictStr | None = None  # noqa: N815


class MatchQuery(_Message):
    """A reconciliation query of version 1.0-draft."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    conditions: list[MatchCondition] = Field(min_length=1, max_length=_MOST_CONDITIONS)
    type: StrictStr | None = None
    limit: Limit | None = None
    lang: StrictStr | None = None
    dir: Literal["ltr", "rtl", "auto"] | None = None


class ExtendProperty(_Message):
    """A property whose values are asked, with what the user set for it."""

    id: StrictStr = Field(min_length=1)
    settings: dict[str, Any] | None = None


class ExtendQuery(_Message):
    """A data extension query; both versions have the same."""

    ids: list[StrictStr]
    properties: list[ExtendProperty] = Field(max_length=_MOST_PROPERTIES)


@dataclass(frozen=True)
class Bounds:
    """Limits of one request."""

    batch: int
    length: int
    candidates: int
    extended: int

    @classmethod
    def of(cls, settings: Settings) -> Bounds:
        """Take them from the settings."""
        return cls(
            settings.reconcile_batch_size,
            settings.reconcile_query_length,
            settings.reconcile_candidates,
            settings.reconcile_extended,
        )


Asked = Question | str
"""A question, or what is wrong with it: the others of its batch are answered all the same."""

_M = TypeVar("_M", bound=BaseModel)


def read_batch(text: str, bounds: Bounds) -> dict[str, Asked]:
    """Read a query batch of version 0.2: the questions by the names that the client gave them.

    Raises:
        QueryError: it is no JSON object.
        RequestTooLargeError: there are more queries than a batch may have.
    """
    content = _read_json(text)
    if not isinstance(content, dict):
        raise QueryError("A query batch is a JSON object: each query has a name of its own.")
    _check_size(len(content), bounds.batch, "UKFR_RECONCILE_BATCH_SIZE")
    return {name: _read(item, Query, lambda query: _ask(query, bounds)) for name, item in content.items()}


def read_match_batch(text: str, bounds: Bounds) -> list[Asked]:
    """Read a query batch of version 1.0-draft: the questions in their order.

    Raises:
        QueryError: it is no JSON object with an array ``queries``.
        RequestTooLargeError: there are more queries than a batch may have.
    """
    content = _read_json(text)
    queries = content.get("queries") if isinstance(content, dict) else None
    if not isinstance(queries, list):
        raise QueryError("A query batch is a JSON object with an array 'queries'.")
    _check_size(len(queries), bounds.batch, "UKFR_RECONCILE_BATCH_SIZE")
    return [_read(item, MatchQuery, lambda query: _ask_match(query, bounds)) for item in queries]


def read_extension(text: str, bounds: Bounds) -> ExtendQuery:
    """Read a data extension query.

    Raises:
        QueryError: it is not of the form that the protocol has.
        RequestTooLargeError: there are more entities than may be asked at once.
    """
    query = _validate(_read_json(text), ExtendQuery)
    _check_size(len(query.ids), bounds.extended, "UKFR_RECONCILE_EXTENDED")
    return query


def _read_json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise QueryError("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise QueryError("What was sent is not JSON: %(error)s", error=ascii(str(error))[1:-1]) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _check_size(size: int, most: int, setting: str) -> None:
    if size > most:
        raise RequestTooLargeError(
            "%(size)s are asked for; at most %(most)s are answered at once (%(setting)s).",
            size=size,
            most=most,
            setting=setting,
        )


def _read(item: Any, model: type[_M], ask: Callable[[_M], Question]) -> Asked:
    try:
        return ask(_validate(item, model))
    except QueryError as error:
        return str(error)


def _validate(content: Any, model: type[_M]) -> _M:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise QueryError(ascii(f"{where + ': ' if where else ''}{first['msg']}.")[1:-1][:_SHOWN]) from None


def _ask(query: Query, bounds: Bounds) -> Question:
    named = [Criterion(_give([query.query], bounds))] if query.query is not None and query.query.strip() else []
    conditions = [Criterion(_give(p.v, bounds), p.pid) for p in query.properties]
    if not named and not conditions:
        raise QueryError("A query has a text in 'query', or 'properties', or both.")
    types = [query.type] if isinstance(query.type, str) else query.type or []
    return Question((*named, *conditions), tuple(types), query.type_strict, _limit(query.limit, bounds))


def _ask_match(query: MatchQuery, bounds: Bounds) -> Question:
    conditions = []
    for asked in query.conditions:
        if (asked.matchType == "property") != bool(asked.propertyId):
            raise QueryError("A condition on a property has a 'propertyId', and one on the name has none.")
        if asked.matchQualifier not in (None, EXACT):
            raise QueryError("The one 'matchQualifier' of this service is '%(name)s'.", name=EXACT)
        conditions.append(
            Criterion(
                _give(asked.propertyValue, bounds),
                asked.propertyId or "",
                asked.required,
                asked.matchQuantifier,
                asked.matchQualifier == EXACT,
            )
        )
    types = (query.type,) if query.type else ()
    return Question(tuple(conditions), types, limit=_limit(query.limit, bounds))


def _give(values: Values, bounds: Bounds) -> tuple[Given, ...]:
    return tuple(_give_one(value, bounds) for value in (values if isinstance(values, list) else [values]))


def _give_one(value: PropertyValue, bounds: Bounds) -> Given:
    if isinstance(value, EntityValue):
        given = Given(value.name, value.id)
    elif isinstance(value, bool):
        given = Given(str(value).lower())
    elif isinstance(value, float) and value.is_integer():
        given = Given(str(int(value)))
    else:
        given = Given(str(value))
    if max(len(given.text), len(given.id)) > bounds.length:
        raise QueryError(
            "A text is longer than %(length)s characters (UKFR_RECONCILE_QUERY_LENGTH).", length=bounds.length
        )
    return given


def _limit(limit: float | None, bounds: Bounds) -> int:
    if limit is None:
        return min(_USUAL_LIMIT, bounds.candidates)
    if limit != int(limit) or not 1 <= limit <= bounds.candidates:
        raise QueryError(
            "'limit' is a whole number from 1 to %(most)s (UKFR_RECONCILE_CANDIDATES).", most=bounds.candidates
        )
    return int(limit)
