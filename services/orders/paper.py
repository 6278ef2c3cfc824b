"""The order confirmation on paper: its facts are read in the act, the PDF is made of them afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import select

from models.core.words import _, current_language, language
from models.customers import Customer
from models.orders import Order, OrderLine
from models.users import User
from services.branding import KEY
from services.calendar import zone
from services.core.actor import SYSTEM
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.customers.countries import country_name
from services.documents.order import OrderPaper, PaperLine, PaperTax, order_pdf
from services.documents.page import Letterhead
from services.files import FileService
from services.orders.reading import lines_of, load, status_text
from services.orders.wording import METHODS, address_lines, agreed, delivery_text, tax_label, terms_text
from services.settings import setting


class PaperService(Service):
    """What the papers of an order say, from its frozen facts alone."""

    @requires(Permission.ORDERS_READ)
    def order(self, number: str) -> OrderPaper:
        """The confirmation of an order in the reader's language; raises NotFound out of reach."""
        return _paper(self.work, load(self.work, number))

    @requires(Permission.SYSTEM)
    def mailed(self, order_id: uuid.UUID) -> OrderPaper:
        """The confirmation of an order in the language of the person who placed it, as it goes with his mail."""
        order = self.work.one(Order, Order.id == order_id)
        buyer = self.session.exec(select(User).where(User.id == order.placed_by_id)).first()
        with language(buyer.language if buyer else setting(self.work, 'seller.language')):
            return _paper(self.work, order)


def order_file(paper: OrderPaper) -> tuple[str, bytes]:
    """The file name and the PDF; costs up to a second of CPU, so call it outside of acts and off the event loop."""
    return f'{paper.number}.pdf', order_pdf(paper)


def attached(runtime: Runtime, order_id: uuid.UUID) -> tuple[str, bytes]:
    """The confirmation as a mail carries it."""
    return order_file(runtime.run(SYSTEM, PaperService.mailed, order_id))


def _paper(work: Work, order: Order) -> OrderPaper:
    customer = work.session.exec(select(Customer).where(Customer.id == order.customer_id)).one()
    terms = terms_text(order)
    return OrderPaper(
        seller=letterhead(work), number=order.number, placed_on=order.placed_at.astimezone(zone(work)).date(),
        customer=order.bill_to.get('name') or customer.name, account=customer.account,
        bill_to=tuple(address_lines(order.bill_to)), ship_to=tuple(address_lines(order.ship_to)),
        lines=_lines(order, lines_of(work, order)), lines_net=order.lines_net, net=order.net, tax=order.tax,
        gross=order.gross,
        taxes=tuple(PaperTax(Decimal(tax['rate']), Decimal(tax['taxable']), Decimal(tax['tax']))
                    for tax in order.taxes),
        shipping_name=delivery_text(order), shipping_net=order.shipping_net, reference=order.po_number,
        placed_by=order.placed_by_name, requested_on=order.requested_on,
        payment=' · '.join(part for part in (str(METHODS[order.payment_method]), terms) if part),
        vat_id=order.bill_to.get('vat_id', ''), notes=_notes(order), language=current_language(),
        currency=order.currency)


def _lines(order: Order, lines: Sequence[OrderLine]) -> tuple[PaperLine, ...]:
    """The lines as they are agreed, without those that were dropped."""
    return tuple(PaperLine(line.sku, line.name, quantity, line.unit_price, line.net, line.unit, line.own_number,
                           line.note) for line in lines if (quantity := agreed(order, line)))


def _notes(order: Order) -> str:
    """Whether it ended, why no VAT is charged, and what the buyer wrote."""
    ended = [_('This order is {status}.').format(status=status_text(order).lower())] if order.closed_at else []
    reasons = [tax_label(tax['category'], Decimal(tax['rate'])) for tax in order.taxes if tax['category'] in ('K', 'G')]
    return '\n'.join([*ended, *reasons, *([order.note] if order.note else [])])


def letterhead(work: Work) -> Letterhead:
    """The seller as he stands on his papers: settings and logo."""
    def of(name: str) -> str:
        return str(setting(work, f'seller.{name}'))

    place = f'{of("postcode")} {of("city")}'.strip()
    address = (of('street'), place, country_name(of('country')) if place else '')
    foot = (' · '.join(part for part in (of('legal_name') or of('name'), of('registration'), of('vat_id')) if part),
            ' · '.join(part for part in (_('IBAN {iban}').format(iban=of('iban')) if of('iban') else '',
                                         _('BIC {bic}').format(bic=of('bic')) if of('bic') else '') if part),
            ' · '.join(part for part in (of('phone'), of('email'), of('website')) if part))
    logo = str(setting(work, KEY))
    return Letterhead(of('name'), tuple(line for line in address if line), foot,
                      FileService(work).open(uuid.UUID(logo)).data if logo else None,
                      str(setting(work, 'brand.colour')))
