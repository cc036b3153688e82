"""What the statistics take and give."""

from typing import Annotated, Literal

from pydantic import Field

from api.core.schema import Money, Output
from api.documents.schemas import DocumentFilter

By = Literal["month", "contract", "reference"]


class StatisticsQuery(DocumentFilter):
    """The filter of the list, and by what its documents are added up."""

    by: By = "month"
    limit: Annotated[int, Field(ge=1, le=200)] = 120


class StatisticsItem(Output):
    """A sum; a credit note counts as negative. `key` is null where a document tells none."""

    key: str | None
    currency: str
    documents: int
    amount_excl_vat: Money | None
    vat_amount: Money | None
    amount_incl_vat: Money | None


class Statistics(Output):
    """Months in order, the latest `limit` of them; contracts and references by amount."""

    by: By
    items: list[StatisticsItem]
