"""Ways of delivery and warehouses, and a company's own words about itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.users import Role
from services.core.errors import Conflict, DomainError, Forbidden, Invalid
from services.core.runtime import Runtime
from services.customers.own import CompanyInput, CompanyService
from services.presence import PresenceService
from services.shipping import ShippingInput, ShippingService
from services.stock.warehouses import WarehouseInput, WarehouseService
from services.users import MemberService
from tests.services.people import actions, enter, key, membership
from tests.world import World

EXPRESS = ShippingInput(code='express', names={'en': 'Express'}, price=Decimal(25), countries='de, FR')


def test_a_way_of_delivery_is_added_changed_and_put_out_of_use(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, ShippingService.create, EXPRESS)
    row = next(row for row in runtime.run(world.olga, ShippingService.all) if row.code == 'express')
    assert (row.countries, row.price) == (['DE', 'FR'], Decimal(25))
    changed = EXPRESS.model_copy(update={'price': Decimal(20), 'version': row.version})
    runtime.run(world.olga, ShippingService.save, changed, code='express')
    runtime.run(world.olga, ShippingService.activate, 'express', active=False)
    row = runtime.run(world.olga, ShippingService.all)[-1]
    assert (row.code, row.price, row.active) == ('express', Decimal(20), False)
    assert actions(runtime) == ['shipping_method.added', 'shipping_method.changed', 'shipping_method.changed']


@pytest.mark.parametrize(('change', 'field'), [({'code': 'standard'}, 'code'), ({'countries': 'DE XX'}, 'countries')])
def test_a_wrong_way_of_delivery_leaves_no_trace(runtime: Runtime, world: World, change: dict[str, str],
                                                 field: str) -> None:
    with pytest.raises(Invalid) as refused:
        runtime.run(world.olga, ShippingService.create, EXPRESS.model_copy(update=change))
    assert refused.value.field == field and actions(runtime) == []


def test_the_last_way_of_delivery_stays_and_sales_changes_none(runtime: Runtime, world: World) -> None:
    with pytest.raises(Conflict):
        runtime.run(world.olga, ShippingService.activate, 'standard', active=False)
    with pytest.raises(Forbidden):
        runtime.run(world.sam, ShippingService.create, EXPRESS)
    assert actions(runtime) == []


def test_a_form_that_is_out_of_date_changes_nothing(runtime: Runtime, world: World) -> None:
    late = ShippingInput(code='standard', names={'en': 'Slow'}, version=99)
    with pytest.raises(Conflict):
        runtime.run(world.olga, ShippingService.save, late, code='standard')
    late_too = WarehouseInput(code='MAIN', name='Elsewhere', version=99)
    with pytest.raises(Conflict):
        runtime.run(world.olga, WarehouseService.save, late_too, code='MAIN')
    assert actions(runtime) == []


def test_a_warehouse_with_goods_stays_in_use(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, WarehouseService.create, WarehouseInput(code='NORTH', name='North', position=1))
    with pytest.raises(Conflict):
        runtime.run(world.olga, WarehouseService.activate, 'MAIN', active=False)
    runtime.run(world.olga, WarehouseService.activate, 'NORTH', active=False)
    assert [(row.code, row.active) for row in runtime.run(world.olga, WarehouseService.all)] == [
        ('MAIN', True), ('NORTH', False)]
    with pytest.raises(DomainError):
        runtime.run(world.olga, WarehouseService.create, WarehouseInput(code='NORTH', name='Again'))
    with pytest.raises(Forbidden):
        runtime.run(world.wim, WarehouseService.create, WarehouseInput(code='SOUTH', name='South'))


def test_a_company_sees_itself_and_its_admin_says_how_it_is_reached(runtime: Runtime, world: World) -> None:
    runtime.run(world.mara, CompanyService.save, CompanyInput(phone='+49 40 1', website=''))
    assert runtime.run(world.mara, CompanyService.read).credit_limit == Decimal(10000)
    seen = runtime.run(world.ben, CompanyService.read)
    assert (seen.phone, seen.credit_limit) == ('+49 40 1', None)
    assert actions(runtime) == ['customer.changed']
    with pytest.raises(Forbidden):
        runtime.run(world.ben, CompanyService.save, CompanyInput(phone='1'))


def test_who_is_online_is_seen_and_signed_out_by_an_admin(runtime: Runtime, world: World) -> None:
    ben = key(enter(runtime, world.ben))
    assert [(one.name, one.account) for one in runtime.run(world.sam, PresenceService.online)] == [('Ben', 'C-10001')]
    assert runtime.run(world.mara, MemberService.end_sessions, membership(runtime, world.ben).id) == 1
    with pytest.raises(DomainError):
        runtime.run(ben, PresenceService.me)
    assert runtime.run(world.sam, PresenceService.online) == []
    with pytest.raises(DomainError):
        runtime.run(world.luc, MemberService.end_sessions, membership(runtime, world.ben).id)
    assert membership(runtime, world.ben).role is Role.BUYER
