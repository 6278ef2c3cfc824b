"""All kinds of imports and exports, in the order in which a new installation needs them."""

from __future__ import annotations

from models.core.words import _
from services.core.errors import NotFound
from services.imports.declaring import Kind
from services.imports.kinds import customers, history, items, orders, prices, stock, tracking

KINDS: dict[str, Kind] = {kind.name: kind for kind in (
    items.KIND, customers.KIND, prices.KIND, stock.KIND, orders.KIND, history.KIND,
    tracking.KIND)}


def kind_of(name: str) -> Kind:
    """The kind of this name; raises NotFound."""
    if name not in KINDS:
        raise NotFound(_('There is no import of this kind.'))
    return KINDS[name]
