"""X22: for want of time `/verify` says nothing about a file, neither changed nor unreadable."""

import asyncio

import pytest

from api.core.i18n import translate
from api.portal import verifier
from api.seals import checking, leftovers, preparing
from api.seals.checking import check_seal
from api.seals.preparing import prepare_seal
from tests.api.test_verify import sealed_by_portal, verify
from tests.issuer import tasks
from tests.seals.support import sample
from tests.seals.test_changes import other_content
from tests.support.portals import portal_with
from tests.support.world import World


@pytest.mark.parametrize("task", ["abort", "kill", "stop"])
async def test_sec_X22_a_file_that_could_not_be_read_is_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    sealed = await sealed_by_portal(world, sample())
    changed = other_content(sealed)
    async with portal_with(world, verify_per_minute=10_000) as portal:
        anyone = portal.client()
        monkeypatch.setattr(portal.app.state.verifier.processes, "guard", 2.0)
        monkeypatch.setattr(verifier, "read_seal", getattr(tasks, task))
        for data in (sealed, changed):
            answer = await verify(anyone, data, headers={"Accept-Language": "en"})
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert answer.json()["detail"] == translate("en", "errors.unavailable.not_checked")
            assert int(answer.headers["retry-after"]) > 0
        monkeypatch.undo()
        assert (await verify(anyone, sealed)).json()["reason"] is None
        assert (await verify(anyone, changed)).json()["reason"] == "changed"


async def test_sec_X22_D8_a_file_that_uses_up_the_cpu_time_is_refused_by_that_name(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with portal_with(world, verify_per_minute=10_000) as portal:
        monkeypatch.setattr(verifier, "READING_SECONDS", 0.5)
        monkeypatch.setattr(verifier, "read_seal", tasks.hang)
        anyone = portal.client()
        answer = await verify(anyone, sample(), headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_pdf")
        assert answer.json()["reason"] == "too_complex"
        assert "more than 0.5 s of CPU time" in answer.json()["detail"]


async def test_sec_X22_want_of_memory_is_no_sign_of_a_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = await sealed_by_portal(world, sample())

    def exhausted(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as short:
        short.setattr(checking, "_opened", exhausted)
        with pytest.raises(MemoryError):
            await asyncio.to_thread(check_seal, sealed)
        short.setattr(leftovers, "extract_signer_info", exhausted)
        with pytest.raises(MemoryError):
            list(leftovers.leftover_seals(sealed, 1))
    facts = await asyncio.to_thread(check_seal, sealed, world.app.state.sealer.ours)
    assert facts is not None
    assert facts.intact


async def test_sec_X22_want_of_memory_does_not_make_a_pdf_unsealable(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(preparing, "_prepared", exhausted)
    with pytest.raises(MemoryError):
        prepare_seal(sample(), world.app.state.sealer.plan)
