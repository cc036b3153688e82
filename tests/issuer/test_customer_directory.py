"""Staff find a customer number, see its people and invite them again (G3)."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.support.post import Post
from tests.support.world import World, pdf_bytes, unique


async def staff_of(world: World) -> httpx.AsyncClient:
    return await world.signed_in(await world.person(role="staff"))


async def numbers(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get("/issuer/customers", params=query)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


async def test_G3_a_customer_is_found_by_number_name_vat_number_and_address(world: World) -> None:
    name, digits = unique("Blue Harbour "), unique("07654")
    company = await world.company(name=f"{name} & Co", vat_number=f"BE{digits}")
    colleague = await world.person()
    await world.share(company, colleague)
    other, staff = await world.company(), await staff_of(world)
    spaced = f"be {digits[:4]}.{digits[4:7]}.{digits[7:]}"
    asked = (company.number[1:], name.upper(), spaced, company.contact.email, colleague.email)
    for q in asked:
        assert await numbers(staff, q=q) == [company.number], q
    assert await numbers(staff, q=other.contact.email.upper()) == [other.number]
    # Signs that mean something to LIKE stand for themselves, and dots alone are no VAT number.
    for q in (f"{name}%", f"{name[:-1]}_", "_" * 4, "...", unique("nobody")):
        assert await numbers(staff, q=q) == [], q
    assert company.number not in await numbers(staff, q="%")


async def test_G3_the_list_is_paged_and_narrowed_by_the_state_of_the_contact(world: World) -> None:
    name, staff = unique("Paged "), await staff_of(world)
    companies = [await world.company(name=name) for _ in range(3)]
    guest = await world.person(active=False)
    companies.append(await world.company(guest, name=name))
    expected = sorted(company.number for company in companies)
    seen: list[str] = []
    query: dict[str, Any] = {"q": name, "limit": 2, "count": True}
    while True:
        answer = await staff.get("/issuer/customers", params=query)
        seen += [item["number"] for item in answer.json()["items"]]
        assert answer.json()["total"] == 4
        if answer.json()["next_cursor"] is None:
            break
        assert 'rel="next"' in answer.headers["link"]
        query["cursor"] = answer.json()["next_cursor"]
    assert seen == expected
    assert await numbers(staff, q=name, state="invited") == [companies[-1].number]
    foreign = await staff.get("/issuer/customers", params={"cursor": query["cursor"]})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "invalid_cursor")


async def test_G3_one_page_tells_of_people_documents_and_mails(world: World) -> None:
    company, staff = await world.company(), await staff_of(world)
    colleague, leaver = await world.person(active=False), await world.person()
    await world.share(company, colleague)
    await world.share(company, leaver, expires_on=None)
    await world.set_user(leaver, state="disabled", mail_failure="550 no such user")
    document = await world.publish(company, pdf=pdf_bytes(unique("x")), **_metadata())
    await world.publish(await world.company())
    answer = await staff.get(f"/issuer/customers/{company.number}")
    assert answer.status_code == 200, answer.text
    record = answer.json()
    assert (record["id"], record["document_count"]) == (company.id, 1)
    assert record["contact"]["email"] == company.contact.email
    assert record["contact"]["state"] == "active"
    assert record["issued_contact"]["email"] == company.contact.email
    people = {person["email"]: person for person in record["shared_users"]}
    assert {email: person["state"] for email, person in people.items()} == {
        colleague.email: "invited",
        leaver.email: "disabled",
    }
    assert people[leaver.email]["mail_failure"] == "550 no such user"
    assert [item["id"] for item in record["documents"]] == [document["id"]]
    assert {item["document"]["id"] for item in record["deliveries"]} <= {document["id"]}
    for secret in ("password", "totp", "token", "hash"):
        assert secret not in answer.text
    assert (await staff.get("/issuer/customers/nothing")).status_code == 404


def _metadata() -> dict[str, Any]:
    return {
        "kind": "invoice",
        "number": unique("REC-"),
        "issue_date": "2026-03-04",
        "amount_incl_vat": "99.10",
        "currency": "EUR",
    }


async def test_G3_an_invitation_is_sent_again_and_opens_the_account(
    world: World, post: Post
) -> None:
    guest, staff = await world.person(active=False), await staff_of(world)
    company = await world.company(guest)
    url = f"/issuer/customers/{company.number}/contacts/{guest.id}/invitation"
    assert (await staff.post(url)).status_code == 202
    record = (await staff.get(f"/issuer/customers/{company.number}")).json()
    assert record["invitation"]["accepted_at"] is None
    token = await post.link(guest.email, "invitations")
    accepted = await world.client().post(
        f"/auth/invitations/{token}/accept", json={"password": "a long enough passphrase"}
    )
    assert accepted.status_code == 200, accepted.text
    again = await staff.post(url)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    trail = (await staff.get("/issuer/audit", params={"customer_number": company.number})).json()[
        "items"
    ]
    assert [e["detail"] for e in trail if e["event"] == "invitation_sent"] == [{"to": guest.email}]


async def test_G2_a_number_may_have_slashes(world: World, post: Post) -> None:
    publisher, staff, guest = await world.publisher(), await staff_of(world), unique("slash-")
    number = unique("2026/17/")
    url = f"/issuer/customers/{quote(number, safe='')}"
    body: dict[str, Any] = {
        "name": "Acme",
        "language": "en",
        "contact": {"email": f"{guest}@example.com"},
    }
    for status in (201, 200):
        answer = await publisher.put(url, json=body)
        assert (answer.status_code, answer.json()["number"]) == (status, number)
    record = (await staff.get(url)).json()
    assert (record["number"], record["contact"]["email"]) == (number, f"{guest}@example.com")
    invitation = f"{url}/contacts/{record['contact']['id']}/invitation"
    assert (await staff.post(invitation)).status_code == 202
    assert await post.link(f"{guest}@example.com", "invitations")
    for absent in (quote(f"{number}/x", safe=""), ""):
        answer = await staff.get(f"/issuer/customers/{absent}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_G3_an_invitation_goes_to_nobody_else(world: World) -> None:
    company, staff = await world.company(), await staff_of(world)
    stranger = await world.person(active=False)
    answer = await staff.post(
        f"/issuer/customers/{company.number}/contacts/{stranger.id}/invitation"
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path", ["/issuer/customers", "/issuer/customers/{number}", "/issuer/audit"]
)
async def test_G3_customers_and_programs_are_refused(world: World, path: str) -> None:
    company = await world.company()
    for client in (await world.signed_in(company.contact), await world.publisher()):
        answer = await client.get(path.format(number=company.number))
        assert (answer.status_code, answer.json()["code"]) in ((403, "forbidden"), (403, "scope"))
