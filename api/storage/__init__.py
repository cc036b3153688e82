"""Files in S3, under keys of our own, checked by SHA-256 when they are read (D4)."""

from api.storage.bucket import Storage
from api.storage.errors import DamagedObject, StorageUnavailable
from api.storage.objects import StoredObject, document_key
from api.storage.upload import Upload

__all__ = [
    "DamagedObject",
    "Storage",
    "StorageUnavailable",
    "StoredObject",
    "Upload",
    "document_key",
]
