"""Rows of `/customers`, `/documents`, `/tags` and `/downloads`."""

from uuid import UUID

from sqlalchemy import insert, text

from api.core.database import new_id
from api.models import Download, SavedView, Tag
from tests.security.row import (
    CUSTOMER_READERS,
    DOWNLOADERS,
    MAIN_CONTACT,
    READERS,
    SESSIONS,
    WRITERS,
    Row,
)
from tests.security.scene import Scene
from tests.support.world import unique

DOCUMENT = {"document_id": "$document"}


async def fresh_name(_: Scene) -> dict[str, str]:
    """A name that no tag has."""
    return {"fresh_name": unique("Row ")}


async def tag(scene: Scene) -> dict[str, str]:
    """A tag of the main contact's account."""
    tag_id, name = new_id(), unique("Row ")
    async with scene.world.owner.begin() as connection:
        account = await connection.scalar(
            text("SELECT account_id FROM customers WHERE id = :id"), {"id": UUID(scene.company.id)}
        )
        await connection.execute(
            insert(Tag).values(id=tag_id, account_id=account, name=name, color="#112233")
        )
    return {"tag": str(tag_id), "fresh_name": unique("Row ")}


async def deleted_tag(scene: Scene) -> dict[str, str]:
    """One that was deleted a moment ago."""
    made = await tag(scene)
    answer = await scene.clients["main_contact"].delete(f"/tags/{made['tag']}")
    assert answer.status_code == 204
    return made


async def download(scene: Scene, state: str = "queued") -> dict[str, str]:
    """An archive that the main contact has asked for."""
    download_id = new_id()
    async with scene.world.owner.begin() as connection:
        await connection.execute(
            insert(Download).values(
                id=download_id,
                user_id=scene.company.contact.id,
                state=state,
                selection={"document_ids": [scene.own["document"]]},
                document_ids=[UUID(scene.own["document"])],
                customer_ids=[UUID(scene.company.id)],
                formats=["ubl"],
            )
        )
    return {"download": str(download_id)}


async def failed_download(scene: Scene) -> dict[str, str]:
    """One that could not be made."""
    return await download(scene, "failed")


async def view(scene: Scene) -> dict[str, str]:
    """A view that the main contact has saved."""
    view_id = new_id()
    async with scene.world.owner.begin() as connection:
        await connection.execute(
            insert(SavedView).values(
                id=view_id,
                user_id=scene.company.contact.id,
                name=unique("Row "),
                query="kind=invoice",
            )
        )
    return {"view": str(view_id)}


DOWNLOAD = {"download_id": "$download"}
NOT_THEIRS = DOWNLOADERS - {"main_contact", "downloads"}

DOCUMENT_ROWS: tuple[Row, ...] = (
    Row("list_customers", CUSTOMER_READERS),
    Row("list_documents", READERS),
    Row("mark_documents_read", WRITERS, 204, json={"document_ids": ["$document"], "read": True}),
    Row("read_document", READERS, path=DOCUMENT),
    Row("read_pdf", READERS, path=DOCUMENT),
    Row("read_ubl", READERS, path=DOCUMENT),
    Row("read_csv", READERS, path=DOCUMENT),
    Row("read_document_history", READERS, path=DOCUMENT),
    Row("export_documents", READERS),
    Row("list_changes", READERS),
    Row("read_statistics", READERS),
    Row("list_views", SESSIONS),
    Row(
        "save_view",
        SESSIONS,
        status=201,
        json={"name": "$fresh_name", "query": "kind=invoice"},
        prepare=fresh_name,
    ),
    Row(
        "change_view",
        SESSIONS,
        path={"view_id": "$view"},
        json={"query": "kind=other"},
        prepare=view,
        blind=SESSIONS - MAIN_CONTACT | frozenset({"stranger"}),
    ),
    Row(
        "delete_view",
        SESSIONS,
        status=204,
        path={"view_id": "$view"},
        prepare=view,
        blind=SESSIONS - MAIN_CONTACT | frozenset({"stranger"}),
    ),
    Row("list_tags", READERS),
    Row(
        "create_tag",
        WRITERS,
        status=201,
        json={"name": "$fresh_name", "color": "#112233", "customer_id": "$customer"},
        prepare=fresh_name,
    ),
    Row(
        "change_tag",
        WRITERS,
        path={"tag_id": "$tag"},
        json={"name": "$fresh_name", "color": "#445566"},
        prepare=tag,
    ),
    Row("delete_tag", WRITERS, status=204, path={"tag_id": "$tag"}, prepare=tag),
    Row("restore_tag", WRITERS, path={"deleted_tag_id": "$tag"}, prepare=deleted_tag),
    Row(
        "tag_documents",
        WRITERS,
        json={"document_ids": ["$document"], "add": [], "remove": ["$tag"]},
        prepare=tag,
    ),
    Row(
        "create_download",
        DOWNLOADERS,
        status=202,
        json={"document_ids": ["$document"], "formats": ["ubl"]},
    ),
    Row("list_downloads", DOWNLOADERS),
    Row("read_download", DOWNLOADERS, path=DOWNLOAD, prepare=download, blind=NOT_THEIRS),
    Row(
        "read_download_file",
        DOWNLOADERS,
        status=409,
        path=DOWNLOAD,
        prepare=download,
        blind=NOT_THEIRS,
    ),
    Row(
        "retry_download",
        DOWNLOADERS,
        status=202,
        path=DOWNLOAD,
        prepare=failed_download,
        blind=NOT_THEIRS,
    ),
    Row(
        "delete_download",
        DOWNLOADERS,
        status=204,
        path=DOWNLOAD,
        prepare=download,
        blind=NOT_THEIRS,
    ),
)
