"""How payments and refunds are called, on pages and in lists alike."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from models.core.money import digits
from models.core.words import Lazy, _, _l
from models.payments import Payment, PaymentStatus, Refund, RefundState
from services.payments.methods import BANK
from services.sheets import number_of

TOO_MUCH, LEAST = Decimal(10) ** 10, Decimal('0.0001')

STATUSES: Mapping[str, Lazy] = {
    PaymentStatus.CREATED: _l('Begun'), PaymentStatus.PENDING: _l('Being paid'),
    PaymentStatus.UNKNOWN: _l('Being confirmed'), PaymentStatus.RECEIVED: _l('Received'),
    PaymentStatus.PARTLY_REFUNDED: _l('Partly refunded'), PaymentStatus.REFUNDED: _l('Refunded'),
    PaymentStatus.CHARGED_BACK: _l('Charged back'), PaymentStatus.FAILED: _l('Declined'),
    PaymentStatus.CANCELLED: _l('Cancelled'), PaymentStatus.EXPIRED: _l('Not completed')}
TONES: Mapping[str, str] = {
    PaymentStatus.CREATED: 'info', PaymentStatus.PENDING: 'info', PaymentStatus.UNKNOWN: 'warn',
    PaymentStatus.RECEIVED: 'ok', PaymentStatus.PARTLY_REFUNDED: 'info', PaymentStatus.REFUNDED: 'mute',
    PaymentStatus.CHARGED_BACK: 'bad', PaymentStatus.FAILED: 'bad', PaymentStatus.CANCELLED: 'mute',
    PaymentStatus.EXPIRED: 'mute'}
REFUNDS: Mapping[str, Lazy] = {
    RefundState.ASKED: _l('Waiting for consent'), RefundState.SENT: _l('On its way'), RefundState.DONE: _l('Done'),
    RefundState.FAILED: _l('Not made')}
REFUND_TONES: Mapping[str, str] = {RefundState.ASKED: 'warn', RefundState.SENT: 'info', RefundState.DONE: 'ok',
                                   RefundState.FAILED: 'bad'}


def typed(amount: Decimal, currency: str) -> str:
    """An amount as it stands in a field, with a decimal point and the digits of its currency."""
    return f'{amount:.{digits(currency)}f}'


def amount_in(given: object) -> Decimal | None:
    """An amount as a person types it; nothing typed is zero, None is what no amount can be."""
    text = str(given or '').strip()
    value = number_of(text) if text else Decimal(0)
    if value is None or not 0 <= value < TOO_MUCH or value != value.quantize(LEAST):
        return None
    return value


def chip_of(payment: Payment) -> tuple[str, str]:
    """The status chip of a payment: its word and tone."""
    return str(STATUSES[payment.status]), TONES[payment.status]


def refund_chip(refund: Refund) -> tuple[str, str]:
    """The status chip of a refund; one by hand is still to be transferred."""
    if refund.state is RefundState.SENT and refund.method == BANK:
        return _('To be transferred'), 'warn'
    return str(REFUNDS[refund.state]), REFUND_TONES[refund.state]
