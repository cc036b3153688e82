"""Several documents at once, from a folder or an archive: which files belong together."""

from pathlib import PurePath

from api.core.errors import Problem
from api.core.i18n import translate
from api.core.settings import Language

SUFFIXES = (".xml", ".pdf")
METADATA_SUFFIX = ".json"


def is_ours(name: str) -> bool:
    """Whether a file is part of a document; hidden files are not, such as those of macOS."""
    return not name.startswith(".") and PurePath(name).suffix.lower() in (
        *SUFFIXES,
        METADATA_SUFFIX,
    )


def reason_of(problem: Problem, language: Language = "en") -> str:
    """Why a document was refused, in one line."""
    findings = [f for f in problem.members.get("findings") or [] if f["severity"] == "fatal"]
    if findings:
        first = findings[0]
        more = f" (+{len(findings) - 1})" if len(findings) > 1 else ""
        return f"{first['rule']}: {first['message']}{more}"
    if problem.errors:
        return "; ".join(f"{error.pointer}: {error.message}" for error in problem.errors)
    return translate(
        language, f"errors.{problem.error.code}.{problem.sentence}", **problem.parameters
    )
