"""Calls to addresses that people typed: the only way of the portal to go where it is told (X6)."""

from api.outbound.addresses import AllowList, RefusedUrl, check_url
from api.outbound.client import CallFailed, Outbound

__all__ = ["AllowList", "CallFailed", "Outbound", "RefusedUrl", "check_url"]
