"""Rows of changes of `/customers`, and of `/shared-users`."""

from api.core.database import new_id
from tests.security.row import CUSTOMER_READERS, MAIN_CONTACT, SESSIONS, Row
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
    Row("dismiss_notice", SESSIONS, status=204, path={"code": "new_customer_numbers"}),
)
