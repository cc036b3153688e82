"""G4: a main contact asks for a copy on paper, and may cancel that until it is paid."""

import asyncio
from typing import Any

import pytest

from tests.issuer.test_withdrawing import withdraw
from tests.paper_requests.support import ask, asked, events, letter, staff_of, step
from tests.support.post import Post
from tests.support.world import World


async def test_G4_the_administration_is_told_by_mail(world: World, post: Post) -> None:
    company, document = await letter(world)
    reader = await world.signed_in(company.contact)
    await asked(reader, document, address="Quay 1", message="For the bank.")
    found = await post.mails(world.settings.issuer.support_email)
    (mail,) = [mail for mail in found if document["number"] in mail["subject"]]
    for said in ("le prix d’une copie papier", "Quay 1", "For the bank.", company.number):
        assert said in mail["text"]
    assert dict(mail["headers"])["Reply-To"] == company.contact.email


async def test_G4_a_request_is_cancelled_before_it_is_paid(world: World) -> None:
    company, document = await letter(world)
    reader, staff = await world.signed_in(company.contact), await staff_of(world)
    request_id = await asked(reader, document)
    await step(staff, request_id, price="5.00")
    for _ in range(2):
        assert (await reader.delete(f"/paper-requests/{request_id}")).status_code == 204
    assert (await step(staff, request_id, state="paid")).status_code == 409
    assert (await events(reader, document)).count("paper_cancelled") == 1
    again = await asked(reader, document)
    await step(staff, again, price="5.00")
    await step(staff, again, state="paid")
    answer = await reader.delete(f"/paper-requests/{again}")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_G4_a_document_has_one_open_request(world: World) -> None:
    company, document = await letter(world)
    reader = await world.signed_in(company.contact)
    answers = await asyncio.gather(*(ask(reader, document) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes == {"paper_request_open"}
    assert len((await reader.get("/paper-requests")).json()["items"]) == 1


async def test_G4_only_the_main_contact_asks(world: World, post: Post) -> None:
    company, document = await letter(world)
    colleague, other = await world.person(), await world.company()
    await world.share(company, colleague)
    # Whoever looks after another number is a shared user here all the same.
    await world.share(company, other.contact)
    for person in (colleague, other.contact):
        client = await world.signed_in(person)
        for body in ({}, {"message": 7}):
            answer = await ask(client, document, **body)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    stranger = await world.signed_in((await world.company()).contact)
    for body in ({}, {"message": 7}):
        answer = await ask(stranger, document, **body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    reader = await world.signed_in(company.contact)
    request_id = await asked(reader, document)
    client = await world.signed_in(other.contact)
    assert (await client.get("/paper-requests")).json()["items"] == []
    answer = await client.delete(f"/paper-requests/{request_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    found = await post.mails(world.settings.issuer.support_email)
    assert len([mail for mail in found if document["number"] in mail["subject"]]) == 1


async def test_G4_what_is_no_longer_published_is_not_posted(world: World) -> None:
    company, document = await letter(world)
    await withdraw(await world.publisher(), document["id"])
    answer = await ask(await world.signed_in(company.contact), document)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("message", ["", "  \n ", "x" * 501, "a\x00b", 7, ["x"]])
async def test_G4_unreadable_wishes_are_refused(world: World, message: Any) -> None:
    company, document = await letter(world)
    answer = await ask(await world.signed_in(company.contact), document, message=message)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/message")


async def test_G4_twenty_wishes_and_questions_an_hour(world: World) -> None:
    company, document = await letter(world)
    reader = await world.signed_in(company.contact)
    for _ in range(20):
        request_id = await asked(reader, document)
        assert (await reader.delete(f"/paper-requests/{request_id}")).status_code == 204
    answer = await ask(reader, document)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert int(answer.headers["retry-after"]) > 3_500
    assert len(await events(reader, document)) == 40


async def test_G4_ones_wishes_are_in_ones_personal_data(world: World) -> None:
    company, document = await letter(world)
    reader = await world.signed_in(company.contact)
    await asked(reader, document, address="Quay 1", message="For me.")
    (told,) = (await reader.get("/me/export")).json()["paper_requests"]
    assert (told["document"], told["address"], told["message"], told["state"]) == (
        document["number"],
        "Quay 1",
        "For me.",
        "requested",
    )
