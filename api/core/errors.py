"""The errors of the API, each with a stable code, as RFC 9457 problems.

A service raises `Problem(NOT_FOUND)`; the sentence is chosen later, in the reader's language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.core.processes import OverLimit


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A kind of refusal: its HTTP status and the `code` that clients rely on."""

    status: int
    code: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `pointer` is an RFC 6901 JSON pointer or a parameter name."""

    pointer: str
    code: str
    message: str


class Problem(Exception):
    """A refusal on its way to the client.

    `parameters` fill the sentence, `members` are extra members of the problem document
    (such as the findings of an invalid UBL), `headers` are added to the answer. With `keep`, what
    the transaction has written stays although the request fails: a refusal to be remembered.
    `sentence` chooses among the sentences of one code.
    """

    def __init__(
        self,
        error: ErrorCode,
        *,
        errors: Sequence[FieldError] = (),
        parameters: Mapping[str, Any] | None = None,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        keep: bool = False,
        sentence: str = "detail",
    ) -> None:
        super().__init__(error.code)
        self.error = error
        self.errors = tuple(errors)
        self.parameters = dict(parameters or {})
        self.members = dict(members or {})
        self.headers = dict(headers or {})
        self.keep = keep
        self.sentence = sentence

    def __reduce__(self) -> tuple[type["Problem"], tuple[ErrorCode], dict[str, Any]]:
        """Travel between processes; what an exception does by itself fits no named arguments."""
        return type(self), (self.error,), self.__dict__


BAD_REQUEST = ErrorCode(400, "bad_request")
UNAUTHENTICATED = ErrorCode(401, "unauthenticated")
INVALID_CREDENTIALS = ErrorCode(401, "invalid_credentials")
# A wrong code under `/auth`; under `/me` the caller is known, so it is an invalid input there.
WRONG_CODE = ErrorCode(401, "invalid_code")
INVALID_CHALLENGE = ErrorCode(401, "invalid_challenge")
INVALID_PASSKEY = ErrorCode(401, "invalid_passkey")
SIGN_IN_FIRST = ErrorCode(401, "sign_in_first")
FORBIDDEN = ErrorCode(403, "forbidden")
CSRF = ErrorCode(403, "csrf")
SCOPE = ErrorCode(403, "scope")
STEP_UP_REQUIRED = ErrorCode(403, "step_up_required")
MFA_ENROLMENT_REQUIRED = ErrorCode(403, "mfa_enrolment_required")
NOT_FOUND = ErrorCode(404, "not_found")
METHOD_NOT_ALLOWED = ErrorCode(405, "method_not_allowed")
CONFLICT = ErrorCode(409, "conflict")
DOCUMENT_EXISTS = ErrorCode(409, "document_exists")
IDEMPOTENCY_KEY_REUSED = ErrorCode(409, "idempotency_key_reused")
OTHER_ACCOUNT = ErrorCode(409, "other_account")
TAG_EXISTS = ErrorCode(409, "tag_exists")
STILL_MAIN_CONTACT = ErrorCode(409, "still_main_contact")
SHARED_USER_EXISTS = ErrorCode(409, "shared_user_exists")
TOO_MANY_TAGS = ErrorCode(409, "too_many_tags")
FOREIGN_TAG = ErrorCode(409, "foreign_tag")
NOT_FINISHED = ErrorCode(409, "not_finished")
DOWNLOAD_QUOTA = ErrorCode(409, "download_quota")
VIEW_EXISTS = ErrorCode(409, "view_exists")
TOO_MANY_VIEWS = ErrorCode(409, "too_many_views")
NOTHING_TO_PRINT = ErrorCode(409, "nothing_to_print")
PRINT_BATCH_OUTDATED = ErrorCode(409, "print_batch_outdated")
PAPER_REQUEST_OPEN = ErrorCode(409, "paper_request_open")
GONE = ErrorCode(410, "gone")
TOO_LARGE = ErrorCode(413, "too_large")
UNSUPPORTED_MEDIA_TYPE = ErrorCode(415, "unsupported_media_type")
RANGE_NOT_SATISFIABLE = ErrorCode(416, "range_not_satisfiable")
INVALID = ErrorCode(422, "invalid")
INVALID_CURSOR = ErrorCode(422, "invalid_cursor")
INVALID_UBL = ErrorCode(422, "invalid_ubl")
INVALID_PDF = ErrorCode(422, "invalid_pdf")
INVALID_CSV = ErrorCode(422, "invalid_csv")
REJECTED_ROWS = ErrorCode(422, "rejected_rows")
INVALID_URL = ErrorCode(422, "invalid_url")
UNKNOWN_CUSTOMER = ErrorCode(422, "unknown_customer")
INVALID_CODE = ErrorCode(422, "invalid_code")
EMAIL_IS_FIXED = ErrorCode(422, "email_is_fixed")
WRONG_PASSWORD = ErrorCode(422, "invalid_credentials")
PASSKEY_REFUSED = ErrorCode(422, "invalid_passkey")
WEAK_PASSWORD = ErrorCode(422, "weak_password")
TOO_MANY_REQUESTS = ErrorCode(429, "too_many_requests")
INTERNAL = ErrorCode(500, "internal")
UNAVAILABLE = ErrorCode(503, "unavailable")


def invalid_pdf(reason: str) -> Problem:
    """The refusal of a PDF; `reason` is a word, for which each language has its sentence."""
    return Problem(INVALID_PDF, sentence=reason, members={"reason": reason})


def pdf_over_limit(over: OverLimit) -> Problem:
    """The refusal of a PDF that takes more CPU time or memory than reading one may."""
    sentence = "over_cpu_time" if over.limit == "cpu_time" else "too_complex"
    return Problem(
        INVALID_PDF,
        sentence=sentence,
        parameters={"seconds": f"{over.amount:g}"},
        members={"reason": "too_complex"},
    )


def invalid_csv(reason: str, **parameters: Any) -> Problem:
    """The refusal of a CSV file as a whole, for a `reason` as with a PDF."""
    return Problem(INVALID_CSV, sentence=reason, parameters=parameters, members={"reason": reason})


ALL_ERRORS: tuple[ErrorCode, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, ErrorCode)
)
