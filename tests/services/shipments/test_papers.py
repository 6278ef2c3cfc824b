"""The papers that go with goods say what the rows say; proofs are PDF or picture by content, for those within reach."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from PIL import Image

from services import pictures
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.shipments.desk import ShipmentDesk
from services.shipments.paper import ShipmentPaperService, delivery_note_file, pick_list_file
from services.shipments.proving import ProofService


def test_the_delivery_note_says_what_went_and_what_follows(runtime, world, number, goods):
    one = goods.ship(number, ('BOLT-M8', 200), carrier='dhl', parcels=[{'tracking_number': 'A1'}], note='Side door')[0]
    paper = runtime.run(world.ben, ShipmentPaperService.delivery_note, one)
    assert [(line.sku, line.quantity, line.to_follow) for line in paper.lines] == [('BOLT-M8', 200, Decimal(300))]
    assert [(parcel.carrier, parcel.tracking) for parcel in paper.parcels] == [('DHL', 'A1')]
    assert (paper.number, paper.order_number, paper.note) == (one, number, 'Side door')
    name, data = delivery_note_file(paper)
    assert (name, data[:5]) == (f'{one}.pdf', b'%PDF-')
    with pytest.raises(NotFound):
        runtime.run(world.luc, ShipmentPaperService.delivery_note, one)


def test_the_pick_list_is_for_those_who_pick(runtime, world, number):
    (one,) = runtime.run(world.wim, ShipmentDesk.pick, number)
    paper = runtime.run(world.wim, ShipmentPaperService.pick_list, one)
    assert [(line.sku, line.quantity, line.place) for line in paper.lines] == [
        ('BOLT-M8', 500, 'MAIN'), ('LAMP-5', 5, 'MAIN')]
    assert pick_list_file(paper)[1][:5] == b'%PDF-'
    for who, kind in ((world.ben, Forbidden), (world.sam, Forbidden)):
        with pytest.raises(kind):
            runtime.run(who, ShipmentPaperService.pick_list, one)
    with pytest.raises(Conflict):
        runtime.run(world.wim, ShipmentPaperService.delivery_note, one)


def test_a_proof_is_kept_replaced_and_opened(runtime, world, number, goods):
    one = goods.ship(number, ('LAMP-5', 1))[0]
    with pytest.raises(NotFound):
        runtime.run(world.ben, ProofService.open, one)
    canvas = io.BytesIO()
    Image.new('RGB', (9, 9)).save(canvas, 'PNG')
    for name, data, kind in (('a.pdf', b'%PDF-1.7 signed', 'application/pdf'),
                             ('b.png', pictures.encode(canvas.getvalue()), 'image/webp')):
        runtime.run(world.wim, ProofService.attach, one, name, data)
        found = runtime.run(world.ben, ProofService.open, one)
        assert (found.name, found.media_type, found.data) == (name, kind, data)
    with pytest.raises(NotFound):
        runtime.run(world.luc, ProofService.open, one)


def test_what_proves_nothing_is_refused(runtime, world, number, goods, refused):
    (picked,) = runtime.run(world.wim, ShipmentDesk.pick, number)
    refused(Conflict, lambda: runtime.run(world.wim, ProofService.attach, picked, 'a.pdf', b'%PDF-1.7'))
    runtime.run(world.wim, ShipmentDesk.ship_picked, picked)
    for data in (b'', b'<html>', b'\x89PNG\r\n', b'RIFF1234WAVE'):
        refused(Invalid, lambda data=data: runtime.run(world.wim, ProofService.attach, picked, 'a.pdf', data))
    refused(Forbidden, lambda: runtime.run(world.ben, ProofService.attach, picked, 'a.pdf', b'%PDF-1.7'))
