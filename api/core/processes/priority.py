"""How processes share a machine."""

import os

BEHIND_REQUESTS = 10


def stand_back() -> None:
    """Let whoever waits for an answer go first: this process takes the time that is left.

    A second call changes nothing.
    """
    os.nice(max(0, BEHIND_REQUESTS - os.nice(0)))
