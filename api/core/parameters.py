"""Query parameters of the hot routes: described for OpenAPI like any other, read in one step.

FastAPI reads a model's parameters one by one, which costs more than the list's own query.
"""

from functools import cache
from typing import Any, TypeVar, get_origin

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from api.core.errors import INVALID, Problem
from api.core.problems import field_errors

Model = TypeVar("Model", bound=BaseModel)


@cache
def _repeatable(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if _is_list(field))


def _is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is list


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
