"""A list is read for a principal, or fails: it is never empty for want of one (X27)."""

from typing import Any
from uuid import UUID

import pytest
from asyncpg.exceptions import DataError, UndefinedObjectError
from sqlalchemy import Select, select, text

from api.access import act_for_customer
from api.core.database import bare, fetch_row
from api.documents.listing import count_statement, page_statement
from tests.security.scene import Scene

ACT = text("SELECT iportal.act_as_user(:id, 'customer', NULL)")
NOTHING: frozenset[str] = frozenset()


def page(*, sees_all: bool) -> Select[Any]:
    return page_statement(NOTHING, "-issue_date", paged=False, sees_all=sees_all)


LISTS = {
    "page": page(sees_all=False),
    "page of all": page(sees_all=True),
    "count": count_statement(NOTHING, sees_all=False),
    "count of all": count_statement(NOTHING, sees_all=True),
}


@pytest.mark.parametrize("name", LISTS)
async def test_sec_X27_a_list_without_a_principal_raises(scene: Scene, name: str) -> None:
    statement, database = LISTS[name], scene.world.app.state.database
    with pytest.raises((DataError, UndefinedObjectError)):
        async with database.direct() as connection:
            await fetch_row(connection, statement, {"limit": 10})


@pytest.mark.parametrize("name", LISTS)
async def test_sec_X27_a_principal_gets_the_list(scene: Scene, name: str) -> None:
    async with scene.world.app.state.database.transaction() as session:
        await session.execute(ACT, {"id": scene.company.contact.id})
        # Other tests publish for the same customer.
        row = await fetch_row(await bare(session), LISTS[name], {"limit": 1_000})
    assert scene.own["document"] in row[0] if "page" in name else row[0] >= 1


async def test_sec_X27_a_customer_alone_is_no_principal(scene: Scene) -> None:
    async with scene.world.app.state.database.transaction() as session:
        await act_for_customer(session, UUID(scene.company.id))
        assert await session.scalar(select(text("count(*) FROM documents"))) >= 1
        with pytest.raises((DataError, UndefinedObjectError)):
            await fetch_row(await bare(session), LISTS["page"], {"limit": 10})
