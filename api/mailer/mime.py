"""The body of a mail as bytes, written directly (RFC 2045, 2046).

The standard library's generator takes 7 ms for a mail with 100 kB attached, this takes less than
one. Headers that carry what people wrote stay with `EmailMessage`, which folds and encodes them.
"""

import binascii
import quopri
from collections.abc import Sequence
from email.message import EmailMessage
from uuid import uuid4

from api.mailer.composing import Attachment

BREAK = b"\r\n"
LINE = 76


def alternatives(text: str, html: str) -> bytes:
    """The same in two forms, of which readers show the last that they understand."""
    return _multipart(b"alternative", [_sentences(b"plain", text), _sentences(b"html", html)])


def mixed(body: bytes, files: Sequence[tuple[Attachment, bytes]]) -> bytes:
    """A body, and files beside it."""
    return _multipart(b"mixed", [body, *(_file(file, content) for file, content in files)])


def header_lines(message: EmailMessage) -> bytes:
    """The headers of a message that has nothing else."""
    return message.as_bytes().removesuffix(BREAK)


def _multipart(kind: bytes, parts: Sequence[bytes]) -> bytes:
    # No line of what we encode can hold "=_", so that a boundary never occurs in a part.
    boundary = b"=_" + uuid4().hex.encode()
    start = BREAK + b"--" + boundary
    head = b'Content-Type: multipart/%b; boundary="%b"\r\n' % (kind, boundary)
    return b"".join([head, *(start + BREAK + part for part in parts), start, b"--", BREAK])


def _sentences(kind: bytes, text: str) -> bytes:
    lines = BREAK.join(line.encode() for line in text.splitlines())
    return b"".join(
        [
            b'Content-Type: text/%b; charset="utf-8"\r\n' % kind,
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            quopri.encodestring(lines),
            BREAK,
        ]
    )


def _file(file: Attachment, content: bytes) -> bytes:
    named = EmailMessage()
    named.add_header("Content-Disposition", "attachment", filename=file.filename)
    return b"".join(
        [
            b"Content-Type: %b\r\n" % file.media_type.encode(),
            b"Content-Transfer-Encoding: base64\r\n",
            BREAK.join(header_lines(named).splitlines()),
            BREAK + BREAK,
            base64_lines(content),
        ]
    )


def base64_lines(content: bytes) -> bytes:
    """Base64 in lines of 76 characters, as RFC 2045 asks (6.8)."""
    encoded = binascii.b2a_base64(content, newline=False)
    return BREAK.join([encoded[at : at + LINE] for at in range(0, len(encoded), LINE)])
