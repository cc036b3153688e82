"""What the export takes."""

from typing import Literal

from pydantic import Field

from api.core.settings import Language
from api.documents.schemas import DocumentFilter, Sort

Format = Literal["csv", "xlsx"]
Level = Literal["document", "line"]
Separator = Literal["comma", "semicolon", "tab"]
DecimalMark = Literal["point", "comma"]


class ExportQuery(DocumentFilter):
    """The filter of the list, and how the file is written.

    Without `locale` a CSV is written for programs: names of fields as in the API, commas, decimal
    points. With one it is written for its readers: column titles in their language, separator and
    decimal mark as their spreadsheet program expects. `separator` and `decimal` override either.
    """

    format: Format = "csv"
    level: Level = "document"
    sort: Sort = "-issue_date"
    locale: Language | None = None
    separator: Separator | None = None
    decimal: DecimalMark | None = None
    bom: bool = Field(default=False, description="Begin a CSV with a byte order mark.")

    def to_filter(self) -> DocumentFilter:
        """The filter alone."""
        names = DocumentFilter.model_fields
        return DocumentFilter.model_construct(**{name: getattr(self, name) for name in names})
