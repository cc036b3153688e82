"""Around every request: its id, log line and measurements, and headers that protect browsers."""

import re
import time
from ipaddress import ip_address, ip_network

import structlog
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.core.database import new_id
from api.core.problems import on_unexpected
from api.core.settings import Settings

SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# The API's own answers are data: nothing in them may run or be framed (S7).
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Content-Security-Policy": API_POLICY,
}
HSTS = "max-age=63072000; includeSubDomains"

REQUESTS = Counter("iportal_requests_total", "Requests answered", ["method", "route", "status"])
DURATION = Histogram(
    "iportal_request_seconds",
    "Time to the first byte of an answer, in seconds",
    ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

log = structlog.get_logger("api.request")


class Surroundings:
    """ASGI middleware: request id, client address, security headers, metrics, access log."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        headers = dict(HEADERS)
        if settings.cookie_secure:
            headers["Strict-Transport-Security"] = HSTS
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self.proxies = [ip_network(proxy) for proxy in settings.trusted_proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        self._trust_proxy(scope)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        answering = False

        async def send_dressed(message: Message) -> None:
            nonlocal answering
            if message["type"] == "http.response.start":
                answering = True
                self._dress(message, request_id)
                self._measure(scope, message["status"], time.perf_counter() - started)
            await send(message)

        try:
            await self.app(scope, receive, send_dressed)
        except ClientDisconnect:
            log.info("client_left", method=scope["method"])
        except Exception as error:
            # Answered here, so that this answer is dressed, counted and logged like any other.
            answer = await on_unexpected(Request(scope), error)
            if not answering:
                await answer(scope, receive, send_dressed)
            # Else the answer ends unfinished, and the server breaks the transfer.
        finally:
            structlog.contextvars.unbind_contextvars("request_id")

    def _request_id(self, scope: Scope) -> str:
        for name, value in scope["headers"]:
            if name == b"x-request-id" and SAFE_REQUEST_ID.fullmatch(value.decode("latin-1")):
                return str(value.decode("latin-1"))
        return new_id().hex

    def _dress(self, message: Message, request_id: str) -> None:
        headers = list(message.get("headers", ()))
        present = {name.lower() for name, _ in headers}
        headers += [pair for pair in self.headers if pair[0] not in present]
        headers.append((b"x-request-id", request_id.encode()))
        message["headers"] = headers

    def _measure(self, scope: Scope, status: int, seconds: float) -> None:
        # The route's pattern, never the path: ids would make a series each, tokens would leak.
        route = getattr(scope.get("route"), "path", "other")
        REQUESTS.labels(scope["method"], route, status).inc()
        DURATION.labels(scope["method"], route).observe(seconds)
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
        )

    def _trust_proxy(self, scope: Scope) -> None:
        """Take the client's address from `X-Forwarded-For`, if a trusted proxy wrote it (P7)."""
        client = scope.get("client")
        if not client or not self.proxies or not self._is_trusted(client[0]):
            return
        forwarded = [v.decode("latin-1") for k, v in scope["headers"] if k == b"x-forwarded-for"]
        addresses = [part.strip() for part in ",".join(forwarded).split(",") if part.strip()]
        # From the right, the first address that is not one of our own proxies is the client.
        for address in reversed(addresses):
            if not self._is_trusted(address):
                scope["client"] = (address[:45], 0)
                return

    def _is_trusted(self, address: str) -> bool:
        try:
            return any(ip_address(address) in proxy for proxy in self.proxies)
        except ValueError:
            return False
