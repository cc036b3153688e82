"""Writes: an account's tags, and which documents carry them."""

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.access import Principal
from api.core import errors
from api.core.database import new_id
from api.core.errors import FieldError, Problem
from api.documents.selection import ChangedIds, Selected, in_batches
from api.models import Customer, DeletedTag, DocumentTag, Tag
from api.tags.schemas import MOST_TAGS, DocumentTags, NewTag, TagChange

# Tags of an account change one call after the other, so that slots are given out once.
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:account, 0))")


async def create_tag(session: AsyncSession, wanted: NewTag) -> UUID:
    """Make a tag; `TAG_EXISTS` when the account has one of that name, in any case."""
    account_id = await _account(session, wanted.customer_id)
    tag_id: UUID | None = await session.scalar(
        upsert(Tag)
        .values(id=new_id(), account_id=account_id, name=wanted.name, color=wanted.color)
        .on_conflict_do_nothing(index_elements=[Tag.account_id, func.lower(Tag.name)])
        .returning(Tag.id)
    )
    if tag_id is None:
        raise Problem(errors.TAG_EXISTS, parameters={"name": wanted.name})
    return tag_id


async def _account(session: AsyncSession, customer_id: UUID | None) -> UUID:
    if customer_id is not None:
        named = await session.scalar(select(Customer.account_id).where(Customer.id == customer_id))
        if named is None:
            raise Problem(errors.NOT_FOUND)
        return named
    seen = (await session.scalars(select(Customer.account_id).distinct().limit(2))).all()
    if len(seen) != 1:
        missing = FieldError("/customer_id", "missing", "names the account that the tag is for")
        raise Problem(errors.INVALID, errors=[missing])
    return seen[0]


async def change_tag(session: AsyncSession, tag_id: UUID, change: TagChange) -> None:
    """Give a tag another name or colour."""
    values = change.model_dump(exclude_none=True)
    if not values:
        return
    statement = update(Tag).where(Tag.id == tag_id).values(**values).returning(Tag.id)
    try:
        changed = await session.scalar(statement)
    except IntegrityError as error:
        raise Problem(errors.TAG_EXISTS, parameters={"name": change.name}) from error
    if changed is None:
        raise Problem(errors.NOT_FOUND)


async def delete_tag(session: AsyncSession, tag_id: UUID) -> None:
    """Delete a tag and take it off its documents; for a day it can be restored."""
    if await session.scalar(delete(Tag).where(Tag.id == tag_id).returning(Tag.id)) is None:
        raise Problem(errors.NOT_FOUND)


async def restore_tag(session: AsyncSession, tag_id: UUID) -> None:
    """Bring a deleted tag back, on those of its documents that still have room for it."""
    kept = await session.get(DeletedTag, tag_id)
    if kept is None:
        raise Problem(errors.NOT_FOUND)
    await _lock(session, [kept.account_id])
    try:
        await session.execute(
            insert(Tag).values(
                id=kept.id, account_id=kept.account_id, name=kept.name, color=kept.color
            )
        )
    except IntegrityError as error:
        raise Problem(errors.TAG_EXISTS, parameters={"name": kept.name}) from error


async def tag_documents(
    session: AsyncSession, principal: Principal, change: DocumentTags
) -> ChangedIds:
    """Add and remove tags on documents: all of it or nothing; tells which changed.

    The limit is counted after what is removed.
    """
    tags = await _tags(session, {*change.add, *change.remove})
    # Documents of other accounts carry none of these tags, and may not be given one.
    await _lock(session, {tag.account_id for tag in tags.values()})
    changed = ChangedIds()
    async with aclosing(in_batches(session, principal, change)) as batches:
        async for documents in batches:
            _refuse_foreign(documents, [tags[tag_id] for tag_id in change.add])
            changed.add(await _apply(session, documents, change))
    return changed


async def _tags(session: AsyncSession, wanted: set[UUID]) -> dict[UUID, Tag]:
    rows = await session.scalars(select(Tag).where(Tag.id.in_(wanted)))
    found = {tag.id: tag for tag in rows}
    if len(found) != len(wanted):
        raise Problem(errors.NOT_FOUND)
    return found


def _refuse_foreign(documents: Sequence[Selected], tags: Sequence[Tag]) -> None:
    for tag in tags:
        for document in documents:
            if document.account_id != tag.account_id:
                raise Problem(
                    errors.FOREIGN_TAG,
                    parameters={"name": tag.name, "number": document.number},
                    members={"document_id": str(document.id), "tag_id": str(tag.id)},
                )


async def _lock(session: AsyncSession, accounts: Iterable[UUID]) -> None:
    for account in sorted(accounts):
        await session.execute(LOCK, {"account": str(account)})


async def _apply(
    session: AsyncSession, documents: Sequence[Selected], change: DocumentTags
) -> set[UUID]:
    ids = {"ids": [document.id for document in documents]}
    named = DocumentTag.document_id == any_(bindparam("ids", type_=ARRAY(Uuid)))
    removed = await session.scalars(
        delete(DocumentTag)
        .where(named, DocumentTag.tag_id.in_(change.remove))
        .returning(DocumentTag.document_id),
        ids,
    )
    changed = set(removed)
    carried: dict[UUID, dict[UUID, int]] = {}
    rows = await session.execute(
        select(DocumentTag.document_id, DocumentTag.tag_id, DocumentTag.slot).where(named), ids
    )
    for document_id, tag_id, slot in rows:
        carried.setdefault(document_id, {})[tag_id] = slot
    added = [
        (document.id, row)
        for document in documents
        for row in _additions(document, carried.get(document.id, {}), change.add)
    ]
    if added:
        await session.execute(insert(DocumentTag), [row for _, row in added])
    return changed | {document_id for document_id, _ in added}


def _additions(
    document: Selected, carried: dict[UUID, int], wanted: Sequence[UUID]
) -> list[dict[str, UUID | int]]:
    new = [tag_id for tag_id in dict.fromkeys(wanted) if tag_id not in carried]
    free = [slot for slot in range(1, MOST_TAGS + 1) if slot not in carried.values()]
    if len(new) > len(free):
        raise Problem(
            errors.TOO_MANY_TAGS,
            parameters={"number": document.number, "most": MOST_TAGS},
            members={"document_id": str(document.id), "number": document.number},
        )
    return [
        {
            "document_id": document.id,
            "customer_id": document.customer_id,
            "tag_id": tag_id,
            "slot": slot,
        }
        for tag_id, slot in zip(new, free, strict=False)
    ]
