"""Customer numbers: their detail, what the main contact changes, and handing the role over."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.support.post import Post
from tests.support.world import PASSWORD, Company, World, unique

MAIN = "main-contact"


async def hand_over(
    world: World, company: Company, email: str, **options: Any
) -> httpx.AsyncClient:
    browser = await world.signed_in(company.contact)
    answer = await browser.post(f"/customers/{company.id}/{MAIN}", json={"email": email, **options})
    assert answer.status_code == 202, answer.text
    return browser


async def test_C1_the_detail_and_its_changes(world: World) -> None:
    company = await world.company()
    browser = await world.signed_in(company.contact)
    shown = (await browser.get(f"/customers/{company.id}")).json()
    assert shown["number"] == company.number
    assert shown["notification_mode"] == "link"
    assert (shown["is_main_contact"], shown["hand_over"]) == (True, None)
    assert shown["main_contact"] == {"name": "Ada Lovelace", "email": company.contact.email}
    wanted = {"notification_mode": "attachment", "language": "nl"}
    answer = await browser.patch(f"/customers/{company.id}", json=wanted)
    assert answer.status_code == 200
    again = (await browser.get(f"/customers/{company.id}")).json()
    assert again == answer.json() == {**shown, **wanted}
    rows = await world.rows(
        "SELECT detail FROM audit_events WHERE customer_id = :id AND event = 'customer_changed'",
        id=company.id,
    )
    assert [row.detail for row in rows] == [wanted]


@pytest.mark.parametrize(
    "body",
    [
        {"notification_mode": "fax"},
        {"language": "es"},
        {"number": "1"},
        {"is_main_contact": False},
        {"account_id": "x"},
    ],
    ids=str,
)
async def test_C1_other_changes_are_refused(world: World, body: dict[str, Any]) -> None:
    company = await world.company()
    browser = await world.signed_in(company.contact)
    answer = await browser.patch(f"/customers/{company.id}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_sec_T7_only_the_main_contact_changes_a_number(world: World) -> None:
    company, shared = await world.company(), await world.person()
    await world.share(company, shared)
    await world.company(shared)  # they look after a number of their own
    browser = await world.signed_in(shared)
    assert (await browser.get(f"/customers/{company.id}")).status_code == 200
    path = f"/customers/{company.id}"
    for answer in (
        await browser.patch(path, json={"language": "de"}),
        await browser.post(f"{path}/{MAIN}", json={"email": shared.email}),
        await browser.delete(f"{path}/{MAIN}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    stranger = await world.signed_in((await world.company()).contact)
    assert (await stranger.patch(path, json={"language": "de"})).status_code == 404


async def test_C2_a_new_person_becomes_main_contact_by_accepting(world: World, post: Post) -> None:
    company, email = await world.company(), f"{unique('heir')}@example.com"
    document = await world.publish(company)
    browser = await hand_over(world, company, email)
    offered = (await browser.get(f"/customers/{company.id}")).json()["hand_over"]
    assert (offered["email"], offered["keep_access"]) == (email, False)
    assert (await browser.get(f"/documents/{document['id']}")).status_code == 200, "not yet moved"
    (mail,) = await post.mails(email)
    assert company.number in mail["subject"]
    assert company.contact.email in mail["text"]
    token = await post.link(email, "invitations")
    heir = world.client()
    shown = (await heir.get(f"/auth/invitations/{token}")).json()
    assert shown["main_contact_of"] == company.number
    assert (shown["customer_numbers"], shown["account_exists"]) == ([company.number], False)
    answer = await heir.post(f"/auth/invitations/{token}/accept", json={"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    assert answer.json()["user"]["is_main_contact"] is True
    assert (await heir.get(f"/documents/{document['id']}")).status_code == 200
    assert (await browser.get(f"/documents/{document['id']}")).status_code == 404
    assert (await browser.get("/me")).json()["is_main_contact"] is False
    told = (await post.mails(company.contact.email))[0]
    assert company.number in told["subject"]
    assert email in told["text"]
    changes = (await browser.get("/documents/changes", params={"limit": 200})).json()["items"]
    assert changes[-1]["change"] == "access_revoked"


async def test_C2_somebody_with_an_account_accepts_signed_in(world: World, post: Post) -> None:
    company, heir = await world.company(), await world.person()
    mine = await world.company(heir)
    await world.share(company, heir)
    tag = {"name": "Fleet", "color": "#112233", "customer_id": company.id}
    former = await hand_over(world, company, heir.email.upper(), keep_access=True)
    document = await world.publish(company)
    made = (await former.post("/tags", json=tag)).json()
    body = {"document_ids": [document["id"]], "add": [made["id"]], "remove": []}
    assert (await former.post("/documents/tags", json=body)).status_code == 200
    token = await post.link(heir.email, "invitations")
    path = f"/auth/invitations/{token}"
    assert (await world.client().get(path)).json()["account_exists"] is True
    answer = await world.client().post(f"{path}/accept", json={"password": "x" * 20})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_first")
    answer = await former.post(f"{path}/accept", json={"password": "x" * 20})
    assert (answer.status_code, answer.json()["code"]) == (409, "other_account")
    browser = await world.signed_in(heir)
    answer = await browser.post(f"{path}/accept", json={"password": "x" * 20})
    assert answer.status_code == 200, answer.text
    assert (await browser.post(f"{path}/accept", json={"password": "x" * 20})).status_code == 410
    numbers = {c["number"]: c for c in (await browser.get("/customers")).json()["items"]}
    assert numbers[company.number]["is_main_contact"] is True
    assert numbers[mine.number]["is_main_contact"] is True
    listed = await browser.get("/documents", params={"customer_id": company.id})
    assert [t["name"] for t in listed.json()["items"][0]["tags"]] == ["Fleet"], "tags go along"
    assert (await former.get(f"/documents/{document['id']}")).status_code == 200, "access was kept"
    people = (await browser.get("/shared-users")).json()["items"]
    assert [person["email"] for person in people] == [company.contact.email]
    assert "see" in (await post.mails(company.contact.email))[0]["text"]


async def test_C2_shared_users_of_the_number_go_along(world: World, post: Post) -> None:
    contact, heir = await world.person(), await world.person()
    first, second = await world.company(contact), await world.company(contact)
    both, one = await world.person(), await world.person()
    await world.share(first, both)
    await world.share(second, both)
    await world.share(first, one)
    await world.set_user(one, first_name="One")
    former = await hand_over(world, first, heir.email)
    token = await post.link(heir.email, "invitations")
    browser = await world.signed_in(heir)
    body = {"password": PASSWORD}
    answer = await browser.post(f"/auth/invitations/{token}/accept", json=body)
    assert answer.status_code == 200, answer.text
    inherited = (await browser.get("/shared-users")).json()["items"]
    assert {p["email"] for p in inherited} == {both.email, one.email}
    assert {g["customer_id"] for p in inherited for g in p["grants"]} == {first.id}
    left = (await former.get("/shared-users")).json()["items"]
    assert [(p["email"], [g["customer_id"] for g in p["grants"]]) for p in left] == [
        (both.email, [second.id])
    ]


async def test_C2_one_offer_at_a_time_and_it_can_be_withdrawn(world: World, post: Post) -> None:
    company = await world.company()
    first, second = f"{unique('a')}@example.com", f"{unique('b')}@example.com"
    await hand_over(world, company, first)
    old = await post.link(first, "invitations")
    browser = await hand_over(world, company, second)
    assert (await world.client().get(f"/auth/invitations/{old}")).status_code == 410
    new = await post.link(second, "invitations")
    assert (await world.client().get(f"/auth/invitations/{new}")).status_code == 200
    assert (await browser.delete(f"/customers/{company.id}/{MAIN}")).status_code == 204
    assert (await world.client().get(f"/auth/invitations/{new}")).status_code == 410
    assert (await browser.delete(f"/customers/{company.id}/{MAIN}")).status_code == 404
    assert (await browser.get(f"/customers/{company.id}")).json()["hand_over"] is None
    body = {"email": company.contact.email}
    assert (await browser.post(f"/customers/{company.id}/{MAIN}", json=body)).status_code == 422


async def test_C2_an_offer_by_a_former_main_contact_is_dead(world: World, post: Post) -> None:
    """The issuer named another contact meanwhile: who offered may no longer decide."""
    company, heir, successor = (
        await world.company(),
        f"{unique('heir')}@example.com",
        await world.person(),
    )
    await hand_over(world, company, heir)
    token = await post.link(heir, "invitations")
    publisher = await world.publisher()
    body = {"name": "X", "language": "en", "contact": {"email": successor.email}}
    answer = await publisher.put(f"/issuer/customers/{company.number}", json=body)
    assert answer.status_code == 200
    client = world.client()
    assert (await client.get(f"/auth/invitations/{token}")).status_code == 410
    answer = await client.post(f"/auth/invitations/{token}/accept", json={"password": PASSWORD})
    assert answer.status_code == 410
    held = await world.rows(
        "SELECT user_id FROM memberships WHERE customer_id = :id AND role = 'main_contact'",
        id=company.id,
    )
    assert [row.user_id for row in held] == [successor.id]


async def test_C1_a_nightly_upsert_leaves_the_language_that_was_chosen(world: World) -> None:
    company, publisher = await world.company(), await world.publisher()
    path, contact = f"/issuer/customers/{company.number}", {"email": company.contact.email}
    body = {"name": "X", "language": "en", "contact": {"first_name": "Ada", **contact}}
    browser = await world.signed_in(company.contact)
    choice = {"language": "de"}
    assert (await browser.patch(f"/customers/{company.id}", json=choice)).status_code == 200
    assert (await publisher.put(path, json=body)).json()["language"] == "de"
    # The issuer says something new: now it acts.
    assert (await publisher.put(path, json=body | {"language": "fr"})).json()["language"] == "fr"
    assert (await browser.get(f"/customers/{company.id}")).json()["language"] == "fr"


async def test_C1_a_number_from_before_is_taken_to_have_the_language_that_was_sent(
    world: World,
) -> None:
    company, publisher = await world.company(), await world.publisher()
    await world.rows(
        "UPDATE customers SET issued_language = NULL WHERE id = :id RETURNING 1", id=company.id
    )
    path, contact = f"/issuer/customers/{company.number}", {"email": company.contact.email}
    body = {"name": "X", "language": "en", "contact": contact}
    browser = await world.signed_in(company.contact)
    assert (await publisher.put(path, json=body)).json()["language"] == "en"
    await browser.patch(f"/customers/{company.id}", json={"language": "nl"})
    assert (await publisher.put(path, json=body)).json()["language"] == "nl"


async def test_sec_M9_sharing_needs_a_fresh_proof(world: World) -> None:
    company = await world.company()
    browser = await world.signed_in(company.contact)
    grants = [{"customer_id": company.id}]
    made = await browser.post("/shared-users", json={"email": "m9@example.com", "grants": grants})
    path = f"/shared-users/{made.json()['id']}"
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE sessions SET proved_at = now() - interval '6 minutes' WHERE user_id = :u"),
            {"u": company.contact.id},
        )
    for answer in (
        await browser.post(f"/customers/{company.id}/{MAIN}", json={"email": "x@example.com"}),
        await browser.delete(f"/customers/{company.id}/{MAIN}"),
        await browser.post("/shared-users", json={"email": "y@example.com", "grants": grants}),
        await browser.patch(path, json={"grants": []}),
        await browser.delete(path),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")
    assert (await browser.get("/shared-users")).status_code == 200
    assert (await browser.patch(f"/customers/{company.id}", json={})).status_code == 200
