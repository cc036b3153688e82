"""The second half of sealing: the key signs the digest, and the signature takes its place."""

import asyncio
from collections.abc import Collection
from threading import Lock

from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from api.seals.certificates import fingerprint
from api.seals.facts import Level, SealFacts, facts_of
from api.seals.keys import KeptKeySigner
from api.seals.plan import DIGEST, PreparedPdf, SealPlan
from api.seals.template import SignatureForm

TIMESTAMP_SECONDS = 5
# Hexadecimal digits, that is twice the bytes: enough for an RSA-4096 key and its certificate.
RESERVED = 8192
_RESERVED_FOR_TIMESTAMP = 16384


class SealingUnavailable(Exception):
    """The time-stamp server or the key's module is away; sealing can be tried again."""


class Sealer:
    """Holds the loaded key of the issuer and knows which certificates are the issuer's."""

    def __init__(
        self,
        signer: Signer,
        *,
        trusted: Collection[str] = (),
        timestamp_url: str | None = None,
        timestamp_login: tuple[str, str] | None = None,
    ) -> None:
        if signer.signing_cert is None:
            raise ValueError("the signer has no certificate")
        self._signer = signer
        self._in_turn = None if isinstance(signer, KeptKeySigner) else Lock()
        self._form: SignatureForm | None = None
        self._stamper = (
            HTTPTimeStamper(timestamp_url, timeout=TIMESTAMP_SECONDS, auth=timestamp_login)
            if timestamp_url
            else None
        )
        certificate: bytes = signer.signing_cert.dump()
        self.plan = SealPlan(certificate, self._room())
        self.ours = frozenset({fingerprint(certificate), *trusted})

    def _room(self) -> int:
        room = RESERVED + 2 * sum(len(other.dump()) for other in self._signer.cert_registry)
        return room + _RESERVED_FOR_TIMESTAMP if self._stamper else room

    async def seal(self, prepared: PreparedPdf) -> bytes:
        """The sealed PDF: PAdES B-B, or B-T where a time-stamp server is configured.

        In a thread, since building a signature takes milliseconds that other requests would wait.
        Raises SealingUnavailable.
        """
        return await asyncio.to_thread(self.seal_now, prepared)

    def seal_now(self, prepared: PreparedPdf) -> bytes:
        """The same, in this thread."""
        try:
            signature = self._signature(prepared.digest)
        except (TimestampRequestError, SigningError, TimeoutError, OSError) as error:
            raise SealingUnavailable(type(error).__name__) from error
        text = signature.hex().upper().encode("ascii")
        room = prepared.end - prepared.start - 2
        if len(text) > room:
            raise ValueError(f"the seal takes {len(text)} digits, and {room} are reserved")
        start = prepared.start + 1
        return b"".join((prepared.data[:start], text, prepared.data[start + len(text) :]))

    def facts(self, prepared: PreparedPdf) -> SealFacts:
        """What the seal on this PDF says, without reading it again."""
        der = self.plan.certificate
        level: Level = "B-T" if self._stamper else "B-B"
        return facts_of(der, reason=None, ours=True, signed_at=prepared.prepared_at, level=level)

    def _signature(self, digest: bytes) -> bytes:
        signer = self._signer
        if self._in_turn is not None:
            with self._in_turn:
                return asyncio.run(self._built(digest))
        if self._form is not None and isinstance(signer, KeptKeySigner):
            return self._form.filled(digest, signer.sign_now)
        built = asyncio.run(self._built(digest))
        if isinstance(signer, KeptKeySigner) and signer.is_rsa and self._stamper is None:
            self._form = SignatureForm.of(built, digest)
        return built

    async def _built(self, digest: bytes) -> bytes:
        made = await self._signer.async_sign(
            digest, DIGEST, use_pades=True, timestamper=self._stamper
        )
        der: bytes = made.dump()
        return der
