"""How work shares a machine: whoever waits for an answer never waits for what takes long."""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

BEHIND_REQUESTS = 15
BEHIND_OTHER_REQUESTS = 5


def stand_back() -> None:
    """Let whoever waits for an answer go first: this process takes the time that is left.

    A second call changes nothing.
    """
    os.nice(max(0, BEHIND_REQUESTS - os.nice(0)))
    if os.getsid(0) == os.getpid():
        let_session_stand_back(os.getpid())


def let_session_stand_back(leader: int) -> None:
    """The same for the session that a process leads.

    Linux may weigh whole sessions against each other (`sched_autogroup_enabled`); who leads one of
    their own then stands behind nobody by being nice. A process that has become another user may
    not write this about itself, so whoever started it does.
    """
    with suppress(OSError):
        Path(f"/proc/{leader}/autogroup").write_text(str(BEHIND_REQUESTS))


def let_thread_stand_back() -> None:
    """The same for this thread of a server, so that what takes long goes behind what does not.

    Linux alone weighs threads one by one; elsewhere the whole server would stand back.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND_OTHER_REQUESTS)
