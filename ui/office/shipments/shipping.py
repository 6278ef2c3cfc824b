"""The dialog that ships from an order: open lines, what each warehouse has for them, and the parcels."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from nicegui import ui

from models.core.words import _
from models.orders import Order
from services.core import formats
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.orders.delivering import WHY
from services.orders.reading import OrderService
from services.sheets import number_of
from services.shipments.carriers import CarrierService
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import GoingInput, ShipInput, checked
from services.shipments.standing import OpenLine
from ui.kernel import design
from ui.kernel.confirm import Dialog
from ui.kernel.forms import until_done
from ui.kernel.view import View
from ui.office.shipments.packing import Parcels
from ui.portal.pieces.product import plain

Fields = dict[tuple[uuid.UUID, str], ui.input]


async def ship_order(view: View, order: Order) -> bool:
    """Ask what leaves, prefilled with all that can, and ship it; whether that was done.

    It is judged by the order as it stands when the question opens: the page behind may not have heard of it yet.
    """
    number = order.number
    order = (await view.do(OrderService.read, number)).order
    lines = await view.do(ShipmentDesk.standing, number)
    carriers = dict(await view.do(CarrierService.in_use))
    houses = {place.code: place.name for line in lines for place in line.places}
    fields: Fields = {}

    async def ship() -> list[str]:
        carrier, boxes = parcels.read()
        given = checked(ShipInput, lines=_read(fields), carrier=carrier, parcels=boxes, note=str(note.value or ''),
                        partly=str(partly.value or '') if partly else '',
                        expected_on=dt.date.fromisoformat(expected.value) if expected.value else None)
        return list(await view.do(ShipmentDesk.ship, number, given, version=order.version))
    title = _('Ship {number}').format(number=number)
    with Dialog(title) as dialog, design.box('p-card q-card is-wide'):
        with design.box('p-card-head'):
            design.words(title, tag='h2')
        with design.box('p-card-body p-stack'):
            _table(lines, fields)
            partly = _why_partly(view, order)
            parcels = Parcels(carriers, houses=houses)
            with design.box('p-row'):
                expected = ui.input(_('Expected on')).props('outlined dense type=date stack-label')
                note = ui.input(_('Note for the customer')).props('outlined dense maxlength=300')
            with design.box('p-actions'):
                design.button(_('Cancel'), lambda: dialog.submit(None))
                if fields:
                    design.button(_('Ship'), until_done(dialog, ship), main=True, icon='truck')
    numbers = await dialog.answer()
    if not numbers:
        return False
    view.say(_('{numbers} left.').format(numbers=', '.join(numbers)))
    return True


def _why_partly(view: View, order: Order) -> ui.input | None:
    """Say that the customer wants all of it together; whoever may decide otherwise gives a reason."""
    if order.delivery not in WHY:
        return None
    with design.box('p-alert is-warn').props('role=status'):
        design.words(str(WHY[order.delivery]))
    if not view.actor.may(Permission.ORDERS_CONFIRM):
        return None
    label = _('Reason, if only a part leaves; the customer reads it')
    return ui.input(label).props('outlined dense maxlength=300')


def _table(lines: tuple[OpenLine, ...], fields: Fields) -> None:
    """A row for each open line and each warehouse that has something for it."""
    head = (_('Item'), _('To ship'), _('Warehouse'), _('Reserved'), _('Available'), _('Ships now'))
    with design.box('p-table is-cards'), design.box(tag='table'):
        with design.box(tag='thead'), design.box(tag='tr'):
            for text in head:
                design.words(text, tag='th')
        with design.box(tag='tbody') as body:
            for line in lines:
                _rows(line, fields)
    design.label_cells(body, head)


def _rows(found: OpenLine, fields: Fields) -> None:
    line = found.line
    for index, place in enumerate(found.places or (None,)):
        with design.box(tag='tr'):
            with design.box(tag='td'):
                if index == 0:
                    design.words(line.sku, classes='p-strong')
                    design.words(' ' + line.name)
            design.words(formats.quantity(found.left, line.unit) if index == 0 else '', tag='td', classes='p-num')
            if place is None:
                design.words(_('Nothing in stock'), tag='td', classes='p-soft')
                for _column in range(3):
                    design.words('', tag='td')
                continue
            design.words(place.name, tag='td')
            design.words(formats.quantity(place.reserved), tag='td', classes='p-num')
            design.words(formats.quantity(place.free), tag='td', classes='p-num')
            with design.box(tag='td'):
                label = design.attribute(_('{sku} from {warehouse} ships now').format(
                    sku=line.sku, warehouse=place.name))
                field = ui.input(value=plain(place.proposed)).props(
                    f'outlined dense inputmode=decimal maxlength=14 aria-label="{label}"')
            fields[line.id, place.code] = field


def _read(fields: Fields) -> list[GoingInput]:
    """What was typed; nothing and zero stay here. Raises Invalid for what is no quantity, or when nothing leaves."""
    out = []
    for (line_id, warehouse), field in fields.items():
        quantity = number_of(str(field.value or '0').strip() or '0')
        if quantity is None or quantity < Decimal(0):
            raise Invalid(_('{text} is no quantity.').format(text=str(field.value)[:40]), field='quantity')
        if quantity > 0:
            out.append(checked(GoingInput, line_id=line_id, warehouse=warehouse, quantity=quantity))
    if not out:
        raise Invalid(_('Nothing would leave. Please give a quantity.'), field='quantity')
    return out
