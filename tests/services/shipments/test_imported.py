"""Statuses by import: by shipment or tracking number, each saying once, what is not on its way left alone."""

from __future__ import annotations

import datetime as dt

import pytest

from models.shipments import ShipmentStatus as S
from tests.services.imports.files import bring_in, counts, take_out, write

HEAD = ('Tracking number', 'Status', 'When', 'Place', 'Note')


@pytest.fixture
def shipment(number, goods, clock):
    """Two parcels of Ben's order that left yesterday."""
    found = goods.ship(number, ('LAMP-5', 5), carrier='dhl', parcels=[
        {'tracking_number': 'A1'}, {'tracking_number': 'A2'}])[0]
    clock.advance(days=1)
    return found


def test_a_file_of_a_carrier_moves_shipments(runtime, shipment, goods, tmp_path):
    file = write(tmp_path, HEAD, [['A1', 'delivered', '2026-03-03 08:00', 'Hamburg', 'Gate'],
                                  ['A2', 'in_transit', '2026-03-02 20:00', '', ''],
                                  ['NOPE', 'delivered', '2026-03-03 08:00', '', ''],
                                  ['A2', 'delivered', '2026-04-03 08:00', '', '']])
    assert counts(bring_in(runtime, 'tracking', file)) == {'new': 2, 'wrong': 2}
    view = goods.sent(shipment)
    assert view.shipment.status is S.OUT_FOR_DELIVERY
    assert [parcel.parcel.status for parcel in view.parcels] == [S.DELIVERED, S.IN_TRANSIT]
    assert view.tracking[-1].at == dt.datetime(2026, 3, 3, 7, 0, tzinfo=dt.UTC)
    assert counts(bring_in(runtime, 'tracking', file)) == {'unchanged': 2, 'wrong': 2}
    assert len(goods.sent(shipment).tracking) == 3


def test_a_shipment_number_means_all_of_it_and_what_arrived_is_left_alone(runtime, shipment, goods, tmp_path):
    rows = [[shipment, 'delivered', '2026-03-03 08:00', '', '']]
    assert counts(bring_in(runtime, 'tracking', write(tmp_path, HEAD, rows))) == {'new': 1}
    assert goods.sent(shipment).shipment.status is S.DELIVERED
    rows[0][2] = '2026-03-03 09:00'
    assert counts(bring_in(runtime, 'tracking', write(tmp_path, HEAD, rows))) == {'skipped': 1}


def test_what_was_exported_reads_back(runtime, shipment, goods, tmp_path):
    bring_in(runtime, 'tracking', write(tmp_path, HEAD, [['A1', 'in_transit', '2026-03-02 20:00', 'Bremen', '']]))
    target = tmp_path / 'tracking.csv'
    assert take_out(runtime, 'tracking', target) == 1
    assert counts(bring_in(runtime, 'tracking', target)) == {'unchanged': 1}
