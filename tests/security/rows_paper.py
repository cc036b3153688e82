"""Rows of print batches and paper requests."""

from uuid import UUID

from sqlalchemy import insert

from api.core.database import new_id
from api.models import PaperRequest, PrintBatch
from tests.security.row import MAIN_CONTACT, STAFF, Row
from tests.security.scene import Scene
from tests.support.world import Company, pdf_bytes, unique


async def letter(scene: Scene, company: Company) -> str:
    """A document with a PDF that nothing else is about."""
    number = unique("PAPER-")
    document = await scene.world.publish(
        company, pdf=pdf_bytes(number), number=number, kind="other", issue_date="2026-01-02"
    )
    found: str = document["id"]
    return found


async def document(scene: Scene) -> dict[str, str]:
    """A document of the main contact without a request."""
    return {"letter": await letter(scene, scene.company)}


async def waiting(scene: Scene) -> dict[str, str]:
    """A document that waits to be printed."""
    await letter(scene, await scene.world.company(channel="post"))
    return {}


async def request(scene: Scene) -> dict[str, str]:
    """A request of the main contact."""
    request_id = new_id()
    async with scene.world.owner.begin() as connection:
        await connection.execute(
            insert(PaperRequest).values(
                id=request_id,
                document_id=UUID(await letter(scene, scene.company)),
                customer_id=UUID(scene.company.id),
                user_id=scene.company.contact.id,
            )
        )
    return {"request": str(request_id)}


async def batch(scene: Scene, state: str = "queued") -> dict[str, str]:
    """A print batch."""
    batch_id = new_id()
    async with scene.world.owner.begin() as connection:
        await connection.execute(insert(PrintBatch).values(id=batch_id, state=state))
    return {"batch": str(batch_id)}


async def failed_batch(scene: Scene) -> dict[str, str]:
    """One whose ZIP could not be built."""
    return await batch(scene, "failed")


async def finished_batch(scene: Scene) -> dict[str, str]:
    """One whose ZIP was built."""
    return await batch(scene, "finished")


BATCH = {"print_batch_id": "$batch"}
REQUEST = {"paper_request_id": "$request"}

PAPER_ROWS: tuple[Row, ...] = (
    Row("create_print_batch", STAFF, status=202, json={}, prepare=waiting),
    Row("list_print_batches", STAFF),
    Row("read_print_batch", STAFF, path=BATCH, prepare=batch),
    Row("read_print_batch_file", STAFF, status=409, path=BATCH, prepare=batch),
    Row("retry_print_batch", STAFF, status=202, path=BATCH, prepare=failed_batch),
    Row("mark_print_batch_printed", STAFF, path=BATCH, prepare=finished_batch),
    Row(
        "request_paper",
        MAIN_CONTACT,
        status=201,
        path={"document_id": "$letter"},
        json={"address": "Quay 1", "message": "For the bank."},
        prepare=document,
    ),
    Row("list_paper_requests", MAIN_CONTACT),
    Row(
        "cancel_paper_request",
        MAIN_CONTACT,
        status=204,
        path=REQUEST,
        prepare=request,
    ),
    Row("list_issued_paper_requests", STAFF, query={"customer_number": "$number"}),
    Row(
        "change_paper_request",
        STAFF,
        path=REQUEST,
        json={"price": "7.50", "currency": "EUR", "instructions": "To our account."},
        prepare=request,
    ),
)
