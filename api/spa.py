"""Serves the built SPA: pre-compressed assets, and the page with a nonce for its styles (S7)."""

import secrets
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.responses import FileResponse, Response

from api.core import errors
from api.core.errors import Problem
from api.core.problems import CATCH_ALL, problem_response

NONCE_PLACEHOLDER = "__CSP_NONCE__"
IMMUTABLE = "public, max-age=31536000, immutable"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".pfb": "application/x-font-type1",
    ".bcmap": "application/octet-stream",
    ".icc": "application/vnd.iccprofile",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}


# A worker runs under the policy of its own file; pdf.js decodes images with WebAssembly.
WORKER_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "frame-ancestors 'none'"
)


class PageConvertor(PathConvertor):
    """Any path but the API's and the probes', where another method is a 405 and not a page."""

    regex = r"(?!api/|healthz|readyz|metrics).*"


register_url_convertor("page", PageConvertor())


def page_policy(nonce: str) -> str:
    """The page's Content-Security-Policy; pdf.js needs WebAssembly, nothing needs inline code."""
    return (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
        f"style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


def mount_spa(app: FastAPI, folder: Path) -> None:
    """Answer every path that is not the API's with a file of the SPA, or with its page."""
    root = folder.resolve()

    @app.get(CATCH_ALL, include_in_schema=False)
    async def spa(path: str, request: Request) -> Response:
        file = (root / path).resolve()
        if file.suffix in MEDIA_TYPES and file.is_relative_to(root) and file.is_file():
            if file.name != "index.html":
                return _asset(request, file, immutable=path.startswith("assets/"))
        elif path.startswith("assets/"):
            raise Problem(errors.NOT_FOUND)
        return _page(request, root / "index.html")


def _asset(request: Request, file: Path, *, immutable: bool) -> Response:
    headers = {
        "Cache-Control": IMMUTABLE if immutable else "public, max-age=3600",
        "Vary": "Accept-Encoding",
    }
    media_type = MEDIA_TYPES[file.suffix]
    if file.suffix in (".js", ".mjs"):
        headers["Content-Security-Policy"] = WORKER_POLICY
    accepted = request.headers.get("accept-encoding", "")
    for encoding, suffix in ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if encoding in accepted and packed.is_file():
            headers["Content-Encoding"] = encoding
            return FileResponse(packed, headers=headers, media_type=media_type)
    return FileResponse(file, headers=headers, media_type=media_type)


def _page(request: Request, index: Path) -> Response:
    if not index.is_file():
        return problem_response(request, Problem(errors.NOT_FOUND))
    nonce = secrets.token_urlsafe(16)
    html = index.read_text("utf-8").replace(NONCE_PLACEHOLDER, nonce)
    headers = {"Content-Security-Policy": page_policy(nonce), "Cache-Control": "no-store"}
    return Response(html, media_type="text/html", headers=headers)
