"""How the frozen facts of an order are called and written, on pages and on paper alike."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from models.core.words import Lazy, _, _l
from models.orders import Order, OrderLine, OrderStatus, PaymentMethod
from services.core import formats
from services.customers.countries import country_name

METHODS: Mapping[str, Lazy] = {PaymentMethod.ON_ACCOUNT: _l('On account'), PaymentMethod.PREPAYMENT: _l('Prepayment')}


def terms_text(order: Order) -> str:
    """Within how many days an order on account is to be paid; empty for other ways of paying."""
    if order.payment_method is not PaymentMethod.ON_ACCOUNT:
        return ''
    return _('{days} days').format(days=formats.number(order.payment_terms_days))


def agreed(order: Order, line: OrderLine) -> Decimal:
    """How much of a line was agreed: without what was cancelled of it, but whole where all of the order ended."""
    ended = order.status in (OrderStatus.DECLINED, OrderStatus.CANCELLED)
    return line.ordered if ended else line.ordered - line.cancelled


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
    return _('VAT {rate}').format(rate=formats.percent(rate))
