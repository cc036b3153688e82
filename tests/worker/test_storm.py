"""Nothing lost, nothing twice, while workers are killed, Redis is flushed and mail is refused (E5).

The same at full size, ten thousand documents to twenty thousand recipients, is `make storm`, and
part of `make bench`.
"""

from pathlib import Path

import pytest

from api.worker import PARALLEL_JOBS
from tests.support.mailing import PEOPLE, counting_mail_server
from tests.support.storm import storm
from tests.support.world import World

CUSTOMERS, EACH = 10, 15


@pytest.mark.timeout(280)
async def test_sec_F3_F4_F10_F12_every_recipient_gets_each_mail_once(
    world: World, tmp_path: Path
) -> None:
    with counting_mail_server() as server:
        outcome = await storm(
            world.settings,
            world.owner,
            server,
            tmp_path,
            customers=CUSTOMERS,
            each=EACH,
            kills=3,
            seconds=9,
            within=220,
        )
    assert outcome.unsettled == 0
    assert outcome.arrived == CUSTOMERS * EACH * PEOPLE, "each recipient, each document"
    assert (outcome.missing, outcome.unexpected) == (set(), set())
    # A mail that the server had taken when its worker was killed comes again, as the same (F12).
    assert outcome.twice <= outcome.kills * PARALLEL_JOBS
    assert max(outcome.mails.values()) <= 1 + outcome.kills
