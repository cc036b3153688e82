"""Sharing with others: added, granted per number with an end, changed, ended (C3 to C7, T7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.support.post import Post
from tests.support.world import PASSWORD, Company, Person, World, unique

TODAY = datetime.now(UTC).date()
TOMORROW, YESTERDAY = str(TODAY + timedelta(days=1)), str(TODAY - timedelta(days=1))


async def group(world: World, count: int = 2) -> tuple[httpx.AsyncClient, list[Company]]:
    """A main contact of several numbers, signed in."""
    contact = await world.person()
    companies = [await world.company(contact) for _ in range(count)]
    return await world.signed_in(contact), companies


def grants(*companies: Company, until: str | None = None) -> list[dict[str, Any]]:
    return [{"customer_id": company.id, "expires_on": until} for company in companies]


async def added(browser: httpx.AsyncClient, email: str, *companies: Company) -> dict[str, Any]:
    body = {"email": email, "grants": grants(*companies)}
    answer = await browser.post("/shared-users", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_C3_a_new_person_is_invited_and_sees_what_is_granted(
    world: World, post: Post
) -> None:
    browser, (one, two) = await group(world)
    seen, hidden = await world.publish(one), await world.publish(two)
    email = f"{unique('new')}@example.com"
    body = {
        "email": email,
        "first_name": " Grace ",
        "last_name": "Hopper",
        "language": "nl",
        "grants": grants(one),
    }
    answer = await browser.post("/shared-users", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made == {
        "id": made["id"],
        "email": email,
        "first_name": "Grace",
        "last_name": "Hopper",
        "state": "invited",
        "grants": [{"customer_id": one.id, "expires_on": None}],
    }
    (mail,) = await post.mails(email)
    assert mail["subject"].endswith("met u"), "in the language that was chosen for them"
    assert one.number in mail["text"]
    assert two.number not in mail["text"]
    token = await post.link(email, "invitations")
    client = world.client()
    accepted = await client.post(f"/auth/invitations/{token}/accept", json={"password": PASSWORD})
    assert accepted.status_code == 200
    assert accepted.json()["user"]["first_name"] == "Grace"
    assert (await client.get(f"/documents/{seen['id']}")).status_code == 200
    assert (await client.get(f"/documents/{hidden['id']}")).status_code == 404
    listed = (await browser.get("/shared-users", params={"count": True})).json()
    assert listed["items"] == [{**made, "state": "active"}]
    assert listed["total"] == 1


async def test_C3_somebody_with_an_account_has_access_at_once(world: World, post: Post) -> None:
    browser, (one, _) = await group(world)
    document, colleague = await world.publish(one), await world.person()
    made = await added(browser, colleague.email.upper(), one)
    assert (made["state"], made["email"]) == ("active", colleague.email)
    client = await world.signed_in(colleague)
    assert (await client.get(f"/documents/{document['id']}")).status_code == 200
    (mail,) = [m for m in await post.mails(colleague.email) if "shares" in m["subject"]]
    assert "/invitations/" not in mail["text"]
    changes = (await client.get("/documents/changes")).json()["items"]
    assert [(c["change"], c["document_id"]) for c in changes] == [
        ("access_granted", document["id"])
    ]


async def test_C3_the_mail_says_what_is_shared_when_it_leaves(world: World, post: Post) -> None:
    browser, (one, two) = await group(world)
    colleague = await world.person()
    made = await added(browser, colleague.email, one, two)
    path = f"/shared-users/{made['id']}"
    assert (await browser.patch(path, json={"grants": grants(two)})).status_code == 200
    (mail,) = await post.mails(colleague.email)
    assert two.number in mail["text"]
    assert one.number not in mail["text"]
    other = await world.person()
    made = await added(browser, other.email, one)
    assert (await browser.delete(f"/shared-users/{made['id']}")).status_code == 204
    assert await post.mails(other.email) == []


async def test_C3_names_given_to_somebody_do_not_touch_their_profile(world: World) -> None:
    browser, (one, _) = await group(world)
    colleague = await world.person()
    body = {"email": colleague.email, "first_name": "Bookkeeper", "grants": grants(one)}
    made = (await browser.post("/shared-users", json=body)).json()
    assert (made["first_name"], made["last_name"]) == ("Bookkeeper", "Lovelace")
    me = (await (await world.signed_in(colleague)).get("/me")).json()
    assert me["first_name"] == "Ada"
    path = f"/shared-users/{made['id']}"
    answer = await browser.patch(path, json={"first_name": "Our accountant"})
    assert answer.json()["first_name"] == "Our accountant"
    assert answer.json()["grants"] == made["grants"]


async def test_C5_the_address_is_fixed(world: World) -> None:
    browser, (one, _) = await group(world)
    made = await added(browser, f"{unique('fix')}@example.com", one)
    path = f"/shared-users/{made['id']}"
    for email in ("new@example.com", made["email"], None, 7):
        answer = await browser.patch(path, json={"email": email, "grants": []})
        assert (answer.status_code, answer.json()["code"]) == (422, "email_is_fixed"), email
    (person,) = (await browser.get("/shared-users")).json()["items"]
    assert person == made
    again = await browser.post(
        "/shared-users", json={"email": made["email"], "grants": grants(one)}
    )
    assert (again.status_code, again.json()["code"]) == (409, "shared_user_exists")


async def test_C6_a_removed_grant_works_at_the_next_request(world: World) -> None:
    browser, (one, two) = await group(world)
    kept, lost = await world.publish(one), await world.publish(two)
    colleague = await world.person()
    made = await added(browser, colleague.email, one, two)
    client = await world.signed_in(colleague)
    path = f"/shared-users/{made['id']}"
    answer = await browser.patch(path, json={"grants": grants(one)})
    assert [g["customer_id"] for g in answer.json()["grants"]] == [one.id]
    assert (await client.get(f"/documents/{lost['id']}")).status_code == 404
    assert (await client.get(f"/documents/{lost['id']}/pdf")).status_code == 404
    assert (await client.get(f"/documents/{kept['id']}")).status_code == 200
    assert (await client.get("/documents", params={"count": True})).json()["total"] == 1
    changes = (await client.get("/documents/changes")).json()["items"]
    lost_changes = [c["change"] for c in changes if c["document_id"] == lost["id"]]
    assert lost_changes == ["access_revoked"]
    assert (await browser.patch(path, json={"grants": []})).json()["grants"] == []
    assert (await client.get(f"/documents/{kept['id']}")).status_code == 404
    assert (await browser.patch(path, json={"grants": grants(one)})).status_code == 200
    assert (await client.get(f"/documents/{kept['id']}")).status_code == 200
    events = await world.rows(
        "SELECT event FROM audit_events WHERE customer_id = :id"
        " AND event LIKE 'access%' ORDER BY id",
        id=one.id,
    )
    assert [row.event for row in events] == ["access_granted", "access_revoked", "access_granted"]


async def test_C6_deleting_ends_access_and_open_invitations(world: World, post: Post) -> None:
    browser, (one, two) = await group(world)
    email = f"{unique('gone')}@example.com"
    made = await added(browser, email, one, two)
    token = await post.link(email, "invitations")
    path = f"/shared-users/{made['id']}"
    assert (await browser.delete(path)).status_code == 204
    assert (await browser.delete(path)).status_code == 404
    assert (await browser.patch(path, json={"grants": []})).status_code == 404
    assert (await browser.get("/shared-users")).json()["items"] == []
    assert (await world.client().get(f"/auth/invitations/{token}")).status_code == 410
    assert (await added(browser, email, one))["id"] != made["id"], "and may be added again"


async def test_C7_a_grant_ends_after_its_last_day(world: World) -> None:
    browser, (one, two) = await group(world)
    document, colleague = await world.publish(one), await world.person()
    body = {"email": colleague.email, "grants": grants(one, until=TOMORROW)}
    made = (await browser.post("/shared-users", json=body)).json()
    assert made["grants"] == [{"customer_id": one.id, "expires_on": TOMORROW}]
    client = await world.signed_in(colleague)
    assert (await client.get(f"/documents/{document['id']}")).status_code == 200
    await let_expire(world, colleague)
    assert (await client.get(f"/documents/{document['id']}")).status_code == 404
    (person,) = (await browser.get("/shared-users")).json()["items"]
    assert person["grants"] == [{"customer_id": one.id, "expires_on": YESTERDAY}]
    path = f"/shared-users/{made['id']}"
    late = await browser.patch(path, json={"grants": grants(two, until=YESTERDAY)})
    assert late.status_code == 422
    assert late.json()["errors"][0]["pointer"] == "/grants/0/expires_on"
    today = str(datetime.now(UTC).date())
    renewed = await browser.patch(path, json={"grants": grants(one, two, until=today)})
    assert renewed.status_code == 200
    assert (await client.get(f"/documents/{document['id']}")).status_code == 200


async def let_expire(world: World, person: Person) -> None:
    async with world.owner.begin() as connection:
        await connection.execute(
            text("UPDATE memberships SET expires_on = current_date - 1 WHERE user_id = :id"),
            {"id": person.id},
        )


async def test_C4_all_present_numbers_are_not_all_future_ones(world: World) -> None:
    browser, companies = await group(world)
    colleague = await world.person()
    assert (await browser.get("/me")).json()["notices"] == [], "nobody to share with yet"
    made = await added(browser, colleague.email, *companies)
    assert (await browser.get("/me")).json()["notices"] == []
    contact = Person((await world.rows(FIND, id=companies[0].id))[0][0], "", "")
    email = (await browser.get("/me")).json()["email"]
    late = await world.company(Person(contact.id, email))
    document = await world.publish(late)
    client = await world.signed_in(colleague)
    assert (await client.get(f"/documents/{document['id']}")).status_code == 404
    (notice,) = (await browser.get("/me")).json()["notices"]
    assert notice == {
        "code": "new_customer_numbers",
        "parameters": {"numbers": late.number, "count": "1"},
    }
    assert (await client.get("/me")).json()["notices"] == []
    path = f"/shared-users/{made['id']}"
    assert (await browser.patch(path, json={"grants": grants(*companies, late)})).status_code == 200
    assert (await browser.get("/me")).json()["notices"] == []
    assert (await client.get(f"/documents/{document['id']}")).status_code == 200
    await world.company(Person(contact.id, email))
    assert len((await browser.get("/me")).json()["notices"]) == 1
    assert (await browser.delete("/me/notices/new_customer_numbers")).status_code == 204
    assert (await browser.get("/me")).json()["notices"] == []
    assert (await browser.delete("/me/notices/nothing")).status_code == 404


FIND = "SELECT user_id FROM memberships WHERE customer_id = :id AND role = 'main_contact'"


async def test_C3_resending_an_invitation(world: World, post: Post) -> None:
    browser, (one, _) = await group(world)
    email = f"{unique('slow')}@example.com"
    made = await added(browser, email, one)
    first = await post.link(email, "invitations")
    path = f"/shared-users/{made['id']}/invitation"
    assert (await browser.post(path)).status_code == 202
    second = await post.link(email, "invitations")
    assert first != second
    for token in (first, second):
        assert (await world.client().get(f"/auth/invitations/{token}")).status_code == 200


async def test_C3_the_list_is_paged(world: World) -> None:
    browser, (one, _) = await group(world)
    made = [(await added(browser, f"{unique('p')}@example.com", one))["id"] for _ in range(5)]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await browser.get("/shared-users", params={"limit": 2, **cursor})
        found += [person["id"] for person in page.json()["items"]]
        if page.json()["next_cursor"] is None:
            break
        assert 'rel="next"' in page.headers["Link"]
        cursor = {"cursor": page.json()["next_cursor"]}
    assert found == made[::-1]


async def test_sec_T7_escalation(world: World) -> None:
    """Whoever tries to reach beyond their own numbers, by whatever way, changes nothing."""
    browser, (one, _) = await group(world)
    foreign, shared_to_me = await world.company(), await world.company()
    me = Person((await world.rows(FIND, id=one.id))[0][0], "")
    await world.share(shared_to_me, me)
    own_email = (await browser.get("/me")).json()["email"]
    friend, victim = await world.person(), await world.person()
    their_browser = await world.signed_in(foreign.contact)
    theirs = await added(their_browser, victim.email, foreign)
    mine = await added(browser, friend.email, one)
    counted = "SELECT count(*) FROM memberships"
    before = (await world.rows(counted))[0][0]

    def body(*companies: Company, email: str = "t7@example.com") -> dict[str, Any]:
        return {"email": email, "grants": grants(*companies)}

    attempts: list[tuple[str, str, Any, int]] = [
        ("POST", "/shared-users", body(foreign), 404),
        ("POST", "/shared-users", body(one, foreign), 404),
        ("POST", "/shared-users", body(shared_to_me), 403),
        ("POST", "/shared-users", body(one, shared_to_me), 403),
        ("POST", "/shared-users", body(foreign, email=own_email), 404),
        ("POST", "/shared-users", body(one, email=own_email), 422),
        ("POST", "/shared-users", body(one, one), 422),
        ("POST", "/shared-users", {**body(one), "role": "main_contact"}, 422),
        ("POST", "/shared-users", {**body(one), "state": "active"}, 422),
        ("POST", "/shared-users", {"email": "t7@example.com", "grants": []}, 422),
        ("PATCH", f"/shared-users/{mine['id']}", {"grants": grants(one, foreign)}, 404),
        ("PATCH", f"/shared-users/{mine['id']}", {"grants": grants(shared_to_me)}, 403),
        ("PATCH", f"/shared-users/{mine['id']}", {"role": "main_contact"}, 422),
        ("PATCH", f"/shared-users/{theirs['id']}", {"grants": []}, 404),
        ("DELETE", f"/shared-users/{theirs['id']}", None, 404),
        ("DELETE", f"/shared-users/{me.id}", None, 404),
        ("DELETE", f"/shared-users/{foreign.contact.id}", None, 404),
        ("POST", f"/shared-users/{theirs['id']}/invitation", None, 404),
        ("PATCH", f"/customers/{shared_to_me.id}", {"notification_mode": "attachment"}, 403),
        ("PATCH", f"/customers/{foreign.id}", {"notification_mode": "attachment"}, 404),
        ("POST", f"/customers/{shared_to_me.id}/main-contact", {"email": own_email}, 403),
        ("POST", f"/customers/{foreign.id}/main-contact", {"email": own_email}, 404),
    ]
    for method, path, json, status in attempts:
        answer = await browser.request(method, path, json=json)
        assert answer.status_code == status, (method, path, json, answer.text)
    # A shared user looks after nothing.
    client = await world.signed_in(friend)
    for method, path, json, _ in attempts[:1] + attempts[9:10] + attempts[13:14]:
        assert (await client.request(method, path, json=json)).status_code == 403
    assert (await client.get("/shared-users")).status_code == 403
    assert (await world.rows(counted))[0][0] == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO memberships VALUES (:other, :mine, 'main_contact')",
        "INSERT INTO memberships VALUES (:me, :theirs, 'shared_user')",
        "INSERT INTO memberships VALUES (:stranger, :theirs, 'shared_user')",
        "UPDATE memberships SET role = 'main_contact' WHERE customer_id = :theirs",
        "UPDATE memberships SET user_id = :me WHERE customer_id = :theirs",
        "UPDATE customers SET account_id = account_id WHERE id = :mine",
        "UPDATE customers SET notification_mode = 'attachment' WHERE id = :theirs RETURNING 1",
        "DELETE FROM memberships WHERE customer_id = :mine AND role = 'main_contact' RETURNING 1",
        "DELETE FROM memberships WHERE customer_id = :theirs RETURNING 1",
        "SELECT 1 FROM shared_users WHERE user_id <> :me",
    ],
)
async def test_sec_T7_the_database_refuses_too(world: World, statement: str) -> None:
    """Even statements that no route makes: the last main contact cannot be deleted."""
    contact, other = await world.person(), await world.person()
    mine, theirs = await world.company(contact), await world.company()
    await world.share(theirs, contact)
    await world.share(theirs, other)
    stranger = await world.person()
    names = {
        "me": contact.id,
        "stranger": stranger.id,
        "other": other.id,
        "mine": mine.id,
        "theirs": theirs.id,
    }
    used = {name: value for name, value in names.items() if f":{name}" in statement}
    for name in names:
        statement = statement.replace(f":{name}", f"CAST(CAST(:{name} AS text) AS uuid)")
    outcome: Any = None
    async with world.app.state.database.transaction() as session:
        await session.execute(
            text("SELECT iportal.act_as_user(:id, 'customer', NULL)"), {"id": contact.id}
        )
        try:
            async with session.begin_nested():
                texts = {name: str(value) for name, value in used.items()}
                outcome = len((await session.execute(text(statement), texts)).all())
        except Exception as error:
            outcome = type(error).__name__
    assert outcome in ("ProgrammingError", 0), outcome


async def test_sec_T7_the_main_contact_remains(world: World) -> None:
    browser, (one, _) = await group(world)
    me = (await world.rows(FIND, id=one.id))[0][0]
    people = (await browser.get("/shared-users")).json()["items"]
    assert str(me) not in str(people)
    assert (await browser.get(f"/customers/{one.id}")).json()["is_main_contact"] is True
