"""What the office does with money: notes it as received, uses it for invoices, and takes it off them again."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlmodel import col, select

from models.core.words import _
from models.customers import Customer
from models.invoices import UNSETTLED, Invoice, InvoiceKind, InvoiceStatus
from models.payments import Allocation, AllocationKind, Payment
from services.calendar import today
from services.core import formats
from services.core.errors import Conflict, Invalid
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.reach import company_of
from services.invoices.wording import SETTLED_BY
from services.payments.allocating import allocate, live
from services.payments.charging_back import charge_back
from services.payments.inputs import InvoiceShare, RecordHead, RecordInput, UseInput
from services.payments.methods import BY_HAND
from services.payments.news import customer_of, topics_of
from services.payments.parting import part
from services.payments.proposing import OpenItem, Share, propose
from services.payments.receiving import let_go, receive
from services.payments.rules import ZERO, discount_of, due_of, is_payable, is_whole_cents
from services.submissions import claim

LONG_AGO = dt.timedelta(days=3653)


class RecordService(Service):
    """The office's till."""

    @requires(Permission.PAYMENTS_WRITE)
    def open_items(self, account: str) -> tuple[Invoice, ...]:
        """The invoices of a customer that may be paid, oldest due first."""
        customer = company_of(self.work, account)
        rows = self.session.exec(self.work.reach(Invoice).where(
            Invoice.customer_id == customer.id, Invoice.kind == InvoiceKind.INVOICE,
            col(Invoice.status).in_(UNSETTLED)).order_by(col(Invoice.due_on), col(Invoice.number)).limit(200))
        return tuple(row for row in rows if is_payable(row))

    @requires(Permission.PAYMENTS_WRITE)
    def propose(self, given: RecordHead) -> tuple[Share, ...]:
        """How the money is best spread over what is open."""
        items = [OpenItem(str(row.number), row.open, due_of(row, given.received_on).on,
                          discount_of(row, given.received_on), row.discount_until, row.disputed)
                 for row in self.open_items(given.account)]
        return tuple(propose(items, (), given.amount, given.received_on))

    @requires(Permission.PAYMENTS_WRITE, writes=True)
    def record(self, given: RecordInput, *, key: str) -> str:
        """Book money that came by hand or bank; returns the payment's number, the same one for the same key.

        Raises Invalid for a day in the future or long ago, a method that is not noted by hand, or shares above the
        amount or above what is open; Conflict for an invoice that is paid already.
        """
        customer = customer_of(self.work, company_of(self.work, given.account).id, lock=True)
        submitted = claim(self.work, 'record', key, given)
        if submitted.result:
            return str(submitted.result['number'])
        if given.received_on > today(self.work):
            raise Invalid(_('This day has not come yet.'), field='received_on')
        if given.received_on < today(self.work) - LONG_AGO:
            raise Invalid(_('This day is long ago. Please check the year.'), field='received_on')
        if given.method not in BY_HAND or not is_whole_cents(given.amount, customer.currency):
            raise Invalid(_('Please give a method and an amount in whole cents.'), field='amount')
        if sum((share.amount for share in given.shares), ZERO) > given.amount:
            raise Invalid(_('The shares are more than the amount.'), field='amount')
        wishes = [{'invoice': str(self._payable(customer, share).id), 'amount': str(share.amount)}
                  for share in given.shares if share.amount > 0]
        payment = receive(self.work, customer=customer, amount=given.amount, method=given.method,
                          received_on=given.received_on, wishes=wishes, reference=given.reference)
        submitted.result = {'number': payment.number}
        self.session.add(submitted)
        return payment.number

    @requires(Permission.PAYMENTS_WRITE, writes=True)
    def use(self, given: UseInput, *, number: str) -> None:
        """Use free money of a payment for an invoice."""
        payment = self.work.one(Payment, Payment.number == number)
        customer_of(self.work, payment.customer_id, lock=True)
        self.session.refresh(payment)
        invoice = self._theirs(payment.customer_id, given.number)
        saved = discount_of(invoice, payment.received_on or today(self.work))
        allocate(self.work, invoice, given.amount, payment=payment)
        let_go(self.work, invoice, saved)
        self.work.record('payment.used', payment, note=given.number, changes={'amount': str(given.amount)},
                         topics=topics_of(payment))

    @requires(Permission.PAYMENTS_WRITE, writes=True)
    def take_back(self, allocation_id: uuid.UUID, reason: str) -> None:
        """Take an allocation off its invoice, and a discount that came with it; the money or credit is free again."""
        if not reason.strip():
            raise Invalid(_('Please give a reason.'), field='reason')
        allocation = self.work.one(Allocation, Allocation.id == allocation_id)
        customer_of(self.work, allocation.customer_id, lock=True)
        self.session.refresh(allocation)
        part(self.work, allocation, reason.strip())
        invoice = self.work.one(Invoice, Invoice.id == allocation.invoice_id)
        self.work.record('allocation.taken_back', invoice, note=reason.strip()[:300],
                         changes={'amount': str(allocation.amount), 'kind': allocation.kind.value})
        if allocation.payment_id is not None:
            payment = self.work.one(Payment, Payment.id == allocation.payment_id)
            self.work.record('payment.parted', payment, note=str(invoice.number), topics=topics_of(payment))

    @requires(Permission.PAYMENTS_WRITE)
    def settlements(self, number: str) -> dict[str, str]:
        """What settles an invoice and may be taken back, in words by the allocation's id."""
        invoice = self.work.one(Invoice, Invoice.number == number)
        return {str(row.id): _('{what} of {day}: {amount}').format(
            what=SETTLED_BY[row.kind], day=formats.date(row.at), amount=formats.money(row.amount, invoice.currency))
            for row in live(self.work, invoice=invoice)}

    @requires(Permission.PAYMENTS_WRITE)
    def uses(self, number: str) -> dict[str, str]:
        """What a payment settles and may be taken off, in words by the allocation's id."""
        payment = self.work.one(Payment, Payment.number == number)
        rows = live(self.work, payment=payment)
        names = dict(iter(self.session.exec(select(Invoice.id, Invoice.number).where(
            col(Invoice.id).in_([row.invoice_id for row in rows]))).all()))
        return {str(row.id): f'{names[row.invoice_id]}: {formats.money(row.amount, payment.currency)}' for row in rows}

    @requires(Permission.PAYMENTS_WRITE, writes=True)
    def charge_back(self, number: str, reason: str) -> None:
        """Note that the bank took a payment back; what it had settled is open again."""
        if not reason.strip():
            raise Invalid(_('Please give a reason.'), field='reason')
        payment = self.work.one(Payment, Payment.number == number)
        self.session.refresh(payment)
        charge_back(self.work, payment, reason.strip())

    @requires(Permission.PAYMENTS_WRITE, writes=True)
    def write_off(self, number: str, reason: str) -> None:
        """Let what is left of an invoice go, with a reason."""
        if not reason.strip():
            raise Invalid(_('Please give a reason.'), field='reason')
        invoice = self.work.one(Invoice, Invoice.number == number)
        customer_of(self.work, invoice.customer_id, lock=True)
        self.session.refresh(invoice)
        allocate(self.work, invoice, invoice.open, kind=AllocationKind.WRITE_OFF)
        self.work.change(invoice, status=InvoiceStatus.WRITTEN_OFF)
        self.work.record('invoice.written_off', invoice, note=reason.strip()[:300])

    def _payable(self, customer: Customer, share: InvoiceShare) -> Invoice:
        """The invoice of a share; what it cannot take is refused while there is somebody to say it to."""
        invoice = self._theirs(customer.id, share.number)
        if not is_payable(invoice):
            raise Conflict(_('{number} is paid already.').format(number=share.number))
        if invoice.currency != customer.currency:
            raise Invalid(_('{number} is in another currency.').format(number=share.number))
        if share.amount > invoice.open or not is_whole_cents(share.amount, invoice.currency):
            raise Invalid(_('Only {amount} of {number} is open.').format(
                amount=formats.money(invoice.open, invoice.currency), number=share.number), field='amount')
        return invoice

    def _theirs(self, customer_id: uuid.UUID, number: str) -> Invoice:
        return self.work.one(Invoice, Invoice.number == number, Invoice.customer_id == customer_id)
