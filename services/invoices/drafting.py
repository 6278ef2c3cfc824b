"""Drafts: invoices the office types for a customer, e.g. for a service; numbered only when they are issued."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from models.catalogue import TaxClass
from models.core.money import line_net
from models.core.types import new_id
from models.core.words import Lazy, _, _l, language
from models.customers import Address, AddressKind, Customer
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from services.calendar import today
from services.core import fields as f
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.customers.reach import company_of
from services.invoices.issuing import lacks_own_number
from services.invoices.news import topics_of
from services.invoices.sealing import add_up, customer_by, seal, totals_of
from services.orders.checkout import address_copy
from services.pricing.taxes import EU, Tax
from services.pricing.vat import Regime, regime, tax_of
from services.settings import setting

TAX_CLASSES: dict[str, Lazy] = {TaxClass.STANDARD: _l('Standard rate'), TaxClass.REDUCED: _l('Reduced rate'),
                                TaxClass.ZERO: _l('Zero rate')}
_STRICT = ConfigDict(extra='forbid', str_strip_whitespace=True)


class DraftInput(BaseModel):
    """For whom a draft is, and what stands on it besides its lines."""

    model_config = _STRICT

    account: Annotated[str, f.SearchChoice(_l('Customer'), placeholder=_l('Name or account number')),
                       Field(min_length=1, max_length=40)]
    po_number: Annotated[str, f.Text(_l('PO number'), half=True), Field(max_length=60)] = ''
    note: Annotated[str, f.LongText(_l('Note'), help=_l('It stands on the invoice.')), Field(max_length=2000)] = ''


class DraftLine(BaseModel):
    """A typed line."""

    model_config = _STRICT

    name: Annotated[str, f.Text(_l('What')), Field(min_length=1, max_length=300)]
    quantity: Annotated[Decimal, f.Number(_l('Quantity'), half=True),
                        Field(gt=0, le=1_000_000, decimal_places=4)] = Decimal(1)
    unit: Annotated[str, f.Text(_l('Unit'), half=True), Field(max_length=12)] = 'pcs'
    unit_price: Annotated[Decimal, f.Money(_l('Unit price, net'), half=True),
                          Field(ge=0, le=1_000_000_000, decimal_places=4)]
    tax_class: Annotated[TaxClass, f.Choice(_l('VAT'), half=True, choices=lambda: TAX_CLASSES)] = TaxClass.STANDARD
    is_service: Annotated[bool, f.Flag(_l('It is a service, not goods'))] = False


class DraftService(Service):
    """What the office does with drafts."""

    @requires(Permission.INVOICES_WRITE, writes=True)
    def begin(self, given: DraftInput) -> str:
        """Begin a draft for a customer; returns its id, by which it is known until it has a number."""
        customer = company_of(self.work, given.account)
        draft = Invoice(
            id=new_id(), customer_id=customer.id, created_at=self.now, currency=customer.currency,
            language=customer.language, bill_to=_address(self.work, customer, AddressKind.BILLING) | {
                'vat_id': customer.vat_id}, ship_to=_address(self.work, customer, AddressKind.SHIPPING),
            po_number=given.po_number, note=given.note, buyer_reference=customer.buyer_reference,
            terms_days=0 if customer.prepayment else customer.payment_terms_days, source='office')
        self.session.add(draft)
        self.session.flush()
        self.work.record('invoice.drafted', draft, number=customer.account, topics=topics_of(draft))
        return str(draft.id)

    @requires(Permission.INVOICES_WRITE, writes=True)
    def put_line(self, given: DraftLine, *, draft_id: str, line_id: uuid.UUID | None = None) -> None:
        """Add a line to a draft, or replace one; raises NotFound for a line it has not, Conflict once it is issued."""
        draft, lines = self._draft(draft_id)
        line = next((line for line in lines if line.id == line_id), None)
        if line_id is not None and line is None:
            raise NotFound(_('The invoice has no such line.'))
        if line is None:
            line = InvoiceLine(id=new_id(), customer_id=draft.customer_id, invoice_id=draft.id,
                               position=len(lines) + 1, quantity=given.quantity, unit_price=given.unit_price,
                               net=Decimal(0))
            lines = [*lines, line]
        line.name, line.quantity, line.unit, line.unit_price = given.name, given.quantity, given.unit, given.unit_price
        line.tax_class, line.is_service = given.tax_class.value, given.is_service
        line.net = line_net(line.unit_price, line.quantity, draft.currency)
        self._keep(draft, lines)

    @requires(Permission.INVOICES_WRITE, writes=True)
    def drop_line(self, draft_id: str, line_id: uuid.UUID) -> None:
        """Take a line off a draft."""
        draft, lines = self._draft(draft_id)
        for line in lines:
            if line.id == line_id:
                self.session.delete(line)
        self.session.flush()
        rest = [line for line in lines if line.id != line_id]
        for position, line in enumerate(rest, 1):
            line.position = position
        self._keep(draft, rest)

    @requires(Permission.INVOICES_WRITE, writes=True)
    def issue(self, draft_id: str, *, version: int | None = None) -> str:
        """Issue a draft; returns the number it gets. Raises Invalid without lines, Conflict when it changed."""
        draft, lines = self._draft(draft_id, version=version)
        if not lines:
            raise Invalid(_('There is no line on this draft yet.'))
        customer = customer_by(self.work, draft.customer_id)
        draft.bill_to = dict(draft.bill_to) | {'vat_id': customer.vat_id}
        found = self._add_up(draft, lines)
        if lacks_own_number(self.work, found):
            raise Invalid(_('Please enter your own VAT number in the settings first; it must stand on this invoice.'))
        if any(line.tax_category == 'O' for line in lines) and any(line.tax_category != 'O' for line in lines):
            raise Invalid(_('Services that bear no VAT here must stand on an invoice of their own.'))
        if any(line.tax_category == 'K' for line in lines):
            draft.delivered_from = draft.delivered_to = today(self.work)
        return str(seal(self.work, draft, customer).number)

    @requires(Permission.INVOICES_WRITE, writes=True)
    def delete(self, draft_id: str, *, version: int | None = None) -> None:
        """Delete a draft; what is issued is never deleted."""
        draft, lines = self._draft(draft_id, version=version)
        for line in lines:
            self.session.delete(line)
        self.session.flush()
        self.work.record('invoice.draft_deleted', draft, topics=topics_of(draft))
        self.session.delete(draft)

    def _draft(self, draft_id: str, *, version: int | None = None) -> tuple[Invoice, list[InvoiceLine]]:
        try:
            found = self.work.one(Invoice, Invoice.id == uuid.UUID(draft_id), Invoice.kind == InvoiceKind.INVOICE)
        except ValueError:
            raise NotFound(_('There is nothing here, or it is not yours to see.')) from None
        if found.status is not InvoiceStatus.DRAFT or version not in (None, found.version):
            raise Conflict(_('This invoice was changed meanwhile. Please look again.'))
        self.work.change(found)
        lines = self.session.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == found.id)
                                  .order_by(col(InvoiceLine.position))).all()
        return found, list(lines)

    def _keep(self, draft: Invoice, lines: Sequence[InvoiceLine]) -> None:
        self._add_up(draft, lines)
        self.session.add_all(lines)
        self.session.flush()
        self.work.record('invoice.changed', draft, topics=topics_of(draft))

    def _add_up(self, draft: Invoice, lines: Sequence[InvoiceLine]) -> Regime:
        """Find the VAT of each line as it is today, and the sums."""
        customer = customer_by(self.work, draft.customer_id)
        country = str(draft.ship_to.get('country', ''))
        with language(draft.language):
            found = regime(self.work, customer, country)
        for line in lines:
            line.tax_category, line.tax_rate = _tax(self.work, customer, country, line, found)
        draft.line_count = len(lines)
        add_up(draft, totals_of(draft, lines), found)
        return found if any(line.tax_category in ('K', 'AE') for line in lines) else Regime()


def _tax(work: Work, customer: Customer, country: str, line: InvoiceLine, found: Regime) -> Tax:
    """The VAT of a typed line: services to businesses in the EU are reverse charge, beyond it not subject to VAT."""
    home = setting(work, 'seller.country')
    if line.is_service and country not in ('', home) and found.category != 'E':
        if country not in EU or home not in EU:
            return Tax('O', Decimal(0))
        if found.category == 'K':
            return Tax('AE', Decimal(0))
        country = home
    return tax_of(work, customer, country, tax_class=TaxClass(line.tax_class or TaxClass.STANDARD), found=found)


def _address(work: Work, customer: Customer, kind: AddressKind) -> dict[str, str]:
    """The default address of a kind, else the seat."""
    found = work.session.exec(work.reach(Address).where(
        Address.customer_id == customer.id, Address.kind == kind, Address.active)
        .order_by(col(Address.is_default).desc(), Address.city)).first()
    return address_copy(found or customer)
