"""The receipt of a payment: its facts are read in the act, the PDF is made of them afterwards."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlmodel import col, select

from models.core.words import _, current_language, language
from models.customers import Customer
from models.invoices import Invoice
from models.orders import Order
from models.payments import IN_HAND, Payment, PaymentStatus
from services.core.actor import SYSTEM
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.core.work import Work
from services.documents.receipt import ReceiptLine, ReceiptPaper, receipt_pdf
from services.orders.paper import letterhead
from services.orders.wording import address_lines
from services.payments.allocating import live
from services.payments.methods import label_of


class ReceiptService(Service):
    """What the receipts of payments say."""

    @requires(Permission.PAYMENTS_READ_COMPANY)
    def read(self, number: str) -> ReceiptPaper:
        """The receipt of money that came in, in the reader's language; raises NotFound for anything else."""
        payment = self.work.one(Payment, Payment.number == number)
        if payment.status not in (*IN_HAND, PaymentStatus.CHARGED_BACK):
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        return _paper(self.work, payment)

    @requires(Permission.SYSTEM)
    def mailed(self, payment_id: uuid.UUID) -> ReceiptPaper:
        """A receipt as it goes with a mail, in the customer's language."""
        payment = self.work.one(Payment, Payment.id == payment_id)
        with language(_customer(self.work, payment).language):
            return _paper(self.work, payment)


def receipt_file(paper: ReceiptPaper) -> tuple[str, bytes]:
    """The file name and the PDF; call it outside of acts and off the event loop."""
    return f'{paper.number}.pdf', receipt_pdf(paper)


def attached(runtime: Runtime, payment_id: uuid.UUID) -> tuple[str, bytes]:
    """The receipt as a mail carries it."""
    return receipt_file(runtime.run(SYSTEM, ReceiptService.mailed, payment_id))


def _customer(work: Work, payment: Payment) -> Customer:
    return work.session.exec(select(Customer).where(Customer.id == payment.customer_id)).one()


def _paper(work: Work, payment: Payment) -> ReceiptPaper:
    customer = _customer(work, payment)
    lines = _lines(work, payment)
    order = work.session.exec(select(Order.number).where(Order.id == payment.order_id)).first()
    return ReceiptPaper(
        seller=letterhead(work), number=payment.number, received_on=payment.received_on or payment.created_at.date(),
        customer=customer.name, account=customer.account, receiver=tuple(address_lines({
            'name': customer.name, 'street': customer.street, 'postcode': customer.postcode, 'city': customer.city,
            'country': customer.country})),
        amount=payment.charged, method=label_of(payment.method), lines=lines, credit=payment.free, fee=payment.fee,
        refunded=payment.refunded, reference=payment.reference, order=order or '',
        note=_('This payment was charged back by the bank.') if payment.status is PaymentStatus.CHARGED_BACK else '',
        language=current_language(), currency=payment.currency)


def _lines(work: Work, payment: Payment) -> tuple[ReceiptLine, ...]:
    paid: dict[uuid.UUID, Decimal] = {}
    for allocation in live(work, payment=payment):
        paid[allocation.invoice_id] = paid.get(allocation.invoice_id, Decimal(0)) + allocation.amount
    rows = work.session.exec(work.reach(Invoice).where(col(Invoice.id).in_(paid)).order_by(
        col(Invoice.issued_on), col(Invoice.number)))
    return tuple(ReceiptLine(str(row.number), row.issued_on, row.gross, paid[row.id], row.open) for row in rows)
