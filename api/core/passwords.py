"""Passwords: what is accepted (NIST SP 800-63B-4), and argon2id hashes made in threads."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from passlib.context import CryptContext

from api.core.errors import WEAK_PASSWORD, FieldError, Problem
from api.core.processes.priority import let_thread_stand_back

MAX_LENGTH: Final = 128
THREADS: Final = 2

# 19 MiB, two passes, one lane: the OWASP minimum, about 20 ms (P3).
_context = CryptContext(
    schemes=["argon2"],
    argon2__type="ID",
    argon2__memory_cost=19_456,
    argon2__time_cost=2,
    argon2__parallelism=1,
)
# Hashing takes memory and a core, so a flood of sign-ins waits here and not everywhere.
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2", initializer=let_thread_stand_back)


def normalised(password: str) -> str:
    """Unicode NFC, so that the same password typed on another keyboard is the same (P1)."""
    return unicodedata.normalize("NFC", password)


def check_policy(password: str, minimum: int) -> None:
    """Raise `WEAK_PASSWORD` unless the length is `minimum` to 128 characters after NFC."""
    if not minimum <= len(normalised(password)) <= MAX_LENGTH:
        raise Problem(
            WEAK_PASSWORD,
            errors=[FieldError("/password", "length", f"{minimum} to {MAX_LENGTH} characters")],
            parameters={"minimum": minimum},
        )


async def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    loop = asyncio.get_running_loop()
    hashed: str = await loop.run_in_executor(_pool, _context.hash, normalised(password))
    return hashed


async def verify_password(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Whether the password fits, and a new hash if the stored one is outdated.

    Without a stored hash the same work is done in vain, so that an unknown address takes as long
    as a wrong password (P4).
    """
    loop = asyncio.get_running_loop()
    if stored is None:
        await loop.run_in_executor(_pool, _context.dummy_verify)
        return False, None
    return await loop.run_in_executor(
        _pool, _context.verify_and_update, normalised(password), stored
    )
