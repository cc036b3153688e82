"""Rows of changes of `/customers`, and of `/shared-users`."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert

from api.core.crypto import token_hash
from api.core.database import new_id
from api.models import Delivery
from api.notifications.links import link_token
from tests.security.row import (
    BOUNCES,
    CUSTOMER_READERS,
    EVERYONE,
    MAIN_CONTACT,
    SESSIONS,
    STAFF,
    WRITERS,
    Row,
)
from tests.security.scene import Scene
from tests.support.world import unique

CUSTOMER = {"customer_id": "$customer"}
SHARED_USER = {"shared_user_id": "$shared_user"}


async def fresh_address(_: Scene) -> dict[str, str]:
    """An address that nobody has."""
    return {"fresh_email": f"{unique('row')}@example.com"}


async def offer(scene: Scene) -> dict[str, str]:
    """An open offer of the main contact's role."""
    address = f"{unique('row')}@example.com"
    client = scene.clients["main_contact"]
    path = f"/customers/{scene.company.id}/main-contact"
    assert (await client.post(path, json={"email": address})).status_code == 202
    return {}


async def shared_user(scene: Scene) -> dict[str, str]:
    """Somebody with whom the main contact shares."""
    body = {
        "email": f"{unique('row')}@example.com",
        "grants": [{"customer_id": scene.company.id, "expires_on": None}],
    }
    answer = await scene.clients["main_contact"].post("/shared-users", json=body)
    assert answer.status_code == 201, answer.text
    return {"shared_user": answer.json()["id"], "fresh_id": str(new_id())}


async def delivery(scene: Scene) -> dict[str, str]:
    """A mail that was refused, and the link in it, which opens all the same."""
    delivery_id, person = new_id(), await scene.world.person()
    await scene.world.share(scene.company, person)
    token = link_token(scene.world.settings, delivery_id)
    async with scene.world.owner.begin() as connection:
        await connection.execute(
            insert(Delivery).values(
                id=delivery_id,
                kind="notification",
                user_id=person.id,
                customer_id=UUID(scene.company.id),
                document_id=UUID(scene.own["document"]),
                state="refused",
                recipient=person.email,
                link_hash=token_hash(token),
                link_expires_at=datetime.now(UTC) + timedelta(days=1),
            )
        )
    return {"delivery": str(delivery_id), "fresh_link": token}


LINK = {"token": "$fresh_link"}

SHARING_ROWS: tuple[Row, ...] = (
    Row("read_customer", CUSTOMER_READERS, path=CUSTOMER),
    Row(
        "change_customer",
        MAIN_CONTACT,
        path=CUSTOMER,
        json={"notification_mode": "attachment", "language": "fr"},
    ),
    Row(
        "offer_main_contact",
        MAIN_CONTACT,
        status=202,
        path=CUSTOMER,
        json={"email": "$fresh_email", "keep_access": True},
        prepare=fresh_address,
    ),
    Row(
        "withdraw_main_contact_offer",
        MAIN_CONTACT,
        status=204,
        path=CUSTOMER,
        prepare=offer,
    ),
    Row("list_shared_users", MAIN_CONTACT),
    Row(
        "add_shared_user",
        MAIN_CONTACT,
        status=201,
        json={
            "email": "$fresh_email",
            "first_name": "Ada",
            "last_name": "King",
            "language": "en",
            "grants": [{"customer_id": "$customer", "expires_on": None}],
        },
        prepare=fresh_address,
    ),
    Row(
        "change_shared_user",
        MAIN_CONTACT,
        path=SHARED_USER,
        json={"first_name": "Ada", "last_name": "King", "grants": []},
        prepare=shared_user,
    ),
    Row("delete_shared_user", MAIN_CONTACT, status=204, path=SHARED_USER, prepare=shared_user),
    Row(
        "invite_shared_user_again",
        MAIN_CONTACT,
        status=202,
        path=SHARED_USER,
        prepare=shared_user,
    ),
    Row("read_link", EVERYONE, path=LINK, prepare=delivery),
    Row("read_linked_pdf", EVERYONE, path=LINK, prepare=delivery),
    Row("read_linked_ubl", EVERYONE, status=404, path=LINK, prepare=delivery),
    Row("list_document_links", SESSIONS, path={"document_id": "$document"}),
    Row("revoke_document_links", SESSIONS, status=204, path={"document_id": "$document"}),
    Row(
        "ask_about_document",
        WRITERS,
        status=202,
        path={"document_id": "$document"},
        json={"message": "Why twice?"},
    ),
    Row("list_deliveries", STAFF),
    Row(
        "retry_delivery",
        STAFF,
        status=202,
        path={"delivery_id": "$delivery"},
        prepare=delivery,
    ),
    Row(
        "report_bounce",
        BOUNCES,
        json={"message_id": "<x@example.com>", "status": "5.1.1", "reason": "no such user"},
    ),
    Row("dismiss_notice", SESSIONS, status=204, path={"code": "new_customer_numbers"}),
)
