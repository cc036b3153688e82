"""Names in an archive come from untrusted numbers."""

import unicodedata
from datetime import date
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from api.downloads.naming import Names, safe_part

DAY = date(2026, 11, 23)
HOSTILE = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "/absolute",
    "C:\\x",
    "a/b",
    "a\x00b",
    "nul",
    "CON.pdf",
    "com1",
    "..",
    ".",
    "",
    " ",
    "\u202egpj.exe",
    "a" * 500,
    "é" * 300,
    "😀" * 200,
    "<script>",
    'a"b',
    "a|b?*",
    "trailing.",
    "line\nbreak",
]


def is_safe(path: str) -> bool:
    folder, _, name = path.partition("/")
    return all(
        part not in ("", ".", "..")
        and not part.startswith((" ", "."))
        and not part.endswith((" ", "."))
        and len(part.encode()) <= 240
        and not set(part) & set('/\\:*?"<>|')
        and all(unicodedata.category(c)[0] != "C" for c in part)
        for part in (folder, name)
    )


def test_sec_D5_hostile_names_become_safe_ones() -> None:
    for text in HOSTILE:
        path = Names().path(uuid4(), text, DAY, text)
        assert is_safe(path), (text, path)
    assert safe_part("nul", "x") == "_nul"
    assert safe_part("CON.txt", "x") == "_CON.txt"


@given(st.text(max_size=300), st.text(max_size=300))
def test_sec_D5_any_text_becomes_a_safe_name(customer: str, number: str) -> None:
    assert is_safe(Names().path(uuid4(), customer, DAY, number))


def test_sec_D5_names_are_unique_in_any_case_and_form() -> None:
    names, first, second = Names(), uuid4(), uuid4()
    paths = [names.path(first, "A/B", DAY, number) for number in ("x", "X", "x", "é", "e\u0301")]
    paths += [names.path(second, "a-b", DAY, number) for number in ("x", "x")]
    paths.append(names.path(uuid4(), "manifest.csv", DAY, "x"))
    folded = {unicodedata.normalize("NFKC", path.casefold()) for path in paths}
    assert len(folded) == len(paths)
    assert paths[:3] == ["A-B/2026-11-23_x", "A-B/2026-11-23_X (2)", "A-B/2026-11-23_x (3)"]
    assert paths[5] == "a-b (2)/2026-11-23_x"
    assert paths[-1].startswith("manifest.csv (2)/")
