"""What the tests of the worker share."""

from collections.abc import AsyncIterator

import httpx
import pytest

from api.embedded import EngineAddresses
from tests.support.world import World
from tests.worker.office import Office


@pytest.fixture(scope="session")
async def office(world: World, engines: EngineAddresses) -> AsyncIterator[Office]:
    """Jobs done by hand, one after the other, and the mails they send."""
    async with httpx.AsyncClient(base_url=engines.mailbox_url or "") as mailbox:
        yield Office(world, mailbox)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a second for a mail server's word, where the portal waits fifteen."""
    monkeypatch.setattr("api.mailer.sending.COMMAND_SECONDS", 1)


@pytest.fixture(autouse=True)
async def nothing_due(office: Office) -> None:
    """Jobs that other tests left are none of ours."""
    await office.clear()
