"""The parts of a payment's page that portal and office share."""

from __future__ import annotations

from models.audit import Event
from models.core.words import Lazy, _, _l
from models.payments import UNDER_WAY, Payment, PaymentStatus, Refund
from services.core import formats
from services.payments.methods import label_of
from services.payments.reading import PaymentView, Use
from services.payments.wording import refund_chip
from ui.kernel import documents
from ui.kernel.documents import Cell, Document, Happened
from ui.kernel.view import View

SAYINGS: dict[str, Lazy] = {
    'payment.started': _l('Begun'), 'payment.received': _l('Received'), 'payment.failed': _l('Declined'),
    'payment.expired': _l('Not completed'), 'payment.cancelled': _l('Cancelled'),
    'payment.lost': _l('The payment service gave no answer'), 'payment.charged_back': _l('Charged back'),
    'payment.used': _l('Used for an invoice'), 'payment.parted': _l('Taken off an invoice'),
    'payment.unused': _l('Could not be used as meant'), 'payment.differs': _l('Another sum was reported'),
    'refund.asked': _l('Refund asked for'), 'refund.agreed': _l('Refund agreed to'), 'refund.sent': _l('Refund sent'),
    'refund.done': _l('Refund arrived'), 'refund.failed': _l('Refund came back'),
    'refund.refused': _l('Refund refused'),
    'bank.booked': _l('Booked from the bank'), 'bank.undone': _l('Booking taken back')}


def context_of(found: PaymentView) -> str:
    """The line below the number: how it came, when, and by whom."""
    payment = found.payment
    when = formats.date(payment.received_on) if payment.received_on else formats.moment(payment.created_at)
    return ' · '.join(part for part in (label_of(payment.method), when, payment.created_by_name) if part)


def outcome(payment: Payment) -> tuple[str, str]:
    """A sentence on where an attempt stands and its tone; empty once the money is there."""
    if payment.status is PaymentStatus.UNKNOWN:
        return _('This payment is being confirmed: the payment service has not answered yet. Nothing is lost, and '
                 'nothing is taken twice. We look again every minute.'), 'warn'
    if payment.status in UNDER_WAY:
        return _('This payment is under way until {moment}. So long nobody else can pay the same.').format(
            moment=formats.moment(payment.expires_at)), 'info'
    if payment.status is PaymentStatus.FAILED:
        why = payment.failure or _('The payment was declined.')
        return _('{reason} Nothing was taken, and everything is still open.').format(reason=why), 'bad'
    if payment.status in (PaymentStatus.EXPIRED, PaymentStatus.CANCELLED):
        return _('This payment was not completed. Nothing was taken.'), 'info'
    return '', 'info'


class PaymentPage:
    """The body of a payment's page; `show` brings it up to date without building it anew."""

    def __init__(self, view: View, document: Document, *, office: bool = False) -> None:
        self.base = '/office' if office else ''
        with document.main:
            self.uses = documents.lines(view, _('Used for'), [
                (_('Invoice'), False), (_('When'), False), (_('Amount'), True)], [],
                nothing=_('No invoice is paid with it.'))
            self.refunds = documents.lines(view, _('Refunds'), [
                (_('Refund'), False), (_('Asked for'), False), (_('Amount'), True)], [])
            self.history = documents.history(view, [])
        with document.side:
            self.totals = documents.totals(view, [])
            self.facts = documents.facts(view, _('About this payment'), [('', '')])

    def show(self, found: PaymentView) -> None:
        """Show this state of the payment."""
        currency = found.payment.currency
        meant = [[Cell(number, chip=(_('Planned'), 'mute'), path=f'{self.base}/invoices/{number}'), '',
                  formats.money(amount, currency)] for number, amount in found.wanted]
        self.uses.show(documents.line_rows([*(self._use(use, currency) for use in found.uses), *meant]))
        self.refunds.show(documents.line_rows([_refund(refund) for refund in found.refunds]))
        self.refunds.set_visibility(bool(found.refunds))
        self.totals.show([{'label': label, 'text': text, 'sum': last} for label, text, last in sums(found)])
        self.facts.show([{'label': label, 'text': text, 'path': path} for label, text, path in self._facts(found)
                         if text])
        self.history.show([vars(row) for row in happened(found.events)])

    def _use(self, use: Use, currency: str) -> list[str | Cell]:
        undone = (_('Taken back'), 'mute') if use.reversed_at else None
        note = ' · '.join(part for part in (documents.by_person(use.by), use.why) if part)
        return [Cell(use.invoice, note=note, chip=undone, path=f'{self.base}/invoices/{use.invoice}'),
                formats.moment(use.at), formats.money(use.amount, currency)]

    def _facts(self, found: PaymentView) -> list[tuple[str, str, str]]:
        payment = found.payment
        return [(_('Method'), label_of(payment.method), ''), (_('Begun'), formats.moment(payment.created_at), ''),
                (_('Received on'), formats.date(payment.received_on), ''),
                (_('Order'), found.order, f'{self.base}/orders/{found.order}'),
                (_('Reference'), payment.reference, ''), (_('Note'), payment.note, '')]


def sums(found: PaymentView) -> list[tuple[str, str, bool]]:
    """What was paid, what is used of it, and what is free."""
    payment = found.payment

    def money(value: object) -> str:
        return formats.money(value, payment.currency)  # type: ignore[arg-type]

    rows = [(_('Fee'), money(payment.fee), False)] if payment.fee else []
    if payment.received_at is None:
        return [*rows, (_('Amount'), money(payment.charged), True)]
    rows += [(_('Paid'), money(payment.charged), False), (_('Used'), money(-payment.allocated), False)]
    if payment.refunded:
        rows.append((_('Refunded'), money(-payment.refunded), False))
    return [*rows, (_('Not used yet'), money(payment.free), True)]


def happened(events: tuple[Event, ...]) -> list[Happened]:
    """The history of a payment and its refunds, newest first."""
    return [Happened(str(SAYINGS.get(event.action, _('Changed'))), formats.moment(event.at), event.actor_name,
                     event.note) for event in reversed(events)]


def _refund(refund: Refund) -> list[str | Cell]:
    note = ' · '.join(part for part in (refund.reason, refund.failure, refund.agreed_by_name) if part)
    asked = f'{formats.moment(refund.asked_at)}, {refund.asked_by_name}'
    return [Cell(refund.number, note=note, chip=refund_chip(refund)), asked,
            formats.money(refund.amount, refund.currency)]
