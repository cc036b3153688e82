"""G6: a question about a document reaches the administration, with what it is about."""

from typing import Any

import httpx
import pytest

from api.core.scopes import Scope
from tests.support.post import Post
from tests.support.world import Company, World, pdf_bytes, unique


async def ask(client: httpx.AsyncClient, document_id: str, message: Any) -> httpx.Response:
    return await client.post(f"/documents/{document_id}/questions", json={"message": message})


async def letter(world: World) -> tuple[Company, str, str]:
    """A document of a customer number: its company, id and number."""
    company, number = await world.company(), unique("ASK-")
    told: Any = {"number": number, "kind": "invoice", "issue_date": "2026-03-01"}
    document = await world.publish(company, pdf=pdf_bytes(number), **told)
    return company, document["id"], number


async def mails_about(world: World, post: Post, number: str) -> list[dict[str, Any]]:
    """What the administration got about a document."""
    found = await post.mails(world.settings.issuer.support_email)
    return [mail for mail in found if number in mail["subject"]]


async def test_G6_a_question_is_mailed_with_number_and_customer(world: World, post: Post) -> None:
    company, document_id, number = await letter(world)
    browser = await world.signed_in(company.contact)
    answer = await ask(browser, document_id, "  Why twice?\nThe first is <b>paid</b>.  ")
    assert answer.status_code == 202, answer.text
    (mail,) = await mails_about(world, post, number)
    # In the administration's language, whatever the reader's is.
    assert mail["subject"] == (
        f"Lumen Lease : question, Facture {number}, numéro de client {company.number}"
    )
    lines = mail["text"].splitlines()
    assert lines[lines.index("Why twice?") + 1] == "The first is <b>paid</b>."
    for told in (f"Facture {number}", company.number, f"Company {company.number}", "Ada Lovelace"):
        assert told in mail["text"]
        assert told in mail["html"]
    assert "The first is &lt;b&gt;paid&lt;/b&gt;." in mail["html"]
    assert f"{world.settings.public_url}/documents/{document_id}" in lines
    headers = dict(mail["headers"])
    assert headers["Reply-To"] == company.contact.email
    kept = "SELECT recipient FROM account_mails WHERE user_id = :id AND kind = 'question'"
    # The administration's address is none of the person's, of which erasure leaves nothing.
    assert [row.recipient for row in await world.rows(kept, id=company.contact.id)] == [""]
    # A person wrote it: automatic answers and help desks must not take it for a machine's.
    assert "Auto-Submitted" not in headers


async def test_G6_the_history_tells_that_somebody_asked_but_not_what(world: World) -> None:
    company, document_id, _ = await letter(world)
    browser = await world.signed_in(company.contact)
    assert (await ask(browser, document_id, "Is this ours?")).status_code == 202
    history = (await browser.get(f"/documents/{document_id}/history")).json()["items"]
    asked = [item for item in history if item["event"] == "question_asked"]
    assert [(item["actor"], item["detail"]) for item in asked] == [("Ada Lovelace", {})]


@pytest.mark.parametrize("message", ["", "  \n ", "x" * 2_001, "a\x00b", 7, None, ["x"]])
async def test_G6_no_question_is_refused(world: World, post: Post, message: Any) -> None:
    company, document_id, number = await letter(world)
    browser = await world.signed_in(company.contact)
    answer = await ask(browser, document_id, message)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/message")
    assert await mails_about(world, post, number) == []


async def test_G6_what_one_asked_is_in_ones_personal_data(world: World) -> None:
    company, document_id, number = await letter(world)
    browser = await world.signed_in(company.contact)
    await ask(browser, document_id, "Whose car is it?")
    told = (await browser.get("/me/export")).json()["questions"]
    assert [(item["document"], item["message"]) for item in told] == [(number, "Whose car is it?")]


async def test_G6_only_those_who_see_a_document_ask_about_it(world: World, post: Post) -> None:
    company, document_id, number = await letter(world)
    stranger = await world.signed_in((await world.company()).contact)
    for body in ("What is it?", ""):
        answer = await ask(stranger, document_id, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    reading = await world.token(company.contact, Scope.DOCUMENTS_READ)
    answer = await ask(reading, document_id, "What is it?")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope")
    assert await mails_about(world, post, number) == []
    writing = await world.token(company.contact, Scope.DOCUMENTS_WRITE)
    assert (await ask(writing, document_id, "What is it?")).status_code == 202
    assert len(await mails_about(world, post, number)) == 1


async def test_G6_a_person_asks_twenty_times_an_hour(world: World) -> None:
    company, document_id, _ = await letter(world)
    colleague = await world.person()
    await world.share(company, colleague)
    browser = await world.signed_in(company.contact)
    for number in range(20):
        assert (await ask(browser, document_id, f"Question {number}")).status_code == 202
    answer = await ask(browser, document_id, "One more")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 3_500 < int(answer.headers["retry-after"]) <= 3_600
    other = await world.signed_in(colleague)
    assert (await ask(other, document_id, "And mine?")).status_code == 202
