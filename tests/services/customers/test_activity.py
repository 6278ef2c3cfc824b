"""The audit trail as the office reads it, and the first minutes of a new company."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from models.orders import ShippingMethod
from models.pricing import PriceList, TaxRate
from models.stock import Warehouse
from services.activity import ACTIONS, ActivityService
from services.core.actor import SYSTEM
from services.core.errors import Forbidden
from services.core.listing import ListQuery
from services.customers import CustomerService, PartNumberService
from services.customers.inputs import ReasonInput
from services.setting_up import SettingUpService
from services.settings import SETTINGS, SettingService

SERVICES = Path(__file__).resolve().parents[3] / 'services'
ACTION = re.compile(r'[a-z_]+\.(?!csv|webp|html|txt|xlsx)[a-z_]+')


@pytest.fixture
def lived(runtime, world, account, clock):
    """Two things that happened on two days."""
    runtime.run(world.mara, PartNumberService.add, 'LAMP-5', 'HJ-100')
    clock.advance(days=1)
    runtime.run(world.sam, CustomerService.hold, ReasonInput(reason='Overdue'), account=account)


def actions(runtime, who, **asked):
    return [row['action'] for row in runtime.run(who, ActivityService.list, ListQuery(**asked)).rows]


@pytest.mark.usefixtures('lived')
def test_it_lists_newest_first_with_who_and_whom(runtime, world):
    page = runtime.run(world.sam, ActivityService.list, ListQuery())
    assert [(row['action'], row['actor_name'], row['number']) for row in page.rows] == [
        ('customer.held', 'Sam', 'C-10001'), ('part_number.added', 'Mara', 'HJ-100')]
    assert {row['customer'] for row in page.rows} == {'Harbour Joinery'}
    assert page.rows[0]['changes'] == {'status': ['active', 'on_hold']}


@pytest.mark.usefixtures('lived')
@pytest.mark.parametrize(('asked', 'found'), [
    ({'search': 'overdue'}, ['customer.held']), ({'filters': {'actor_name': 'mar'}}, ['part_number.added']),
    ({'filters': {'action': ['customer.held']}}, ['customer.held']), ({'filters': {'customer': 'atelier'}}, []),
    ({'filters': {'account': 'C-10001'}, 'sort': 'at'}, ['part_number.added', 'customer.held']),
    ({'filters': {'source': ['office']}}, []), ({'filters': {'at': {'from': '2026-03-03'}}}, ['customer.held'])])
def test_it_is_filtered(runtime, world, asked, found):
    assert actions(runtime, world.sam, **asked) == found


def test_it_is_for_those_who_may(runtime, world):
    for who in (world.mara, world.wim):
        with pytest.raises(Forbidden):
            actions(runtime, who)


def recorded():
    """Every action that a service names: dotted texts given to a call, about a thing that is in the trail."""
    things = {action.split('.')[0] for action in ACTIONS}
    for path in SERVICES.rglob('*.py'):
        for node in ast.walk(ast.parse(path.read_text())):
            for argument in node.args if isinstance(node, ast.Call) else ():
                yield from (part.value for part in ast.walk(argument) if isinstance(part, ast.Constant)
                            and ACTION.fullmatch(str(part.value)) and part.value.split('.')[0] in things)


def test_every_recorded_action_has_words():
    found = set(recorded()) - SETTINGS.keys()
    assert len(found) > 40
    assert sorted(found - ACTIONS.keys()) == []


def test_a_new_company_can_begin_to_sell(runtime, look):
    runtime.run(SYSTEM, SettingUpService.begin, 'Acme')
    assert runtime.run(SYSTEM, SettingService.get, 'seller.name') == 'Acme'
    assert [len(look(kind)) for kind in (Warehouse, ShippingMethod, PriceList)] == [1, 1, 1]
    assert {rate.country for rate in look(TaxRate)} >= {'NL', 'DE', 'FR', 'PL'}
