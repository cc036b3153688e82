"""Numbers with right check digits, from ranges that are given to nobody.

Enterprise numbers start with 0999 or 1099, accounts with bank code 999.
"""

FIRST_SERIES = 999_0000
SECOND_SERIES = 1099_0000
SERIES_SIZE = 10_000
BANK_CODE = 999


def enterprise_number(index: int) -> str:
    """The ten digits of a fictional enterprise: 0999…, then 1099…, for 20,000 of them."""
    if not 0 <= index < 2 * SERIES_SIZE:
        raise ValueError(f"there are {2 * SERIES_SIZE} fictional enterprises, from 0")
    series = FIRST_SERIES if index < SERIES_SIZE else SECOND_SERIES
    base = series + index % SERIES_SIZE
    return f"{base:08d}{97 - base % 97:02d}"


def vat_number(enterprise: str) -> str:
    """The Belgian VAT number of an enterprise."""
    return f"BE{enterprise}"


def iban(index: int) -> str:
    """A Belgian account of the bank that does not exist."""
    base = BANK_CODE * 10_000_000 + index % 10_000_000
    account = f"{base:010d}{base % 97 or 97:02d}"
    return f"BE{_international_check(account, 'BE'):02d}{account}"


def creditor_identifier(enterprise: str) -> str:
    """The SEPA creditor identifier of an enterprise; its business code is not checked."""
    return f"BE{_international_check(enterprise, 'BE'):02d}ZZZ{enterprise}"


def structured_communication(base: int) -> str:
    """A Belgian structured communication, as it is written on invoices."""
    digits = f"{base % 10**10:010d}"
    whole = f"{digits}{int(digits) % 97 or 97:02d}"
    return f"+++{whole[:3]}/{whole[3:7]}/{whole[7:]}+++"


def _international_check(account: str, country: str) -> int:
    """The two check digits of ISO 7064 MOD 97-10, letters counting from A = 10."""
    moved = "".join(str(int(symbol, 36)) for symbol in f"{account}{country}00")
    return 98 - int(moved) % 97
