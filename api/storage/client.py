"""What is rare and answered in XML: listing, and the frame of large uploads; through aioboto3.

Only what lists or uploads loads this module: botocore and its description of S3 take 30 MB and a
second to load, and no request of a reader needs them.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import aioboto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.handlers import add_expect_header

from api.core.settings import Settings
from api.storage.errors import TIMEOUT_SECONDS, DamagedObject, Guarded, StorageUnavailable

MISSING = {"404", "NoSuchKey", "NoSuchUpload", "NotFound"}


class Client:
    """The bucket as aioboto3 sees it; every call is bounded in time and fails in our words."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    @classmethod
    @asynccontextmanager
    async def opened(cls, settings: Settings) -> AsyncGenerator[Self, None]:
        """A client, and its connections while the block lasts."""
        async with aioboto3.Session().client("s3", **_options(settings)) as client:
            # Waiting for `100 Continue` hangs for ever when a server refuses before sending it.
            client.meta.events.unregister("before-call.s3", add_expect_header)
            yield cls(client, settings.s3_bucket)

    async def create_upload(self, key: str, media_type: str) -> str:
        """Begin a multipart upload; returns its id."""
        answer = await self._call("create_multipart_upload", Key=key, ContentType=media_type)
        upload_id: str = answer["UploadId"]
        return upload_id

    async def complete_upload(self, key: str, upload_id: str, tags: list[str]) -> None:
        """Make the object of its parts, whose entity tags are given in order."""
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
        whole = {"MultipartUpload": {"Parts": parts}}
        await self._call("complete_multipart_upload", Key=key, UploadId=upload_id, **whole)

    async def abort_upload(self, key: str, upload_id: str) -> None:
        """Drop an upload that nobody will complete."""
        await self._call("abort_multipart_upload", Key=key, UploadId=upload_id)

    async def open_uploads(self, prefix: str) -> AsyncIterator[tuple[str, str]]:
        """The key and id of every upload below a prefix that was begun and not completed."""
        pages = self._client.get_paginator("list_multipart_uploads")
        async for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            for entry in page.get("Uploads", []):
                yield entry["Key"], entry["UploadId"]

    async def keys(self, prefix: str) -> AsyncIterator[tuple[str, Any]]:
        """Every key below a prefix with the time it was written, in key order."""
        pages = self._client.get_paginator("list_objects_v2")
        async for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                yield entry["Key"], entry["LastModified"]

    async def _call(self, operation: str, **parameters: Any) -> Any:
        try:
            async with Guarded():
                return await getattr(self._client, operation)(Bucket=self._bucket, **parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                raise DamagedObject("a stored object is missing") from error
            raise StorageUnavailable(type(error).__name__) from error
        except BotoCoreError as error:
            raise StorageUnavailable(type(error).__name__) from error


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "endpoint_url": settings.s3_endpoint_url,
        "aws_access_key_id": settings.s3_access_key_id,
        "aws_secret_access_key": settings.s3_secret_access_key.get_secret_value(),
        "region_name": settings.s3_region,
        "config": Config(
            connect_timeout=3,
            read_timeout=TIMEOUT_SECONDS,
            retries={"max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": "path"},
            # S3-compatible servers do not all know the newer default checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }
