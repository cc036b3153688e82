"""The web page of the mail sink: a list, a mail, its files; and the same as JSON.

Mails are written by anybody, so nothing of them is trusted: text is escaped, HTML is shown in a
sandbox without scripts or network, files are only ever downloaded.
"""

import json
import re
from collections import Counter
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from jinja2 import Environment, FunctionLoader
from markupsafe import Markup, escape

from api.embedded import mailbox
from api.embedded.mailbox import Mailbox, Summary

PER_PAGE = 100
MOST_MESSAGES = 500
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    f"frame-ancestors 'self'; sandbox {SANDBOX}"
)


def _template(name: str) -> str:
    return (files("api.embedded") / "templates" / name).read_text(encoding="utf-8")


def _linked(text: str) -> Markup:
    """Escape a text, and make its addresses clickable."""
    pieces = []
    end = 0
    for match in LINK.finditer(text):
        pieces.append(escape(text[end : match.start()]))
        pieces.append(
            Markup('<a href="{0}" target="_blank" rel="noreferrer noopener">{0}</a>').format(
                match.group()
            )
        )
        end = match.end()
    pieces.append(escape(text[end:]))
    return Markup("").join(pieces)


_pages = Environment(loader=FunctionLoader(_template), autoescape=True)
_pages.filters |= {"linked": _linked, "sender": mailbox.plain_address}


class Answer:
    """What is sent back."""

    def __init__(
        self,
        content: str | bytes,
        content_type: str = "text/html; charset=utf-8",
        *,
        status: HTTPStatus = HTTPStatus.OK,
        policy: str = PAGE_POLICY,
        file_name: str | None = None,
    ) -> None:
        self.content = content.encode("utf-8", "replace") if isinstance(content, str) else content
        self.status = status
        self.headers = {
            "Content-Type": content_type,
            "Content-Length": str(len(self.content)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        if file_name is not None:
            name = quote(file_name.encode("utf-8", "replace"), safe="")
            self.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"


NOT_FOUND = Answer("Not found", "text/plain; charset=utf-8", status=HTTPStatus.NOT_FOUND)


class Pages:
    """Answers to paths."""

    def __init__(self, box: Mailbox) -> None:
        self._box = box

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """Answer a GET request."""
        if path == "/":
            return self._page(query)
        if path == "/healthz":
            return Answer("ok", "text/plain")
        if path == "/mailbox.css":
            return Answer(_template("mailbox.css"), "text/css; charset=utf-8")
        if path == "/messages.json":
            return self._json(query)
        match = re.fullmatch(r"/messages/([0-9a-f-]+)(?:/(.+)|(\.eml))?", path)
        return self._of_mail(match[1], match[2] or match[3] or "", query) if match else NOT_FOUND

    def _of_mail(self, id_: str, rest: str, query: dict[str, str]) -> Answer:
        raw = self._box.raw(id_)
        if raw is None:
            return NOT_FOUND
        match rest:
            case "":
                answer = self._page(query, id_)
            case ".eml":
                answer = Answer(raw, "message/rfc822", file_name=f"{id_}.eml")
            case "raw":
                answer = Answer(raw.decode("utf-8", "replace"), "text/plain; charset=utf-8")
            case "html":
                html = mailbox.html_with_images(mailbox.parse(raw)) or ""
                # Links open in a new tab rather than inside the frame.
                answer = Answer(f'<base target="_blank">{html}', policy=MAIL_POLICY)
            case _:
                answer = _file(raw, rest)
        return answer

    def _page(self, query: dict[str, str], id_: str | None = None) -> Answer:
        to = query.get("to") or None
        everything = self._box.summaries()
        counts = Counter(name.lower() for mail in everything for name in mail.recipients)
        mails = self._box.summaries(to) if to else everything
        position = re.fullmatch("[0-9]{1,9}", query.get("from", ""))
        start = int(position[0]) if position else 0
        html = _pages.get_template("mailbox.html").render(
            mails=mails[start : start + PER_PAGE],
            total=len(mails),
            counts=sorted(counts.items()),
            to=to,
            keep=f"?{urlencode({'to': to})}" if to else "",
            older=start + PER_PAGE if start + PER_PAGE < len(mails) else None,
            newer=max(0, start - PER_PAGE) if start else None,
            sandbox=SANDBOX,
            shown=self._shown(id_, everything) if id_ else None,
        )
        return Answer(html)

    def _shown(self, id_: str, everything: list[Summary]) -> dict[str, Any] | None:
        summary = next((mail for mail in everything if mail.id == id_), None)
        if summary is None:
            return None
        message = mailbox.parse(self._box.raw(id_) or b"")
        return {
            "summary": summary,
            "text": mailbox.body(message, "plain"),
            "has_html": mailbox.body(message, "html") is not None,
            "attachments": mailbox.attachments(message),
        }

    def _json(self, query: dict[str, str]) -> Answer:
        mails = self._box.summaries(query.get("to") or None)[:MOST_MESSAGES]
        messages = [
            mailbox.as_json(mail, mailbox.parse(self._box.raw(mail.id) or b"")) for mail in mails
        ]
        # ASCII escapes also carry the odd surrogates that broken mails decode to.
        return Answer(json.dumps({"messages": messages}), "application/json")


def _file(raw: bytes, rest: str) -> Answer:
    number = re.fullmatch(r"attachments/([0-9]{1,3})", rest)
    found = mailbox.attachments(mailbox.parse(raw))
    if number is None or int(number[1]) >= len(found):
        return NOT_FOUND
    file = found[int(number[1])]
    return Answer(file.content, "application/octet-stream", file_name=file.name)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    pages: Pages


class _Handler(BaseHTTPRequestHandler):
    server_version = "mailbox"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        self._send(self._answer())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the log for errors."""

    def _answer(self) -> Answer:
        host = (self.headers.get("Host") or "127.0.0.1").rsplit(":", 1)[0]
        if host not in {"127.0.0.1", "localhost"}:
            # A name that resolves to us: some page of the web trying to read the mails.
            return Answer("Unknown host", "text/plain", status=HTTPStatus.MISDIRECTED_REQUEST)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return cast("_Server", self.server).pages.answer(parts.path, query)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content)


def serve_page(box: Mailbox, port: int) -> ThreadingHTTPServer:
    """Serve the page on loopback from a thread of its own; OSError when the port is taken."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.pages = Pages(box)
    Thread(target=server.serve_forever, name="mailbox", daemon=True).start()
    return server
