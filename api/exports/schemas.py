"""What the export takes."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.core.settings import Language
from api.documents.schemas import DocumentFilter, Sort

# So many fit into an address that every server in between accepts.
MOST_IDS = 100
Format = Literal["csv", "xlsx"]
Level = Literal["document", "line"]
Separator = Literal["comma", "semicolon", "tab"]
DecimalMark = Literal["point", "comma"]


class ExportFilter(DocumentFilter):
    """The filter of the list, or documents by their ids."""

    document_id: Annotated[list[UUID], Field(max_length=MOST_IDS)] = Field(
        default_factory=list, description="These documents only, as far as the filter fits them."
    )


class ExportQuery(ExportFilter):
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

    def to_filter(self) -> ExportFilter:
        """The filter alone."""
        names = ExportFilter.model_fields
        return ExportFilter.model_construct(**{name: getattr(self, name) for name in names})
