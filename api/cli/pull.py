"""`iportal pull`: mirror documents into a folder through the public API.

It reads the change feed from where the last run ended. The cursor is noted only after everything
before it is on disk, so an interrupted run repeats a little and loses nothing.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

import httpx

from api.cli.mirror import Mirror
from api.downloads.naming import safe_part

EXTENSIONS = {"pdf": "pdf", "ubl": "xml", "csv": "csv"}
PAGE = 100
PARALLEL = 6
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
ARRIVED = {"published", "access_granted"}
BUSY = {429, 502, 503, 504}


class Exit(IntEnum):
    """What a run ends with, for cron and scripts."""

    DONE = 0
    SOME_FAILED = 1
    USAGE = 2
    REFUSED = 3
    UNREACHABLE = 4
    ALREADY_RUNNING = 5


class PullFailed(Exception):
    """A run that cannot go on; the message is for the person at the terminal."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Pulled:
    """What a run did."""

    fetched: int = 0
    removed: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def code(self) -> Exit:
        """The exit code."""
        return Exit.SOME_FAILED if self.failed else Exit.DONE


class Puller:
    """One run: from the feed into the folder."""

    def __init__(self, client: httpx.AsyncClient, mirror: Mirror, kinds: Sequence[str]) -> None:
        self._client, self._mirror, self._kinds = client, mirror, kinds
        self._slots = asyncio.Semaphore(PARALLEL)
        self.pulled = Pulled()

    async def run(self) -> Pulled:
        """Read the feed to its end."""
        cursor = self._mirror.note("cursor")
        while True:
            page = await self._page(cursor)
            if page is None:
                cursor = None
                continue
            items, following = page["items"], page["next_cursor"]
            await self._apply(items)
            if self.pulled.failed:
                # What failed is asked for again next time.
                return self.pulled
            self._mirror.set_note("cursor", following)
            if len(items) < PAGE:
                return self.pulled
            cursor = following

    async def _page(self, cursor: str | None) -> dict[str, Any] | None:
        """A page of the feed; None when the cursor is no longer good."""
        parameters = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        answer = await self._get("/documents/changes", params=parameters)
        if answer.status_code == 422 and cursor is not None:
            return None
        if answer.status_code != 200:
            raise PullFailed(Exit.UNREACHABLE, f"the portal answered {answer.status_code}")
        page: dict[str, Any] = answer.json()
        return page

    async def _apply(self, items: Sequence[dict[str, Any]]) -> None:
        """Bring the folder up to a page of changes; only a document's last one counts."""
        newest = {item["document_id"]: item for item in items}
        for item in newest.values():
            if item["change"] not in ARRIVED and self._mirror.remove(item["document_id"]):
                self.pulled.removed += 1
        async with asyncio.TaskGroup() as group:
            for item in newest.values():
                document = item["document"]
                arrived = item["change"] in ARRIVED and document is not None
                if arrived and document["state"] == "published":
                    stem = self._mirror.stem(document["id"], stem_of(document))
                    group.create_task(self._fetch(document, stem))

    async def _fetch(self, document: dict[str, Any], stem: str) -> None:
        wanted = [kind for kind in self._kinds if kind in document["files"]]
        try:
            results = [await self._fetch_file(document["id"], kind, stem) for kind in wanted]
        except (httpx.HTTPError, OSError) as error:
            self.pulled.failed.append(f"{stem}: {type(error).__name__}")
            return
        self.pulled.fetched += any(results)

    async def _fetch_file(self, document_id: str, kind: str, stem: str) -> bool:
        """Write one file, unless it is there; whether it was written."""
        known = self._mirror.etag(document_id, kind)
        async with self._slots:
            answer = await self._get(
                f"/documents/{document_id}/{kind}",
                headers={"If-None-Match": known} if known else {},
            )
        if answer.status_code in (304, 404):
            # There already; or withdrawn meanwhile, of which the feed will tell.
            return False
        answer.raise_for_status()
        data, etag = answer.content, answer.headers["etag"]
        if hashlib.sha256(data).hexdigest() != etag.strip('"'):
            raise OSError("the file did not come in whole")
        path = f"{stem}.{EXTENSIONS[kind]}"
        with self._mirror.writing(path) as stream:
            stream.write(data)
        self._mirror.keep(document_id, kind, path, etag)
        return True

    async def _get(self, path: str, **options: Any) -> httpx.Response:
        """Ask, and ask again when the portal is busy or away."""
        for attempt in range(ATTEMPTS):
            pause = FIRST_PAUSE_SECONDS * 2**attempt
            try:
                answer = await self._client.get(path, **options)
            except httpx.TransportError:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                if answer.status_code in (401, 403):
                    raise PullFailed(Exit.REFUSED, answer.json()["detail"])
                if answer.status_code not in BUSY or attempt == ATTEMPTS - 1:
                    return answer
                pause = max(pause, float(answer.headers.get("retry-after", 0)))
            await asyncio.sleep(min(pause, LONGEST_PAUSE_SECONDS))
        raise AssertionError("unreachable")


def stem_of(document: dict[str, Any]) -> str:
    """`customer/date_number`, safe on every system; kinds other than invoices are told apart."""
    folder = safe_part(document["customer"]["number"], "customer")
    number = safe_part(document["number"], "document")
    kind = "" if document["kind"] == "invoice" else f"_{document['kind']}"
    return f"{folder}/{document['issue_date']}_{number}{kind}"


async def pull(url: str, token: str, folder: Path, kinds: Sequence[str]) -> Pulled:
    """Bring a folder up to what the token's user may see; raises `PullFailed`."""
    with Mirror(folder) as mirror:
        known = mirror.note("url")
        if known is not None and known != url:
            raise PullFailed(Exit.USAGE, f"{folder} holds the documents of {known}")
        mirror.set_note("url", url)
        async with httpx.AsyncClient(
            base_url=f"{url}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(30, connect=10),
        ) as client:
            try:
                return await Puller(client, mirror, kinds).run()
            except* PullFailed as failed:
                raise _first(failed) from None
            except* httpx.TransportError as error:
                reason = type(_first(error)).__name__
                raise PullFailed(Exit.UNREACHABLE, f"{url} does not answer ({reason})") from None


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
