"""One shipment with everything the warehouse can do with it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Annotated, Any

from nicegui import events, ui
from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.shipments import ON_THE_WAY, TRANSITIONS
from services import pictures
from services.core import fields as f
from services.core import formats
from services.core.permissions import Permission
from services.sheets import number_of
from services.shipments.desk import ShipmentDesk
from services.shipments.proving import LARGEST, ProofService, is_paper
from services.shipments.reading import ShipmentService, ShipmentView
from services.shipments.returning import ReturningService
from services.shipments.tracking import BY_HAND, StatusInput, TrackingService
from services.shipments.wording import STATUSES
from ui.kernel import design
from ui.kernel.confirm import Dialog
from ui.kernel.documents import Document, acts_of
from ui.kernel.forms import ask, until_done
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.shipments.declared import module
from ui.office.shipments.packing import ask_parcels
from ui.pieces.drop import Drop
from ui.pieces.shipment import ShipmentPage, chip_of, context_of
from ui.portal.orders import Reason
from ui.web.uploads import read_whole

Take = Callable[[dict[uuid.UUID, Decimal], str, bool], Awaitable[None]]


class Status(BaseModel):
    """Where a shipment is, as a person says it."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    status: Annotated[str, f.Choice(_l('Status'))] = Field(min_length=1, max_length=32)
    place: Annotated[str, f.Text(_l('Place'))] = Field(default='', max_length=120)
    delivered_to: Annotated[str, f.Text(_l('Received by'))] = Field(default='', max_length=200)
    note: Annotated[str, f.Text(_l('Note'))] = Field(default='', max_length=300)


@module.view('/office/shipments/{number}')
async def document(view: View, number: str) -> None:
    """One shipment, live."""
    await DeskShipment(view, number).build()


