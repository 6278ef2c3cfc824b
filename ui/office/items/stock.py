"""The stock of one item: what is where, what comes, and how it came to be so."""

from __future__ import annotations

from collections.abc import Mapping

from models.core.words import Lazy, _, _l
from models.stock import MovementReason
from services.core import formats
from services.core.permissions import Permission
from services.stock.service import ExpectedGoods, StockCard, StockService, WarehouseLevel
from ui.kernel import design, documents
from ui.kernel.documents import Cell
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.pieces import stocking
from ui.pieces.rows import Row, Rows

REASONS: Mapping[str, Lazy] = {
    MovementReason.COUNT: _l('Counted'), MovementReason.RECEIPT: _l('Received'), MovementReason.SHIPMENT: _l('Shipped'),
    MovementReason.RETURN: _l('Returned'), MovementReason.IMPORT: _l('Imported')}


class ItemStock:
    """The tab of stock; it follows every movement."""

    def __init__(self, view: View, sku: str) -> None:
        self.view = view
        self.sku = sku
        self.may = view.actor.may(Permission.STOCK_WRITE)

    async def build(self) -> None:
        """Lay out figures, warehouses, expected goods and the ledger."""
        view = self.view
        self.figures = design.kpis([])
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('Warehouses'), tag='h2')
            self.levels = Rows(view, _('Warehouses'), [
                (_('Warehouse'), False), (_('On hand'), True), (_('Reserved'), True), (_('Available'), True)])
        with design.box('p-card', tag='section'):
            with design.box('p-card-head'):
                design.words(_('On their way'), tag='h2')
                if self.may:
                    design.button(_('Expect goods'), lambda: stocking.expect(view, sku=self.sku), icon='plus',
                                  small=True)
            self.coming = Rows(view, _('On their way'), [
                (_('Expected on'), False), (_('Warehouse'), False), (_('Quantity'), True)])
            self.none = design.words(_('No goods are expected.'), tag='p', classes='p-card-body p-soft')
        self.ledger = documents.lines(view, _('Movements'), [
            (_('When'), False), (_('What'), False), (_('Warehouse'), False), (_('Quantity'), True)], [],
            nothing=_('Nothing has moved yet.'))
        view.on(f'stock:{self.sku}', self._show)
        await self._show()

    async def _show(self) -> None:
        card = await self.view.do(StockService.card, self.sku)
        self.figures.show(_figures(card))
        self.levels.show([self._level(level) for level in card.levels])
        self.coming.set_visibility(bool(card.expected))
        self.none.set_visibility(not card.expected)
        self.coming.show([self._expected(one) for one in card.expected])
        self.ledger.show(documents.line_rows([[
            formats.moment(move.at), Cell(str(REASONS[move.reason]), note=move.note), move.warehouse,
            f'{"+" if move.quantity > 0 else ""}{formats.quantity(move.quantity)}'] for move in card.movements]))

    def _level(self, level: WarehouseLevel) -> Row:
        view, sku, place = self.view, self.sku, level.warehouse
        acts = [Act(_('Count'), 'clipboard-check', run=lambda: stocking.count(view, sku, place, level.on_hand)),
                Act(_('Receive'), 'package-plus', run=lambda: stocking.receive(view, sku, place)),
                Act(_('Expect goods'), 'truck', run=lambda: stocking.expect(view, sku=sku, warehouse=place))]
        return Row(place, [Cell('', strong=level.name, note=place), formats.quantity(level.on_hand),
                           formats.quantity(level.reserved), formats.quantity(level.on_hand - level.reserved)],
                   acts if self.may else ())

    def _expected(self, one: ExpectedGoods) -> Row:
        view, sku = self.view, self.sku
        acts = [Act(_('Receive'), 'package-plus',
                    run=lambda: stocking.receive(view, sku, one.warehouse, coming=one)),
                Act(_('Change'), 'pencil', run=lambda: stocking.change_expected(view, one)),
                Act(_('Remove'), 'trash-2', run=lambda: stocking.expect_no_more(view, sku, one), danger=True,
                    rule=True)]
        return Row(str(one.id), [Cell('', strong=formats.date(one.expected_on)), one.warehouse,
                                 formats.quantity(one.quantity)], acts if self.may else ())


def _figures(card: StockCard) -> list[dict[str, str]]:
    total = card.total
    return [{'label': _('On hand'), 'value': formats.quantity(total.on_hand), 'note': ''},
            {'label': _('Reserved'), 'value': formats.quantity(total.reserved), 'note': ''},
            {'label': _('Available'), 'value': formats.quantity(total.available), 'note': ''},
            {'label': _('Incoming'), 'value': formats.quantity(total.incoming),
             'note': formats.date(total.incoming_on) if total.incoming_on else ''}]
