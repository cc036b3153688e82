"""The callers and objects that the table of routes is played with."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from api.core.scopes import Scope
from tests.support.world import Company, Person, World, pdf_bytes, ubl_bytes, unique

NAME = re.compile(r"\$(\w+)")


@dataclass(slots=True)
class Scene:
    """`company` is what this is about; `stranger` is another customer's main contact."""

    world: World
    company: Company
    other: Company
    shared: Person
    staff: Person
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)


async def make_scene(world: World) -> Scene:
    """Build it, with one document on each side."""
    company, other = await world.company(), await world.company()
    shared, staff = await world.person(), await world.person(role="staff")
    await world.share(company, shared)
    scene = Scene(world, company, other, shared, staff)
    for side, whose in ((scene.own, company), (scene.foreign, other)):
        number = unique("SCENE-")
        document = await world.publish(whose, ubl=ubl_bytes(number), pdf=pdf_bytes(number))
        side |= {"document": document["id"], "customer": whose.id, "number": whose.number}
    scene.clients = {
        "anonymous": world.client(),
        "main_contact": await world.signed_in(company.contact),
        "shared_user": await world.signed_in(shared),
        "stranger": await world.signed_in(other.contact),
        "staff": await world.signed_in(staff),
        "publisher": await world.token(staff, Scope.ISSUER_PUBLISH, Scope.ISSUER_CUSTOMERS),
    }
    for scope in Scope:
        person = staff if scope.staff_only else company.contact
        scene.clients[scope.value] = await world.token(person, scope)
    narrowed = [UUID(other.id)]
    scene.clients["narrowed"] = await world.token(company.contact, *_customer(), customers=narrowed)
    return scene


def _customer() -> list[Scope]:
    return [scope for scope in Scope if not scope.staff_only]


def filled(value: Any, names: dict[str, str]) -> Any:
    """Put names such as `$document` into a template of a path, a query or a body."""
    if isinstance(value, str):
        return NAME.sub(lambda match: names[match[1]], value)
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    return value


def names_in(value: Any) -> set[str]:
    """The names that a template mentions."""
    return set(NAME.findall(json.dumps(value)))
