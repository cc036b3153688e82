"""Query parameters of the hot routes: described for OpenAPI like any other, read in one step.

FastAPI reads a model's parameters one by one, which costs more than the list's own query.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from api.core.errors import INVALID, Problem
from api.core.problems import field_errors

UNKNOWN = ("extra_forbidden", "unknown parameter")
TWICE = ("duplicate", "sent more than once")

Model = TypeVar("Model", bound=BaseModel)


@cache
def _repeatable(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if _is_list(field))


def _is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is list


def known_parameters(dependant: Dependant, own: Mapping[str, FieldInfo]) -> dict[str, bool]:
    """The query parameters of a route, each with whether it may come several times.

    `own` are those that it reads itself.
    """
    known = {name: _is_list(field) for name, field in own.items()}
    for inner in dependant.dependencies:
        known |= known_parameters(inner, {})
    for parameter in dependant.query_params:
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, field in annotation.model_fields.items():
                known[field.alias or name] = _is_list(field)
        else:
            known[parameter.alias] = _is_list(parameter.field_info)
    return known


def refuse_wrong_parameters(request: Request, known: Mapping[str, bool]) -> None:
    """Raise what is wrong with the names in the query: unknown ones, and two for what takes one.

    The last of the two would count, and the other be lost without a word.
    """
    times = Counter(name for name, _ in request.query_params.multi_items())
    wrong = {name: UNKNOWN for name in times if name not in known}
    wrong |= {name: TWICE for name, n in times.items() if n > 1 and known.get(name) is False}
    if wrong:
        raise RequestValidationError(
            [
                {"loc": ("query", name[:100]), "type": code, "msg": message}
                for name, (code, message) in sorted(wrong.items())
            ]
        )


def read_parameters(model: type[Model], request: Request) -> Model:
    """The query parameters as a model; raises `INVALID` naming each that is wrong or unknown."""
    query = request.query_params
    repeatable = _repeatable(model)
    values = {name: query.getlist(name) if name in repeatable else query[name] for name in query}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        failures = [{**failure, "loc": ("query", *failure["loc"])} for failure in error.errors()]
        raise Problem(INVALID, errors=field_errors(failures)) from error


def describe_parameters(model: type[BaseModel]) -> dict[str, Any]:
    """The `openapi_extra` of a route that reads these parameters."""
    schema = model.model_json_schema()
    parameters = []
    for name, described in schema["properties"].items():
        parameter = {"name": name, "in": "query", "required": False, "schema": described}
        if "description" in described:
            parameter["description"] = described.pop("description")
        parameters.append(parameter)
    return {"parameters": parameters}
