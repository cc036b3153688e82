"""A small world to test in: every test makes its own customers and people."""

import io
import itertools
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pyotp
from fastapi import FastAPI
from sqlalchemy import delete, insert, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from api.access import new_token
from api.accounts.totp import seal_seed
from api.core.database import new_id
from api.core.passwords import hash_password
from api.core.scopes import Scope
from api.core.settings import Settings
from api.models import ApiToken, Membership, User

PASSWORD = "correct horse battery staple"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OWN_UBL = Path(__file__).parents[1] / "data" / "ubl"
_numbers = itertools.count(1)
_addresses = itertools.count(1)


def unique(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}{next(_numbers):05d}"


def ubl_bytes(number: str, name: str = "be-multi-rate-21-12-6-0") -> bytes:
    """One of our own sample invoices under another number (BT-1)."""
    data = next(OWN_UBL.rglob(f"{name}.xml")).read_text("utf-8")
    start = data.index("<cbc:ID>") + len("<cbc:ID>")
    end = data.index("</cbc:ID>")
    return (data[:start] + number + data[end:]).encode()


def pdf_bytes(mark: str = "") -> bytes:
    """A small valid PDF of one page; `mark` makes its bytes differ."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        f"<< /Producer ({mark}) >>".encode(),
    ]
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """A ZIP archive with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Person:
    """A user who can sign in."""

    id: UUID
    email: str
    password: str = PASSWORD


@dataclass(frozen=True, slots=True)
class Company:
    """A customer number and its main contact."""

    id: str
    number: str
    contact: Person


