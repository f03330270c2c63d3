"""What the queue's address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from serve.accounts.service import Caller
from serve.claims.schemas import QueueQuery
from serve.console.rendering import read_page

WAITING, ALL, MINE = "waiting", "all", "mine"
VIEWS = (WAITING, ALL, MINE)
PAGE_LENGTH = 20

_FILTERS = ("reason", "status", "shop_id", "batch")
_SWITCHES = ("food_safety", "overdue", "for_lead")
_LAST_PAGE = 50_000


@dataclass(frozen=True)
class Asked:
    """What a page of the queue shows.

    Attributes:
        view: waiting, all or mine.
        filters: what was asked for beside that and makes sense, as it stands in the address.
        page: from 1.
    """

    view: str
    filters: Mapping[str, str]
    page: int

    @property
    def narrowed(self) -> bool:
        """Whether a filter of the form is in use."""
        return not self.filters.keys().isdisjoint(_FILTERS)

    def address(self, **changes: str | int | None) -> dict[str, str]:
        """Returns the values of an address like this one's, on its first page, with changes."""
        values = {"show": self.view, **self.filters, **changes}
        if values["show"] == WAITING:
            del values["show"]
        return {name: str(value) for name, value in values.items() if value}

    def to_query(self, reader: Caller) -> QueueQuery:
        """Returns it as claims are asked for."""
        offset = (self.page - 1) * PAGE_LENGTH
        values: dict[str, Any] = {**self.filters, "limit": PAGE_LENGTH, "offset": offset}
        if self.view == WAITING:
            values["waiting"] = True
        if self.view == MINE:
            values["judged_by"] = reader.account_id
        return QueueQuery.model_validate(values)


def read_asked(values: Mapping[str, str]) -> Asked:
    """Reads an address; what makes no sense there is left out."""
    view = values.get("show", WAITING)
    filters = {name: values.get(name, "").strip() for name in _FILTERS}
    filters |= {name: "true" for name in _SWITCHES if values.get(name) == "true"}
    filters = {name: value for name, value in filters.items() if value}
    try:
        QueueQuery.model_validate(filters)
    except ValidationError as error:
        wrong = {str(mistake["loc"][0]) for mistake in error.errors()}
        filters = {name: value for name, value in filters.items() if name not in wrong}
    return Asked(view if view in VIEWS else WAITING, filters, min(read_page(values), _LAST_PAGE))
