"""How VAT lines are called."""

from __future__ import annotations

from decimal import Decimal

from models.core.words import _
from services.core import formats


def tax_label(category: str, rate: Decimal) -> str:
    """The name of a VAT line: its rate, or why there is none."""
    if category == 'K':
        return _('VAT 0% (intra-community supply)')
    if category == 'G':
        return _('VAT 0% (export)')
    return _('VAT {rate}').format(rate=formats.percent(rate))
