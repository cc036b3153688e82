"""The scopes of API tokens."""

from enum import StrEnum


class Scope(StrEnum):
    """What an API token may be good for; the `issuer:` ones only for staff."""

    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    DOWNLOADS = "downloads"
    CUSTOMERS_READ = "customers:read"
    ISSUER_PUBLISH = "issuer:publish"
    ISSUER_CUSTOMERS = "issuer:customers"
    ISSUER_BOUNCES = "issuer:bounces"

    @property
    def staff_only(self) -> bool:
        """Whether only staff may give it to a token."""
        return self.value.startswith("issuer:")
