"""Asking which parcels goods go in: as many rows as there are parcels."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from models.core.words import _
from services.core.errors import Invalid
from services.sheets import number_of
from services.shipments.carriers import CarrierService
from services.shipments.desk import ShipmentDesk
from services.shipments.inputs import ParcelInput, checked
from services.shipments.reading import ParcelView, ShipmentService
from ui.kernel import design
from ui.kernel.confirm import Dialog
from ui.kernel.forms import until_done
from ui.kernel.view import View
from ui.portal.pieces.product import plain


class Parcels:
    """Fields for the carrier and for each parcel; `read` gives what was typed."""

    def __init__(self, carriers: dict[str, str], *, carrier: str = '', parcels: tuple[ParcelView, ...] = (),
                 houses: dict[str, str] | None = None) -> None:
        self.carriers = carriers
        self.houses = houses or {}
        self.rows: list[tuple[ui.input, ui.input, ui.select | None]] = []
        first = carrier or (next(iter(carriers)) if carriers else '')
        self.carrier = ui.select({'': _('No carrier'), **carriers}, value=first if first in carriers else '',
                                 label=_('Carrier')).props('outlined dense')
        self.place = design.box('p-stack')
        design.button(_('Add parcel'), self._add, icon='plus', small=True)
        for one in parcels:
            self._add(one.parcel.tracking_number, plain(one.parcel.weight_kg) if one.parcel.weight_kg else '')
        if not parcels:
            self._add()

    def _add(self, number: Any = '', weight: Any = '') -> None:
        count = len(self.rows) + 1
        with self.place, design.box('p-row'):
            tracking = ui.input(_('Tracking number of parcel {count}').format(count=count),
                                value=number if isinstance(number, str) else '')
            tracking.props('outlined dense maxlength=60')
            heavy = ui.input(_('Weight in kg'), value=weight if isinstance(weight, str) else '')
            heavy.props('outlined dense maxlength=12 inputmode=decimal')
            house = None
            if len(self.houses) > 1:
                house = ui.select(self.houses, value=next(iter(self.houses)), label=_('From')).props('outlined dense')
        self.rows.append((tracking, heavy, house))

    def read(self) -> tuple[str, list[ParcelInput]]:
        """The carrier's code and the parcels; rows left empty are no parcels, a single empty one is one."""
        out = []
        for tracking, heavy, house in self.rows:
            number, typed = str(tracking.value or '').strip(), str(heavy.value or '').strip()
            if not number and not typed and len(self.rows) > 1:
                continue
            weight = number_of(typed) if typed else None
            if typed and (weight is None or weight <= 0):
                raise Invalid(_('{text} is no weight.').format(text=typed[:40]), field='weight_kg')
            out.append(checked(ParcelInput, tracking_number=number, weight_kg=weight,
                               warehouse=str(house.value) if house else ''))
        return str(self.carrier.value or ''), out


async def ask_parcels(view: View, number: str) -> bool:
    """Ask in which parcels a picked shipment goes, and pack it; whether that was done."""
    found = await view.do(ShipmentService.read, number)
    carriers = dict(await view.do(CarrierService.in_use))

    async def pack() -> bool:
        carrier, parcels = fields.read()
        await view.do(ShipmentDesk.pack, number, carrier, parcels, version=found.shipment.version)
        return True
    title = _('Pack {number}').format(number=number)
    with Dialog(title) as dialog, design.box('p-card q-card is-wide'):
        with design.box('p-card-head'):
            design.words(title, tag='h2')
        with design.box('p-card-body p-stack'):
            fields = Parcels(carriers, carrier=found.shipment.carrier, parcels=found.parcels)
            with design.box('p-actions'):
                design.button(_('Cancel'), lambda: dialog.submit(False))
                design.button(_('Pack'), until_done(dialog, pack), main=True)
    done = await dialog.answer()
    if done:
        view.say(_('{number} is packed.').format(number=number))
    return bool(done)
