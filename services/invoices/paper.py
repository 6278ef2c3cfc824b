"""Invoices and credit notes on paper and for machines: facts are read in the act, files made of them afterwards."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import Amount
from models.core.words import _, language
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
from models.payments import Allocation, AllocationKind
from services.auth.throttle import Rate, limit
from services.core.actor import SYSTEM, Actor
from services.core.errors import Invalid, NotFound
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.customers.countries import country_name
from services.documents.invoice import invoice_pdf
from services.documents.invoice_paper import (
    BankDetails,
    BilledLine,
    BilledTax,
    Extra,
    Instalment,
    InvoicePaper,
    Party,
)
from services.documents.page import Letterhead
from services.invoices.charges import is_of_charge
from services.invoices.news import right_to
from services.orders.paper import letterhead
from services.orders.wording import address_lines
from services.settings import SETTINGS, setting

MOST_AT_ONCE = 100
OFTEN = Rate(10, 60)


class InvoicePaperService(Service):
    """What the papers of invoices and credit notes say, from their frozen facts alone, in their customer's language."""

    @requires(Permission.INVOICES_READ, Permission.CREDIT_NOTES_READ)
    def read(self, kind: InvoiceKind, number: str) -> InvoicePaper:
        """One issued document; raises NotFound out of reach, for drafts, and for the other kind."""
        self.work.require(right_to(kind))
        return paper_of(self.work, self.work.one(Invoice, Invoice.kind == kind, Invoice.number == number,
                                                 Invoice.status != InvoiceStatus.DRAFT))

    @requires(Permission.SIGNED_IN, writes=True)
    def many(self, ids: Sequence[str]) -> tuple[Actor, list[InvoicePaper]]:
        """The documents of these ids or numbers for one archive, and who takes them; written into the audit trail.

        Raises Forbidden, Invalid for none or too many, NotFound when one is out of reach, Throttled.
        """
        if not self.actor.may(Permission.INVOICES_READ):
            self.work.require(Permission.CREDIT_NOTES_READ)
        wanted = list(dict.fromkeys(given for given in ids if given))
        if not 0 < len(wanted) <= MOST_AT_ONCE:
            raise Invalid(_('Please choose between 1 and {count} documents.').format(count=MOST_AT_ONCE))
        limit(self.work, 'papers', str(self.actor.user_id), OFTEN)
        keys = [key for given in wanted if (key := _id_of(given))]
        found = self.session.exec(self.work.reach(Invoice).where(
            sa.or_(col(Invoice.id).in_(keys), col(Invoice.number).in_(wanted)),
            Invoice.status != InvoiceStatus.DRAFT).order_by(col(Invoice.issued_on), col(Invoice.number))).all()
        for kind in dict.fromkeys(row.kind for row in found):
            self.work.require(right_to(kind))
        if len(found) != len(wanted):
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        self.work.record('invoices.downloaded', note=', '.join(str(row.number) for row in found)[:300],
                         changes={'count': len(found)})
        return self.actor, [paper_of(self.work, row) for row in found]

    @requires(Permission.SYSTEM)
    def mailed(self, invoice_id: uuid.UUID) -> InvoicePaper:
        """A document as it goes with a mail."""
        return paper_of(self.work, self.work.one(Invoice, Invoice.id == invoice_id))


def invoice_file(paper: InvoicePaper) -> tuple[str, bytes]:
    """The file name and the PDF, with the e-invoice inside where the norm can say it; call it outside of acts."""
    from services.documents.archive import with_invoice  # late: its libraries take 24 MB
    from services.documents.e_invoice import cii, fits
    pdf = invoice_pdf(paper)
    if fits(paper):
        with language(paper.language):
            title = f'{paper.title} {paper.number}'
        pdf = with_invoice(pdf, cii(paper), title=title, author=paper.head.name,
                           code=paper.language)
    return f'{paper.number}.pdf', pdf


def xml_file(paper: InvoicePaper) -> tuple[str, bytes]:
    """The file name and the document as UBL 2.1; raises Invalid for amounts the norm cannot hold."""
    from services.documents.e_invoice import ubl
    return f'{paper.number}.xml', ubl(paper)


def attached(runtime: Runtime, invoice_id: uuid.UUID) -> tuple[str, bytes]:
    """An invoice or credit note as a mail carries it."""
    return invoice_file(runtime.run(SYSTEM, InvoicePaperService.mailed, invoice_id))