class DeskShipment:
    """The page of one shipment on the office's side."""

    def __init__(self, view: View, number: str) -> None:
        self.view = view
        self.number = number

    async def build(self) -> None:
        """Show it, and follow it."""
        self.found = await self.view.do(ShipmentService.read, self.number)
        self.frame = Document(self.view, self.number)
        self.page = ShipmentPage(self.view, self.frame, lambda sku: f'/office/items/{sku}', '/office/orders/{number}')
        if self.view.actor.may(Permission.SHIPMENTS_WRITE):
            with self.frame.main:
                self.proof = design.box()
                with self.proof:
                    Drop(_('Drop the proof of delivery here or choose it'), self._prove, several=False,
                         accept='.pdf,image/*', hint=_('PDF or picture up to 10 MB. The customer may open it.'))
        self.view.on(f'shipment:{self.found.shipment.id}', self._show)
        await self._show()

    async def _show(self) -> None:
        self.found = await self.view.do(ShipmentService.read, self.number)
        found = self.found
        sub = f'{found.customer.name} · {found.customer.account} · {context_of(found)}'
        self.frame.head.show(self.number, sub=sub, chip=chip_of(found), acts=self._acts(found))
        if self.view.actor.may(Permission.SHIPMENTS_WRITE):
            self.proof.set_visibility(found.shipment.shipped_at is not None)
        self.page.show(found)

    def _acts(self, found: ShipmentView) -> list[Act]:
        shipment = found.shipment
        status = Act(_('Set status'), 'map-pin', run=self._say, main=True, needs=Permission.SHIPMENTS_WRITE)
        repack = Act(_('Pack again'), 'package', run=self._pack, needs=Permission.SHIPMENTS_WRITE)
        out = acts_of(self.view.actor, TRANSITIONS, shipment.status, {
            'ship': Act(_('Ship'), 'truck', run=self._ship, main=True),
            'pack': Act(_('Pack'), 'package', run=self._pack),
            'cancel': Act(_('Cancel shipment'), 'circle-x', run=self._cancel, danger=True)})
        if shipment.status == 'packed':
            out.insert(1, repack)
        if shipment.status in ON_THE_WAY:
            out += [status, Act(_('Take back'), 'undo', run=self._take_back, needs=Permission.SHIPMENTS_WRITE),
                    Act(_('Came back'), 'package-x', run=self._come_back, danger=True,
                        needs=Permission.SHIPMENTS_WRITE)]
        out.append(Act(_('Order'), 'package', path=f'/office/orders/{shipment.order_number}'))
        if shipment.shipped_at is None:
            out.append(Act(_('Pick list'), 'clipboard-list', path=f'/download/shipments/{self.number}/pick.pdf',
                           needs=Permission.SHIPMENTS_WRITE))
        else:
            out.append(Act(_('Delivery note'), 'download', path=f'/download/shipments/{self.number}.pdf'))
        if shipment.proof_id is not None:
            out.append(Act(_('Proof of delivery'), 'file-check', path=f'/download/shipments/{self.number}/proof'))
        return out

    async def _done(self, words: str) -> None:
        self.view.say(words.format(number=self.number))
        await self._show()

    async def _ship(self) -> None:
        await self.view.do(ShipmentDesk.ship_picked, self.number, version=self.found.shipment.version)
        await self._done(_('{number} has left.'))

    async def _pack(self) -> None:
        if await ask_parcels(self.view, self.number):
            await self._show()

    async def _cancel(self) -> None:
        given = await ask(self.view, Reason, _('Cancel {number}?').format(number=self.number), _('Cancel shipment'),
                          text=_('Its goods stay reserved for the order.'), danger=True)
        if given is not None:
            await self.view.do(ReturningService.cancel, self.number, given.reason,
                               version=self.found.shipment.version)
            await self._done(_('{number} is cancelled.'))

    async def _say(self) -> None:
        choices = {status.value: str(STATUSES[status]) for status in BY_HAND if status != self.found.shipment.status}
        given = await ask(self.view, Status, _('Where is {number}?').format(number=self.number), _('Set status'),
                          options={'status': choices}, values={'status': next(iter(choices))})
        if given is not None:
            await self.view.do(TrackingService.say, self.number, StatusInput(**given.model_dump()),
                               version=self.found.shipment.version)
            await self._done(_('The status of {number} is set.'))

    async def _come_back(self) -> None:
        given = await ask(self.view, Reason, _('Did {number} come back?').format(number=self.number), _('Came back'),
                          text=_('Its goods go back into stock, and its lines are open again.'), danger=True)
        if given is not None:
            await self.view.do(ReturningService.come_back, self.number, given.reason,
                               version=self.found.shipment.version)
            await self._done(_('{number} is back; its lines are open again.'))

    async def _take_back(self) -> None:
        async def take(quantities: dict[uuid.UUID, Decimal], reason: str, lost: bool) -> None:
            await self.view.do(ReturningService.take_back, self.number, quantities, reason, lost=lost,
                               version=self.found.shipment.version)
        if await _ask_lines(self.found, take):
            await self._done(_('What was taken back of {number} is open again.'))

    async def _prove(self, event: events.UploadEventArguments) -> None:
        data = await read_whole(event.file, limit=LARGEST)
        if not is_paper(data):
            data = await asyncio.to_thread(pictures.encode, data)
        await self.view.do(ProofService.attach, self.number, event.file.name, data)
        await self._done(_('The proof of delivery of {number} is kept.'))


async def _ask_lines(found: ShipmentView, take: Take) -> bool:
    """Ask how much of which line did not arrive, why, and whether it is lost, and `take` it back; whether it was."""
    fields: dict[uuid.UUID, Any] = {}

    async def done() -> bool:
        typed = {key: number_of(str(field.value or '0')) for key, field in fields.items()}
        wanted = {key: value if value is not None else Decimal(-1) for key, value in typed.items() if value != 0}
        await take(wanted, str(reason.value or ''), bool(lost.value))
        return True
    title = _('Take back from {number}').format(number=found.shipment.number)
    with Dialog(title) as dialog, design.box('p-card q-card'):
        with design.box('p-card-head'):
            design.words(title, tag='h2')
        with design.box('p-card-body p-stack'):
            design.words(_('These quantities are open in the order again.'), tag='p', classes='p-soft')
            for row in found.lines:
                label = _('{sku}, at most {quantity}').format(
                    sku=row.sku, quantity=formats.quantity(row.gone, row.unit))
                fields[row.id] = ui.input(label, value='0').props('outlined dense inputmode=decimal maxlength=14')
            lost = ui.checkbox(_('Lost: do not put it back into stock'))
            reason = ui.input(_('Reason')).props('outlined dense maxlength=300')
            with design.box('p-actions'):
                design.button(_('Cancel'), lambda: dialog.submit(False))
                design.button(_('Take back'), until_done(dialog, done), main=True)
    answer = await dialog.answer()
    return bool(answer)
