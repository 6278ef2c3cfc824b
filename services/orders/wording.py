"""How the frozen facts of an order are called and written, on pages and on paper alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from models.core.words import Lazy, _, _l
from models.invoices import InvoicingRule
from models.orders import Delivery, Order, OrderLine, OrderStatus, PaymentMethod
from services.core import formats
from services.customers.countries import country_name

METHODS: Mapping[str, Lazy] = {PaymentMethod.ON_ACCOUNT: _l('On account'), PaymentMethod.PREPAYMENT: _l('Prepayment')}


DELIVERIES: Mapping[str, Lazy] = {
    Delivery.AVAILABLE: _l('Ship what is there'), Delivery.COMPLETE: _l('Ship everything together'),
    Delivery.ASK: _l('Ask before shipping a part')}


def delivery_text(order: Order) -> str:
    """How an order is delivered, and whether all of it at once; as papers say it."""
    wish = '' if order.delivery is Delivery.AVAILABLE else str(DELIVERIES[order.delivery])
    return ' · '.join(part for part in (order.shipping_name, wish) if part)


def terms_text(order: Order) -> str:
    """Within how many days an order on account is to be paid; empty for other ways of paying."""
    if order.payment_method is not PaymentMethod.ON_ACCOUNT:
        return ''
    return _('{days} days').format(days=formats.number(order.payment_terms_days))


def agreed(order: Order, line: OrderLine) -> Decimal:
    """How much of a line was agreed: without what was cancelled of it, but whole where all of the order ended."""
    ended = order.status in (OrderStatus.DECLINED, OrderStatus.CANCELLED)
    return line.ordered if ended else line.ordered - line.cancelled


def waits(order: Order, lines: Iterable[OrderLine], rule: InvoicingRule) -> bool:
    """Whether something of an order waits to be invoiced: what was shipped, or by that rule what is agreed."""
    if order.status in (OrderStatus.PLACED, OrderStatus.DECLINED, OrderStatus.CANCELLED) or order.source == 'import':
        return False
    on_order = rule is InvoicingRule.ON_ORDER
    return any((agreed(order, line) if on_order else line.shipped) > line.invoiced for line in lines)


def exceeds(lines: Iterable[OrderLine]) -> bool:
    """Whether more of a line is invoiced than will ever come."""
    return any(line.invoiced > line.ordered - line.cancelled for line in lines)


def invoiced_text(order: Order, lines: Sequence[OrderLine]) -> str:
    """How much of an order stands on invoices, in a word."""
    if not any(line.invoiced for line in lines):
        return _('Nothing yet')
    return _('Everything') if all(line.invoiced >= agreed(order, line) for line in lines) else \
        _('All but {amount}').format(amount=formats.money(order.uninvoiced, order.currency))


def address_lines(copy: Mapping[str, str]) -> list[str]:
    """A frozen address as it stands on a document, its country in the current language."""
    place = f'{copy.get("postcode", "")} {copy.get("city", "")}'.strip()
    country = copy.get('country', '')
    lines = (copy.get('name', ''), copy.get('street', ''), place, country_name(country) if country else '')
    return [line for line in lines if line]


def tax_label(category: str, rate: Decimal) -> str:
    """The name of a VAT line: its rate, or why there is none (EN 16931 BR-IC-10, BR-G-10)."""
    if category == 'K':
        return _('VAT 0% (intra-community supply)')
    if category == 'G':
        return _('VAT 0% (export)')
    if category == 'AE':
        return _('VAT 0% (reverse charge)')
    if category == 'E':
        return _('VAT 0% (exempt)')
    if category == 'O':
        return _('Not subject to VAT')
    return _('VAT {rate}').format(rate=formats.percent(rate))
