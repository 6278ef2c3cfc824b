"""Where shipments are: by hand, by carrier, each saying once, never backwards."""

from __future__ import annotations

import datetime as dt

import pytest

from models.shipments import ShipmentStatus as S
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid
from services.gateways.carrier import GATEWAYS, Asked, Report, SimulatedCarrier
from services.shipments.carriers import CarrierInput, CarrierService
from services.shipments.tracking import StatusInput, TrackingService, look_after


@pytest.fixture
def shipment(number, goods):
    """Two parcels of Ben's order on their way by DHL."""
    return goods.ship(number, ('LAMP-5', 5), carrier='dhl', parcels=[
        {'tracking_number': 'A1'}, {'tracking_number': 'A2'}])[0]


@pytest.fixture
def asked(runtime, world, carried):
    """DHL can be asked."""
    given = CarrierInput(code='dhl', name='DHL', link='https://dhl.example/{number}', gateway='simulated', position=1)
    runtime.run(world.olga, CarrierService.save, given, code='dhl')


def test_a_person_says_where_it_is(runtime, world, shipment, goods, told, clock):
    clock.advance(days=1)
    runtime.run(world.wim, TrackingService.say, shipment, StatusInput(status='in_transit', place='Bremen'))
    assert goods.sent(shipment).shipment.status is S.IN_TRANSIT
    runtime.run(world.wim, TrackingService.say, shipment, StatusInput(
        status='delivered', delivered_to='Ms Gate', note='At the gate'))
    view = goods.sent(shipment)
    assert (view.shipment.status, view.shipment.delivered_at, view.shipment.delivered_to) == (
        S.DELIVERED, runtime.now(), 'Ms Gate')
    assert {parcel.parcel.status for parcel in view.parcels} == {S.DELIVERED}
    assert [(one.status, one.place, one.source) for one in view.tracking] == [
        (S.SHIPPED, '', 'office'), (S.IN_TRANSIT, 'Bremen', 'office'), (S.DELIVERED, '', 'office')]
    assert told('shipment_delivered')[0] == {world.ben.user_id}


def test_what_cannot_be_said_is_refused(runtime, world, shipment, refused, clock):
    say = TrackingService.say
    refused(Forbidden, lambda: runtime.run(world.sam, say, shipment, StatusInput(status='delivered')))
    for status in ('picking', 'shipped', 'returned', 'cancelled'):
        refused(Invalid, lambda s=status: runtime.run(world.wim, say, shipment, StatusInput(status=s)))
    for at in (clock.now - dt.timedelta(days=1), clock.now + dt.timedelta(days=1)):
        refused(Invalid, lambda at=at: runtime.run(world.wim, say, shipment, StatusInput(status='delivered', at=at)))
    runtime.run(world.wim, say, shipment, StatusInput(status='delivered'))
    refused(Conflict, lambda: runtime.run(world.wim, say, shipment, StatusInput(status='problem')))


def test_several_are_marked_delivered_at_once(runtime, world, number, shipment, goods):
    (other,) = goods.ship(number, ('BOLT-M8', 50))
    ids = [goods.sent(one).shipment.id for one in (shipment, other)]
    assert runtime.run(world.wim, TrackingService.deliver_many, ids) == 2
    assert runtime.run(world.wim, TrackingService.deliver_many, ids) == 0


@pytest.mark.usefixtures('asked')
def test_carriers_are_asked_and_each_saying_counts_once(runtime, shipment, goods, clock, told):
    look_after(runtime)
    assert goods.sent(shipment).shipment.status is S.SHIPPED
    clock.advance(hours=27)
    for _time in range(2):
        look_after(runtime)
    view = goods.sent(shipment)
    assert view.shipment.status is S.OUT_FOR_DELIVERY
    assert len(view.tracking) == 7
    clock.advance(hours=10)
    look_after(runtime)
    view = goods.sent(shipment)
    assert (view.shipment.status, view.shipment.delivered_at) == (S.DELIVERED, view.shipment.shipped_at
                                                                  + dt.timedelta(hours=30))
    assert len(told('shipment_delivered')[0]) == 1
    assert runtime.run(SYSTEM, TrackingService.under_way) == {}


