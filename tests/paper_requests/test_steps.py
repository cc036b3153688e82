"""G4: a copy on paper is priced by staff, paid in advance, then posted; each step is told."""

from typing import Any
from uuid import UUID

import pytest

from api.core.database import new_id
from tests.paper_requests.support import ALL, ask, asked, events, letter, mails_to, staff_of, step
from tests.support.post import Post
from tests.support.world import World


async def test_G4_from_the_request_to_the_post(world: World, post: Post) -> None:
    company, document = await letter(world)
    reader, staff = await world.signed_in(company.contact), await staff_of(world)
    answer = await ask(reader, document, address=" Quay 1\n4000 Liège ", message="For the bank.")
    assert answer.status_code == 201, answer.text
    request = answer.json()
    assert (request["state"], request["price"], request["currency"]) == ("requested", None, None)
    assert request["document"] == {
        "id": document["id"],
        "kind": "invoice",
        "number": document["number"],
    }
    assert (request["customer"]["number"], request["address"]) == (
        company.number,
        "Quay 1\n4000 Liège",
    )
    priced = await step(staff, request["id"], price="7.5", instructions="To BE68 5390 0754 7034.")
    assert priced.status_code == 200, priced.text
    told = priced.json()
    assert (told["state"], told["price"], told["currency"]) == ("priced", "7.50", "EUR")
    assert told["requester"] == {"name": "Ada Lovelace", "email": company.contact.email}
    assert (await step(staff, request["id"], state="paid")).json()["state"] == "paid"
    done = await step(staff, request["id"], state="completed")
    assert done.json()["state"] == "completed"
    own = (await reader.get("/paper-requests")).json()["items"]
    assert [(item["id"], item["state"]) for item in own] == [(request["id"], "completed")]
    assert await events(reader, document) == [
        "paper_requested",
        "paper_priced",
        "paper_paid",
        "paper_completed",
    ]
    told_by_mail = await mails_to(post, company, document)
    (first,) = [text for text in told_by_mail if "BE68" in text]
    assert "€7.50" in first
    assert f"{world.settings.public_url}/documents/{document['id']}" in first.splitlines()
    assert {text.splitlines()[0] for text in told_by_mail} == {
        "The price of your paper copy",
        "Your payment has arrived",
        "Your paper copy is in the post",
    }


async def test_G4_mails_speak_the_requesters_language(world: World, post: Post) -> None:
    company, document = await letter(world)
    await world.set_user(company.contact, language="nl")
    reader, staff = await world.signed_in(company.contact), await staff_of(world)
    request_id = await asked(reader, document)
    await step(staff, request_id, price="1234.50", currency="USD")
    (text,) = await mails_to(post, company, document)
    assert "De prijs van uw papieren kopie" in text
    assert "1.234,50" in text


async def test_G4_a_former_main_contact_is_told_no_more(world: World, post: Post) -> None:
    company, document = await letter(world)
    reader, staff = await world.signed_in(company.contact), await staff_of(world)
    request_id = await asked(reader, document)
    await step(staff, request_id, price="5.00")
    successor = await world.person()
    await world.rows(
        "UPDATE memberships SET user_id = :new WHERE customer_id = :id RETURNING 1",
        new=successor.id,
        id=UUID(company.id),
    )
    assert await mails_to(post, company, document) == []
    taken_over = await world.signed_in(successor)
    items = (await taken_over.get("/paper-requests")).json()["items"]
    assert [item["id"] for item in items] == [request_id]


@pytest.mark.parametrize(
    ("before", "allowed"),
    [
        ("requested", {"price", "declined"}),
        ("priced", {"price", "paid", "declined"}),
        ("paid", {"completed"}),
        ("completed", set()),
        ("cancelled", set()),
        ("declined", set()),
    ],
)
async def test_G4_only_the_next_steps_are_taken(
    world: World, before: str, allowed: set[str]
) -> None:
    company, document = await letter(world)
    reader, staff = await world.signed_in(company.contact), await staff_of(world)
    steps: dict[str, dict[str, str]] = {
        "price": {"price": "7.50"},
        "paid": {"state": "paid"},
        "completed": {"state": "completed"},
        "declined": {"state": "declined", "reason": "Too old."},
    }
    request_id = await asked(reader, document)
    for name, body in steps.items():
        await world.rows(
            "UPDATE paper_requests SET state = :state, price = 5, currency = 'EUR'"
            " WHERE id = :id RETURNING 1",
            state=before,
            id=UUID(request_id),
        )
        answer = await step(staff, request_id, **body)
        wanted = 200 if name in allowed else 409
        assert answer.status_code == wanted, (name, answer.text)
        if wanted == 409:
            assert answer.json()["code"] == "conflict"


async def test_G4_a_declined_request_tells_why(world: World, post: Post) -> None:
    company, document = await letter(world)
    reader, staff = await world.signed_in(company.contact), await staff_of(world)
    request_id = await asked(reader, document)
    for body in ({}, {"reason": "  "}, {"reason": "x" * 501}):
        assert (await step(staff, request_id, state="declined", **body)).status_code == 422
    answer = await step(staff, request_id, state="declined", reason="It was sent last week.")
    assert answer.json()["reason"] == "It was sent last week."
    (text,) = await mails_to(post, company, document)
    assert "It was sent last week." in text
    history = (await reader.get(f"/documents/{document['id']}/history")).json()["items"]
    assert history[-1]["detail"] == {"reason": "It was sent last week."}
    await asked(reader, document)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"price": "0"},
        {"price": "-1.00"},
        {"price": "1.234"},
        {"price": "NaN"},
        {"price": "1e3"},
        {"price": "7.50", "state": "paid"},
        {"price": "7.50", "currency": "euro"},
        {"price": "7.50", "reason": "why"},
        {"state": "requested"},
        {"state": "cancelled"},
        {"state": "paid", "instructions": "To us."},
        {"state": "paid", "reason": "why"},
        {"price": "7.50", "paid": True},
    ],
    ids=str,
)
async def test_G4_what_is_no_step_is_refused(world: World, body: dict[str, Any]) -> None:
    company, document = await letter(world)
    request_id = await asked(await world.signed_in(company.contact), document)
    answer = await step(await staff_of(world), request_id, **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_G4_staff_find_requests_by_state_document_and_customer(world: World) -> None:
    company, first = await letter(world)
    _, second = await letter(world, company)
    reader, staff = await world.signed_in(company.contact), await staff_of(world)
    older, newer = await asked(reader, first), await asked(reader, second)
    await step(staff, older, price="5.00")

    async def found(**query: Any) -> list[str]:
        query |= {"customer_number": company.number}
        return [item["id"] for item in (await staff.get(ALL, params=query)).json()["items"]]

    assert await found() == [newer, older]
    assert await found(state="priced") == [older]
    assert await found(state=["requested", "priced"]) == [newer, older]
    assert await found(document_id=first["id"]) == [older]
    page = await staff.get(
        ALL, params={"customer_number": company.number, "limit": 1, "count": True}
    )
    assert page.json()["total"] == 2
    cursor = page.json()["next_cursor"]
    assert await found(limit=1, cursor=cursor) == [older]
    wrong = await staff.get(ALL, params={"cursor": cursor})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_cursor")
    assert (await step(staff, str(new_id()), price="5.00")).status_code == 404
    mine = await reader.get("/paper-requests", params={"document_id": second["id"]})
    assert [item["id"] for item in mine.json()["items"]] == [newer]
