"""What else can be done with an invoice or credit note: each capability adds its provider to the list of its side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.invoices.reading import InvoiceView
from ui.kernel.acts import Act
from ui.kernel.view import View
from ui.pieces.disputes import dispute_acts
from ui.pieces.paying import at_the_desk, to_pay
from ui.pieces.pledges import pledge_acts

Again = Callable[[], Awaitable[None]]
Provider = Callable[[View, InvoiceView, Again], list[Act]]
"""Given the pane, the document and what shows it anew after an act; an act that is not possible is left out."""

PORTAL: tuple[Provider, ...] = (to_pay, pledge_acts, dispute_acts)
OFFICE: tuple[Provider, ...] = (at_the_desk,)


def portal_acts(view: View, found: InvoiceView, again: Again) -> list[Act]:
    """What the customer can do with a document."""
    return [act for provider in PORTAL for act in provider(view, found, again)]


def office_acts(view: View, found: InvoiceView, again: Again) -> list[Act]:
    """What the office can do with a document besides crediting it."""
    return [act for provider in OFFICE for act in provider(view, found, again)]
