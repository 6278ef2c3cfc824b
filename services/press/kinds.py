"""Every kind of paper that is made on its own, with its facts' type and what makes its file; no database is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from services.documents.delivery_note import DeliveryNotePaper
from services.documents.invoice_paper import InvoicePaper
from services.documents.order import OrderPaper
from services.documents.pick_list import PickListPaper
from services.documents.receipt import ReceiptPaper
from services.documents.statement import StatementPaper
from services.invoices.paper import invoice_file, xml_file
from services.invoices.statement_files import statement_file
from services.orders.paper import order_file
from services.payments.receipt import receipt_file
from services.shipments.paper import delivery_note_file, pick_list_file


@dataclass(frozen=True)
class Kind:
    """What the facts of a paper are, and what makes its name and file of them."""

    facts: type
    make: Callable[[Any], tuple[str, bytes]]

    def packed(self, paper: Any) -> str:
        """The facts as JSON."""
        return TypeAdapter[Any](self.facts).dump_json(paper).decode()

    def unpacked(self, text: str) -> Any:
        """The facts again."""
        return TypeAdapter[Any](self.facts).validate_json(text)


KINDS: dict[str, Kind] = {
    'order': Kind(OrderPaper, order_file), 'invoice': Kind(InvoicePaper, invoice_file),
    'invoice_xml': Kind(InvoicePaper, xml_file), 'receipt': Kind(ReceiptPaper, receipt_file),
    'delivery_note': Kind(DeliveryNotePaper, delivery_note_file), 'pick_list': Kind(PickListPaper, pick_list_file),
    **{f'statement_{ending}': Kind(StatementPaper, partial(statement_file, ending=ending))
       for ending in ('pdf', 'csv', 'xlsx')}}
