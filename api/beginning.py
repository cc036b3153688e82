"""Beginning a job of the outbox, in one round trip."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Interval,
    ScalarSelect,
    Select,
    String,
    Uuid,
    bindparam,
    case,
    column,
    func,
    select,
)

from api.core.database import Connection, fetch_row
from api.outbox import LEASE, Claim, Job


@dataclass(frozen=True, slots=True)
class Begun:
    """A job that has begun; `silent` when all earlier tries ended without a word.

    `about` is what was read with it, as JSON; None when there is nothing to do any more.
    """

    claim: Claim
    silent: bool
    about: str | None


BEGUN = (
    func.iportal.begin_job(
        bindparam("id", type_=Uuid),
        bindparam("fence", type_=Integer),
        bindparam("lease", type_=Interval),
    )
    .table_valued(
        column("id", Uuid),
        column("job", String),
        column("subject_id", Uuid),
        column("customer_id", Uuid),
        column("user_id", Uuid),
        column("attempts", Integer),
        column("silent", Boolean),
    )
    .alias("begun")
)


def beginning(job: Job, about: Callable[[ColumnElement[UUID]], ScalarSelect[str]]) -> Select[Any]:
    """The statement for `begin`; for one kind of job it also reads what that job is about.

    `about` gets the column with the id of the job's subject. Its rows are read after the job was
    begun, for a query in the list of columns is only run for a row that is there; row-level
    security then knows the job's customer number.
    """
    read = case((BEGUN.c.job == job.value, about(BEGUN.c.subject_id)))
    return select(*BEGUN.c, read.label("about"))


async def begin(
    connection: Connection, statement: Select[Any], entry_id: UUID, fence: int
) -> Begun | None:
    """Start on a claimed job, in one round trip; None when it is done or was handed on.

    Its lease begins anew, since it may have waited in the queue for most of it, and the try counts
    even if it ends in a crash (F19).
    """
    row = await fetch_row(connection, statement, {"id": entry_id, "fence": fence, "lease": LEASE})
    if row is None:
        return None
    claim = Claim(
        row["id"],
        Job(row["job"]),
        row["subject_id"],
        row["customer_id"],
        row["user_id"],
        row["attempts"],
        fence,
    )
    return Begun(claim, row["silent"], row["about"])
