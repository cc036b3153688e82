"""How routes are marked: who may call them, and how they run. `api.deps.GuardedRoute` reads it."""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from api.access import Permission
from api.core.settings import Settings

PUBLIC = "public"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def require(permission: Permission) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint with the permission that its caller needs."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["guard"] = permission
        return endpoint

    return mark


def public(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint that anyone may call."""
    endpoint.__dict__["guard"] = PUBLIC
    return endpoint


def direct(endpoint: Endpoint) -> Endpoint:
    """Run an endpoint on a bare connection, `CurrentConnection`, instead of an ORM session."""
    endpoint.__dict__["direct"] = True
    return endpoint


def reading(parameters: type[BaseModel] | None = None) -> Callable[[Endpoint], Endpoint]:
    """Let an endpoint know its caller by its `CurrentReader`, in one round trip.

    It takes `request`, `reader` and the ids of its path, and gives a response: there is nothing
    for FastAPI to work out, which would cost as much as the query. `parameters` are the query
    parameters that it reads itself (`core.parameters`).
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["reading"] = True
        endpoint.__dict__["parameters"] = parameters.model_fields if parameters else {}
        return endpoint

    return mark


def answers_head(endpoint: Endpoint) -> Endpoint:
    """Let HEAD ask a GET endpoint for its headers alone (RFC 9110 9.3.2).

    It stays out of the OpenAPI document, where it would repeat all that is said of GET.
    """
    endpoint.__dict__["answers_head"] = True
    return endpoint


def limit_body(limit: Callable[[Settings], int]) -> Callable[[Endpoint], Endpoint]:
    """Give an endpoint its own cap on the size of the body."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["body_limit"] = limit
        return endpoint

    return mark


def in_steps(endpoint: Endpoint) -> Endpoint:
    """Run an endpoint without a transaction; it opens those it needs with `CurrentCaller`.

    For work that waits for other engines meanwhile and must not hold a connection then (F8).
    """
    endpoint.__dict__["in_steps"] = True
    return endpoint


def limit_rate(most: Callable[[Settings], int]) -> Callable[[Endpoint], Endpoint]:
    """Let a network address call an endpoint that runs `in_steps` so often per minute.

    Counted before the body is read, so that a refusal costs little.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["rate"] = most
        return endpoint

    return mark