@dataclass(slots=True)
class World:
    """Makes people, customers and documents, and the clients that act for them."""

    app: FastAPI
    settings: Settings
    owner: AsyncEngine
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    _password_hash: str | None = None

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A client without credentials, sending what the SPA sends.

        Each comes from an address of its own, so that one test's failures refuse no other (P5).
        """
        number = next(_addresses)
        address = f"10.{128 + number // 65_536}.{number // 256 % 256}.{number % 256}"
        transport = httpx.ASGITransport(
            self.app, raise_app_exceptions=False, client=(address, 50_000)
        )
        client = httpx.AsyncClient(
            transport=transport,
            base_url=f"{self.settings.public_url}/api/v1",
            headers={"X-Requested-With": "i-portal", **headers},
        )
        self.clients.append(client)
        return client

    async def signed_in(self, person: Person) -> httpx.AsyncClient:
        """A browser in which this person has signed in."""
        client = self.client()
        answer = await client.post(
            "/auth/login", json={"email": person.email, "password": person.password}
        )
        assert answer.status_code == 200, answer.text
        if answer.json()["state"] == "mfa_required":
            # The same step serves many tests; that it must not is tested elsewhere (M1).
            await self.set_user(person, totp_last_step=None)
            code = pyotp.TOTP(TOTP_SECRET).now()
            body = {"challenge": answer.json()["challenge"], "code": code}
            answer = await client.post("/auth/mfa", json=body)
            assert answer.status_code == 200, answer.text
        return client

    async def person(self, *, role: str = "customer", active: bool = True) -> Person:
        """A user, active unless said otherwise; staff have two-factor authentication."""
        email = f"{unique('person')}@example.com"
        person = Person(await self._user(email, role, active=active), email)
        if role == "staff" and active:
            await self.enrol(person)
        return person

    async def enrol(self, person: Person, *, recovery: str | None = None) -> None:
        """Give a person two-factor authentication with the secret that the tests know."""
        await self.set_user(
            person,
            totp_secret=seal_seed(self.settings, person.id, TOTP_SECRET),
            totp_confirmed_at=text("now()"),
            recovery_email=recovery,
            recovery_email_verified_at=text("now()") if recovery else None,
        )

    async def _user(self, email: str, role: str, *, active: bool) -> UUID:
        if self._password_hash is None:
            self._password_hash = await hash_password(PASSWORD)
        user_id = new_id()
        async with self.owner.begin() as connection:
            await connection.execute(
                insert(User).values(
                    id=user_id,
                    email=email,
                    email_key=email.lower(),
                    first_name="Ada",
                    last_name="Lovelace",
                    language="en",
                    role=role,
                    state="active" if active else "invited",
                    password_hash=self._password_hash if active else None,
                )
            )
        return user_id

    async def token(
        self,
        person: Person,
        *scopes: Scope,
        customers: list[UUID] | None = None,
        name: str = "test",
    ) -> httpx.AsyncClient:
        """A program that acts for this person."""
        token_id = new_id()
        token, secret_hash = new_token(token_id)
        async with self.owner.begin() as connection:
            await connection.execute(
                insert(ApiToken).values(
                    id=token_id,
                    user_id=person.id,
                    name=name,
                    secret_hash=secret_hash,
                    scopes=[scope.value for scope in scopes],
                    customer_ids=customers,
                    expires_at=text("now() + interval '1 day'"),
                )
            )
        client = self.client(Authorization=f"Bearer {token}")
        del client.headers["X-Requested-With"]
        return client

    async def publisher(self) -> httpx.AsyncClient:
        """The issuer's ERP."""
        staff = await self.person(role="staff")
        return await self.token(staff, Scope.ISSUER_PUBLISH, Scope.ISSUER_CUSTOMERS)

    async def company(self, contact: Person | None = None, **fields: Any) -> Company:
        """A customer number whose main contact can sign in."""
        contact = contact or await self.person()
        number = unique("DL1")
        publisher = await self.publisher()
        body = {
            "name": f"Company {number}",
            "language": "en",
            "contact": {"email": contact.email, "first_name": "Ada", "last_name": "Lovelace"},
            **fields,
        }
        answer = await publisher.put(f"/issuer/customers/{number}", json=body)
        assert answer.status_code == 201, answer.text
        return Company(answer.json()["id"], number, contact)

    async def share(self, company: Company, person: Person, expires_on: Any = None) -> None:
        """Give a person access to a customer number as a shared user."""
        async with self.owner.begin() as connection:
            await connection.execute(
                insert(Membership).values(
                    user_id=person.id,
                    customer_id=UUID(company.id),
                    role="shared_user",
                    expires_on=expires_on,
                )
            )

    async def unshare(self, company: Company, person: Person) -> None:
        """Take a person's access to a customer number away."""
        async with self.owner.begin() as connection:
            await connection.execute(
                delete(Membership).where(
                    Membership.user_id == person.id, Membership.customer_id == UUID(company.id)
                )
            )

    async def publish(
        self,
        company: Company,
        *,
        ubl: bytes | None = None,
        pdf: bytes | None = None,
        **metadata: Any,
    ) -> dict[str, Any]:
        """Publish a document for a customer number; without files, a sample UBL."""
        if ubl is None and pdf is None:
            ubl = ubl_bytes(unique("INV-"))
        files: dict[str, Any] = {}
        if ubl is not None:
            files["ubl"] = ("x.xml", ubl, "application/xml")
        if pdf is not None:
            files["pdf"] = ("x.pdf", pdf, "application/pdf")
        publisher = await self.publisher()
        body = json.dumps({"customer_number": company.number, **metadata})
        answer = await publisher.post("/issuer/documents", files=files, data={"metadata": body})
        assert answer.status_code in (200, 201), answer.text
        document: dict[str, Any] = answer.json()
        return document

    async def set_user(self, person: Person, **values: Any) -> None:
        """Change a user's row directly."""
        async with self.owner.begin() as connection:
            await connection.execute(update(User).where(User.id == person.id).values(**values))

    async def rows(self, statement: str, **parameters: Any) -> list[Any]:
        """What the owner of the tables sees."""
        async with self.owner.begin() as connection:
            return list((await connection.execute(text(statement), parameters)).all())

    async def close(self) -> None:
        """Close the clients."""
        for client in self.clients:
            await client.aclose()


def owner_engine(settings: Settings) -> AsyncEngine:
    """A connection as the role that owns the tables, which row-level security does not bind."""
    return create_async_engine(settings.migration_url, pool_size=2)