def report(goods, shipment, runtime, *said):
    found = goods.sent(shipment).shipment
    return runtime.run(SYSTEM, TrackingService.reported, found.id, [
        Report(number, f'{status}{hours}', status, found.shipped_at + dt.timedelta(hours=hours))
        for number, status, hours in said])


def test_a_shipment_is_delivered_with_its_last_parcel(runtime, shipment, goods):
    assert report(goods, shipment, runtime, ('A1', S.DELIVERED, 9), ('unknown', S.DELIVERED, 9)) == 1
    assert goods.sent(shipment).shipment.status is S.OUT_FOR_DELIVERY
    report(goods, shipment, runtime, ('A2', S.DELIVERED, 20))
    assert goods.sent(shipment).shipment.status is S.DELIVERED


def test_late_news_changes_nothing(runtime, shipment, goods):
    report(goods, shipment, runtime, ('A1', S.OUT_FOR_DELIVERY, 20), ('A2', S.OUT_FOR_DELIVERY, 20))
    assert report(goods, shipment, runtime, ('A1', S.IN_TRANSIT, 5)) == 1
    assert goods.sent(shipment).shipment.status is S.OUT_FOR_DELIVERY
    assert [one.status for one in goods.sent(shipment).tracking][1] is S.IN_TRANSIT


def test_a_problem_is_told_and_goods_that_turn_back_stay_one_until_they_are_here(runtime, world, shipment, goods, told):
    report(goods, shipment, runtime, ('A1', S.PROBLEM, 20))
    assert told('shipment_problem')[0] == {world.ben.user_id}
    assert told('shipment_stuck')[0] == {world.olga.user_id, world.wim.user_id}
    report(goods, shipment, runtime, ('A1', S.RETURNED, 30))
    assert goods.sent(shipment).shipment.status is S.PROBLEM
    assert goods.on_hand('LAMP-5') == 0


def test_the_simulated_carrier_holds_some_up():
    since = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    ends = {number: SimulatedCarrier().track([Asked(number, since)], since + dt.timedelta(days=9))[-1].status
            for number in ('A1', 'AX', 'AR')}
    assert ends == {'A1': S.DELIVERED, 'AX': S.PROBLEM, 'AR': S.RETURNED}


def test_a_carrier_that_cannot_be_reached_stops_nothing(runtime, asked, shipment, goods, clock, monkeypatch):
    class Away:
        def track(self, parcels, now):
            raise OSError
    monkeypatch.setitem(GATEWAYS, 'simulated', Away())
    clock.advance(days=2)
    look_after(runtime)
    assert goods.sent(shipment).shipment.status is S.SHIPPED


@pytest.mark.parametrize('link', [
    'http://dhl.example/{number}', 'https://dhl.example/', 'javascript:alert({number})', 'https://{number}.example/',
    'https://user@dhl.example/{number}', 'https://dhl.example/{number}/{other}', 'https://dhl.example/{number}/{number}',
    'https://dhl.example/"{number}', 'https://[/{number}', '//dhl.example/{number}'])
def test_links_lead_over_https_to_a_page_of_the_parcel(runtime, world, carried, link):
    with pytest.raises(Invalid) as refused:
        runtime.run(world.olga, CarrierService.create, CarrierInput(code='own', name='Own', link=link))
    assert refused.value.field == 'link'


def test_carriers_are_kept_by_the_owner(runtime, world, carried, goods, number, refused):
    runtime.run(world.olga, CarrierService.create, CarrierInput(code='bike', name='Bike'))
    assert [code for code, _name in runtime.run(world.wim, CarrierService.in_use)] == [
        'bike', 'dhl', 'ups', 'fedex', 'dpd', 'gls', 'postnl', 'van']
    with pytest.raises(Invalid):
        runtime.run(world.olga, CarrierService.create, CarrierInput(code='bike', name='Bike'))
    with pytest.raises(Forbidden):
        runtime.run(world.wim, CarrierService.create, CarrierInput(code='x', name='X'))
    runtime.run(world.olga, CarrierService.activate, 'dhl', active=False)
    refused(Invalid, lambda: goods.ship(number, ('LAMP-5', 1), carrier='dhl'))
