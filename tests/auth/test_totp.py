"""The authenticator app's codes, against RFC 6238, other implementations and a scanned QR code."""

import base64
import hashlib
import hmac
import re
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
import zxingcpp
from lxml import etree

from api.accounts.totp import new_seed, otpauth_uri, qr_svg
from api.core.database import new_id
from api.core.settings import Issuer
from tests.support.hand import scan
from tests.support.tools import tool
from tests.support.world import TOTP_SECRET, World

ISSUER = "Lumen Lease"


def rfc6238(secret: bytes, moment: int, digits: int = 6) -> str:
    """TOTP written from the RFC alone: HMAC-SHA-1 of the step, dynamic truncation."""
    digest = hmac.new(secret, (moment // 30).to_bytes(8), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


# RFC 6238, appendix B, the SHA-1 rows; the secret is "12345678901234567890".
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


@pytest.mark.parametrize(("moment", "expected"), VECTORS.items())
def test_b6_our_codes_are_those_of_the_rfc(moment: int, expected: str) -> None:
    secret = b"12345678901234567890"
    assert rfc6238(secret, moment, 8) == expected
    ours = pyotp.TOTP(base64.b32encode(secret).decode())
    assert ours.at(moment) == expected[2:] == rfc6238(secret, moment)


def test_b6_a_day_of_codes_is_the_same_elsewhere() -> None:
    now = int(time.time()) // 30 * 30
    ours = pyotp.TOTP(TOTP_SECRET)
    raw = base64.b32decode(TOTP_SECRET)
    moments = [now + 30 * step for step in range(2880)]
    assert [ours.at(moment) for moment in moments] == [rfc6238(raw, m) for m in moments]
    options = ["--totp", "--base32", f"--now=@{now}", "--window=2879", TOTP_SECRET]
    command = [tool("oathtool"), *options]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert printed.split() == [ours.at(moment) for moment in moments]


@pytest.mark.parametrize("issuer", [ISSUER, "Crédit & Fils: bail", "日本 リース"])
def test_b6_the_uri_tells_everything_that_apps_read(issuer: str) -> None:
    uri = otpauth_uri(TOTP_SECRET, issuer, "ada+bills@example.com")
    parts, query = urlsplit(uri), parse_qs(urlsplit(uri).query, strict_parsing=True)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    label = unquote(parts.path).removeprefix("/")
    assert label == f"{issuer}:ada+bills@example.com"
    assert query == {
        "secret": [TOTP_SECRET],
        "issuer": [issuer],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }
    assert "+" not in parts.query.replace("%2B", "")


def rasterised(svg: str, scale: int = 4) -> bytes:
    """Draw a QR code's SVG as rows of grey pixels: a light ground and dark horizontal strokes.

    segno draws one path of relative moves and strokes, one unit high.
    """
    root = etree.fromstring(svg.encode())
    size = int(float(root.get("width"))) // 4
    grid = [bytearray(b"\xff" * size) for _ in range(size)]
    path = root.findall(".//{*}path")[-1]
    assert path.get("stroke") == "#000"
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])\s*([-\d. ]+)", path.get("d")):
        values = [float(value) for value in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            row = int(y)
            grid[row][int(x) : int(x + values[0])] = b"\x00" * int(values[0])
            x += values[0]
    wide = [bytes(value for value in row for _ in range(scale)) for row in grid]
    return b"".join(row * scale for row in wide)


@pytest.mark.parametrize("email", ["ada@example.com", f"{'long.' * 12}name@subsidiary.example.com"])
def test_b6_the_drawn_qr_code_scans_to_the_uri(email: str, tmp_path: Path) -> None:
    uri = otpauth_uri(TOTP_SECRET, ISSUER, email)
    svg = qr_svg(uri)
    pixels = rasterised(svg)
    side = int(len(pixels) ** 0.5)
    image = memoryview(pixels).cast("B", shape=[side, side])
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == uri
    picture = tmp_path / "code.pgm"
    picture.write_bytes(b"P5\n%d %d\n255\n" % (side, side) + pixels)
    assert scan(str(picture)) == uri


def test_sec_M4_seeds_are_160_random_bits(world: World) -> None:
    seeds = [new_seed(world.settings, new_id(), "ada@example.com") for _ in range(50)]
    assert {len(base64.b32decode(seed.secret)) for seed in seeds} == {20}
    assert len({seed.secret for seed in seeds}) == 50
    for seed in seeds:
        assert base64.b32decode(seed.secret) not in seed.sealed
        assert seed.secret.encode() not in seed.sealed


def test_b6_the_issuers_name_comes_from_the_settings(world: World) -> None:
    settings = world.settings.model_copy(update={"issuer": Issuer(name="Nova Fleet")})
    seed = new_seed(settings, new_id(), "ada@example.com")
    assert "issuer=Nova%20Fleet" in seed.otpauth_uri
    assert "Nova%20Fleet:ada" in seed.otpauth_uri
