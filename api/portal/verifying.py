"""`/verify`: whether this issuer sealed a PDF, and whether it was changed since.

Anyone may ask. The file is neither stored nor logged.
"""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, File, Request, UploadFile

from api.bodies import refuse_unknown_parts
from api.core import errors
from api.core.errors import Problem
from api.core.problems import problems
from api.core.schema import Output
from api.deps import GuardedRoute
from api.marks import in_steps, limit_body, limit_rate, public
from api.portal.verifier import Verifier

router = APIRouter(tags=["portal"], route_class=GuardedRoute)

MOST_BYTES = 20_000_000
MULTIPART_BYTES = 10_000
Why = Literal["unsealed", "other_issuer", "changed", "removed", "broken"]


class Verification(Output):
    """What a PDF's seal tells.

    `intact`: the seal is valid and covers every byte, or only permitted changes follow it; null
    when there is none. `signer` is what the certificate says: only when `by_this_issuer` is it
    known to be true. `reason`: why the file is not an unchanged one of this issuer, null when it
    is. `removed`: the seal was taken out by a later change. `broken`: the seal itself is damaged.
    """

    sealed: bool
    intact: bool | None
    by_this_issuer: bool
    signer: str | None
    signed_at: datetime | None
    reason: Why | None


UNSEALED = Verification(
    sealed=False, intact=None, by_this_issuer=False, signer=None, signed_at=None, reason="unsealed"
)


@router.post(
    "/verify",
    operation_id="verify_pdf",
    responses=problems(
        errors.CSRF,
        errors.TOO_LARGE,
        errors.INVALID,
        errors.INVALID_PDF,
        errors.TOO_MANY_REQUESTS,
        errors.UNAVAILABLE,
    ),
)
@public
@in_steps
@limit_rate(lambda settings: settings.verify_per_minute)
@limit_body(lambda _: MOST_BYTES + MULTIPART_BYTES)
async def verify_pdf(
    request: Request, file: Annotated[UploadFile, File(description="A PDF, at most 20 MB")]
) -> Verification:
    """Whether this issuer sealed a PDF, and whether it was changed since. Nothing is stored."""
    await refuse_unknown_parts(request, {"file"})
    if (file.size or 0) > MOST_BYTES:
        raise Problem(errors.TOO_LARGE)
    verifier: Verifier = request.app.state.verifier
    facts = await verifier.read(await file.read())
    if facts is None:
        return UNSEALED
    other: Why | None = None if facts.ours else "other_issuer"
    return Verification(
        sealed=True,
        intact=facts.intact,
        by_this_issuer=facts.ours,
        signer=facts.signer,
        signed_at=facts.signed_at,
        reason=facts.reason or other,
    )