def paper_of(work: Work, row: Invoice) -> InvoicePaper:
    """A document as it was issued."""
    with language(row.language):
        customer = work.session.exec(select(Customer).where(Customer.id == row.customer_id)).one()
        seller = row.seller or {key.partition('.')[2]: setting(work, key) for key in SETTINGS
                                if key.startswith('seller.')}
        return InvoicePaper(
            head=_letterhead(work, seller), seller=_seller(seller), buyer=_party(row.bill_to, customer.vat_id),
            number=str(row.number), issued_on=row.issued_on or row.created_at.date(), account=customer.account,
            bill_to=tuple(address_lines(row.bill_to)), lines=_lines(work, row), taxes=_taxes(row), net=row.net,
            tax=row.tax, gross=row.gross, is_credit=row.kind is InvoiceKind.CREDIT_NOTE,
            of_charge=is_of_charge(work, row), corrects=row.corrects_number, corrects_on=row.corrects_on,
            reason=row.reason, ship_to=_party(row.ship_to) if row.ship_to else None,
            ship_to_lines=tuple(address_lines(row.ship_to)), charges=_freight(row), prepaid=_prepaid(work, row),
            due_on=row.due_on, delivered_from=row.delivered_from, delivered_to=row.delivered_to,
            discount_percent=row.discount_percent, discount_until=row.discount_until,
            instalments=tuple(Instalment(dt.date.fromisoformat(part['on']), Decimal(part['amount']))
                              for part in row.instalments),
            bank=_bank(seller, row.payment_reference), order_number=row.order_number, po_number=row.po_number,
            buyer_reference=row.buyer_reference, note=row.note, language=row.language, currency=row.currency)


def _lines(work: Work, row: Invoice) -> tuple[BilledLine, ...]:
    """Its lines; an amount credited freely has none, and its reason stands for one."""
    found = work.session.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == row.id)
                              .order_by(col(InvoiceLine.position))).all()
    if not found and row.lines_net:
        tax = row.taxes[0] if row.taxes else {'category': 'S', 'rate': '0'}
        return (BilledLine('', row.reason or _('Credit'), Decimal(1), row.lines_net, row.lines_net,
                           category=tax['category'], rate=Decimal(tax['rate'])),)
    return tuple(BilledLine(line.sku, line.name, line.quantity, line.unit_price, line.net, line.unit,
                            line.tax_category, line.tax_rate, line.own_number, line.order_number, line.note)
                 for line in found)


def _taxes(row: Invoice) -> tuple[BilledTax, ...]:
    return tuple(BilledTax(tax['category'], Decimal(tax['rate']), Decimal(tax['taxable']), Decimal(tax['tax']),
                           tax.get('reason', '')) for tax in row.taxes)


def _freight(row: Invoice) -> tuple[Extra, ...]:
    if not row.shipping_net:
        return ()
    return (Extra(row.shipping_name, row.shipping_net, row.shipping_tax_category, row.shipping_tax_rate),)


def _prepaid(work: Work, row: Invoice) -> Decimal:
    """What was paid before and settled it in the act of issuing (BT-113); what came later is not on the paper."""
    if row.issued_at is None or row.kind is not InvoiceKind.INVOICE:
        return Decimal(0)
    before = sa.select(sa.func.sum(Allocation.amount, type_=Amount())).where(
        col(Allocation.invoice_id) == row.id, col(Allocation.at) == row.issued_at,
        col(Allocation.kind).in_((AllocationKind.PAYMENT, AllocationKind.CREDIT)))
    return work.session.execute(before).scalar_one() or Decimal(0)


def _letterhead(work: Work, seller: Mapping[str, Any]) -> Letterhead:
    """The seller as he was when it was issued, with today's logo and colour."""
    def of(name: str) -> str:
        return str(seller.get(name) or '')

    now = letterhead(work)
    place = f'{of("postcode")} {of("city")}'.strip()
    address = (of('street'), place, country_name(of('country')) if place else '')
    foot = (' · '.join(part for part in (of('legal_name') or of('name'), of('registration'), of('vat_id')) if part),
            ' · '.join(part for part in (_('IBAN {iban}').format(iban=of('iban')) if of('iban') else '',
                                         _('BIC {bic}').format(bic=of('bic')) if of('bic') else '') if part),
            ' · '.join(part for part in (of('phone'), of('email'), of('website')) if part))
    return replace(now, name=of('name') or now.name, address=tuple(line for line in address if line), foot=foot)


def _seller(seller: Mapping[str, Any]) -> Party:
    found = _party(seller)
    return replace(found, name=str(seller.get('legal_name') or found.name),
                   registration=str(seller.get('registration') or ''), phone=str(seller.get('phone') or ''))


def _party(copy: Mapping[str, Any], vat_id: str = '') -> Party:
    def of(name: str) -> str:
        return str(copy.get(name) or '')

    return Party(of('name'), of('street'), of('postcode'), of('city'), of('country'), of('vat_id') or vat_id,
                 email=of('email'))


def _bank(seller: Mapping[str, Any], reference: str) -> BankDetails | None:
    """The seller's account as it was when the document was issued."""
    iban = ''.join(str(seller.get('iban') or '').split()).upper()
    if not iban:
        return None
    return BankDetails(iban, str(seller.get('bic') or ''), str(seller.get('legal_name') or seller.get('name') or ''),
                       reference)


def _id_of(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given)
    except ValueError:
        return None
