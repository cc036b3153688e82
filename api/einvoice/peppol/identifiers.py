"""Check digits of the identifiers that Peppol checks, from their public definitions."""

import re
from collections.abc import Iterable

_LETTERS_DIGITS = re.compile(r"[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}.{3}[0-9][A-Za-z]", re.DOTALL)


def _digits(text: str, length: int | None = None) -> list[int] | None:
    """The digits of a text of that many ASCII digits and nothing else."""
    if not (text.isascii() and text.isdigit()) or (length is not None and len(text) != length):
        return None
    return [int(character) for character in text]


def _weighted(digits: Iterable[int], weights: Iterable[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=True))


def is_gln(text: str) -> bool:
    """Digits with a GS1 check digit: weights 3 and 1 in turn from the right (GS1 General Specs)."""
    digits = _digits(text)
    if digits is None:
        return False
    total = sum(digit * (1, 3)[place % 2] for place, digit in enumerate(reversed(digits)))
    return total % 10 == 0


def is_norwegian(text: str) -> bool:
    """A Norwegian organisation number: 9 digits, modulus 11 with weights 3 2 7 6 5 4 3 2."""
    digits = _digits(text, 9)
    if digits is None or not any(digits):
        return False
    check = (11 - _weighted(digits[:8], (3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
    return check == digits[8]


def is_belgian(text: str) -> bool:
    """A Belgian enterprise number: 10 digits, the last two 97 less the first eight modulo 97."""
    digits = _digits(text, 10)
    return digits is not None and int(text[8:]) == 97 - int(text[:8]) % 97


def is_structured_communication(text: str) -> bool:
    """A Belgian `+++ddd/dddd/ddddd+++`: ten digits and their remainder by 97, 97 instead of 0."""
    digits = "".join(re.findall(r"[0-9]", text))
    plain = re.fullmatch(r"([+*]{3})[0-9]{3}/?[0-9]{4}/?[0-9]{5}\1", text)
    return bool(plain) and int(digits[10:]) == (int(digits[:10]) % 97 or 97)


def is_luhn(text: str) -> bool:
    """Digits of which the tenth is the Luhn digit of the first nine (Swedish numbers)."""
    digits = _digits(text)
    if digits is None or len(digits) < 10:
        return False
    doubled = sum(_digit_sum(digit * 2) for digit in digits[0:9:2])
    return (doubled + sum(digits[1:9:2]) + digits[9]) % 10 == 0


def is_italian_vat(text: str) -> bool:
    """IT and 11 digits, Luhn from the left; a text that does not begin with IT is not judged."""
    if text[:2] not in ("IT", "it"):
        return True
    digits = _digits(text[2:], 11)
    if digits is None:
        return False
    doubled = sum(_digit_sum(digit * 2) for digit in digits[1::2])
    return (doubled + sum(digits[0::2])) % 10 == 0


def is_italian_tax_code(text: str) -> bool:
    """11 digits for a company, or the pattern of a person's 16 characters."""
    if len(text) == 11:
        return _digits(text) is not None
    return _LETTERS_DIGITS.fullmatch(text) is not None


def is_australian(text: str) -> bool:
    """An ABN: 11 digits, the first less one, weighted, divisible by 89."""
    digits = _digits(text, 11)
    if digits is None:
        return False
    digits[0] -= 1
    return _weighted(digits, (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) % 89 == 0


def is_greek(text: str) -> bool:
    """A Greek TIN: 9 digits, powers of two as weights, modulo 11, then modulo 10."""
    digits = _digits(text, 9)
    if digits is None:
        return False
    weights = (256, 128, 64, 32, 16, 8, 4, 2)
    return _weighted(digits[:8], weights) % 11 % 10 == digits[8]


def is_iban(text: str) -> bool:
    """An IBAN by its form and check digits (ISO 13616), blanks ignored."""
    compact = re.sub(r"[ \n\r\t]", "", text)
    if re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Za-z0-9]{0,30}", compact) is None:
        return False
    moved = compact[4:].upper() + compact[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def _digit_sum(number: int) -> int:
    return number // 10 + number % 10
