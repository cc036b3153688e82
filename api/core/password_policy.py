"""Which passwords are accepted: by length and by how soon they would be guessed (P1, P2).

There are no rules of composition (NIST SP 800-63B-4, 3.1.1.2). Common passwords, those of breaches
and those made of the brand's or the user's own words are found by zxcvbn: its lists of passwords,
names and words are ranked by how often they occur, and it sees repeats and walks on the keyboard.
"""

import asyncio
import re
import threading
from collections.abc import Iterable
from importlib import resources

from api.core.errors import WEAK_PASSWORD, FieldError, Problem
from api.core.passwords import MAX_LENGTH, normalised
from api.core.settings import Settings

# Guesses, as powers of ten. Spaces and signs between words add little to a dictionary attack, so
# the words alone must stand as well.
ENOUGH_GUESSES = 10.5
ENOUGH_GUESSES_BARE = 8.0
# The time of the estimate grows with the square of the length; strong at the start is strong.
ESTIMATED_LENGTH = 48
MIN_WORD = 3
# zxcvbn puts the user's words into a dictionary that all threads share.
_one_at_a_time = threading.Lock()
DOUBLED = re.compile(r"(.)\1+")
NOT_A_WORD = re.compile(r"[\W_]+")
# What our users would think of first; zxcvbn's own lists are mostly English.
FAMILIAR = resources.files("api.core").joinpath("familiar_words.txt").read_text("utf-8").split()


async def check_password(
    password: str,
    settings: Settings,
    personal: Iterable[str],
    *,
    pointer: str = "/password",
) -> None:
    """Raise `WEAK_PASSWORD` unless a new password is long enough and hard to guess.

    `personal` are the user's own words: address, names, company.
    """
    normal, minimum = normalised(password), settings.password_min_length
    if not minimum <= len(normal) <= MAX_LENGTH:
        raise Problem(
            WEAK_PASSWORD,
            errors=[FieldError(pointer, "length", f"{minimum} to {MAX_LENGTH} characters")],
            parameters={"minimum": minimum},
        )
    words = [*_words([*personal, settings.issuer.name]), *FAMILIAR]
    if await asyncio.to_thread(easy_to_guess, normal, words):
        raise refused(pointer, "common", "easy to guess")


def refused(pointer: str, reason: str, message: str) -> Problem:
    """The refusal of a password for a reason other than its length."""
    return Problem(WEAK_PASSWORD, errors=[FieldError(pointer, reason, message)], sentence=reason)


def easy_to_guess(password: str, words: list[str]) -> bool:
    """Whether a password would be guessed early, also without signs or with letters doubled."""
    bare = NOT_A_WORD.sub("", password)
    single = DOUBLED.sub(r"\1", bare)
    with _one_at_a_time:
        return (
            _guesses(password, words) < ENOUGH_GUESSES
            or _guesses(bare, words) < ENOUGH_GUESSES_BARE
            or _guesses(single, words) < ENOUGH_GUESSES_BARE
        )


def _guesses(password: str, words: list[str]) -> float:
    """The number of guesses an attacker needs, as a power of ten."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists take 14 MB, for the few who choose one

    start = password[:ESTIMATED_LENGTH]
    if not start:
        return 0.0
    rest = password[ESTIMATED_LENGTH:]
    found = float(zxcvbn(start, user_inputs=words)["guesses_log10"])
    return found if found >= ENOUGH_GUESSES else found + _guesses_of_rest(start, rest, words)


def _guesses_of_rest(start: str, rest: str, words: list[str]) -> float:
    # A repeated start adds nothing; anything else counts for itself.
    return 0.0 if not rest or start.startswith(rest[: len(start)]) else _guesses(rest, words)


def _words(texts: Iterable[str]) -> list[str]:
    """The words of names and addresses, and those run together: Lumen Lease, lumenlease."""
    found: list[str] = []
    for text in texts:
        parts = [part for part in NOT_A_WORD.split(text.lower()) if len(part) >= MIN_WORD]
        found += [*parts, "".join(parts), text.lower()]
    return [word for word in dict.fromkeys(found) if len(word) >= MIN_WORD]
