"""Modules switched off for all or for one customer: gone for his people by every way, recorded, and only there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlmodel import col, select

from models.audit import Event
from models.invoices import InvoiceKind
from models.reminders import MailWay, NewsWish
from models.settings import Setting
from models.users import Role
from services.auth.signing_in import AuthService
from services.core.actor import SYSTEM, Actor
from services.core.errors import DomainError, Forbidden, NotFound
from services.core.listing import ListQuery
from services.core.permissions import READING, RESTS_ON, ROLES, Permission, right_behind, with_what_rests
from services.core.runtime import Runtime
from services.dashboards.reports import ReportService
from services.exports import ExportService
from services.informing import inform
from services.invoices.paper import InvoicePaperService
from services.invoices.reading import InvoiceService
from services.invoices.statement import StatementService
from services.notifications import NotificationService
from services.orders.figures import FigureService
from services.orders.reading import OrderService
from services.presence import PresenceService
from services.roles import givable
from services.search.everything import SearchService
from services.shipments.paper import ShipmentPaperService
from services.switches import KEY, SWITCHABLE, SwitchService
from tests.services.people import HERE, actions, enter, key, mails
from tests.world import World
from ui.kernel.module import Module
from ui.modules import modules

P = Permission
OFF: Mapping[Permission, bool] = {P.INVOICES_READ: False}
EVERY = [module for module in modules() if module.switched_by is not None]


def as_now(runtime: Runtime, person: Actor) -> Actor:
    """A person as his session finds him at this moment."""
    return runtime.run(key(enter(runtime, person)), PresenceService.me)


def answer(runtime: Runtime, person: Actor, act: object, *args: object, **more: object) -> type[DomainError] | None:
    """How an act is refused to a person, None when it is not."""
    try:
        runtime.run(person, act, *args, **more)  # type: ignore[arg-type]
    except DomainError as error:
        return type(error)
    return None


def test_each_module_of_the_portal_has_a_right_of_its_own_to_be_switched_by() -> None:
    rights = [module.switched_by for module in EVERY]
    assert len(set(rights)) == len(rights) and set(rights) <= SWITCHABLE
    assert {'shop', 'orders', 'shipments', 'invoices', 'statement'} <= {module.name for module in EVERY}
    assert not {'dashboard', 'account', 'notifications'} & {module.name for module in EVERY}
    for module in EVERY:
        for route in module.routes:
            gone = with_what_rests([module.switched_by]) if module.switched_by else frozenset()
            assert {module.needs, route.needs} & gone, f'{route.pattern} stays when its module goes'
            assert right_behind(route.pattern) in gone, f'links in mails to {route.pattern} stay when its module goes'


def test_no_office_right_goes_with_a_switch() -> None:
    assert not set(RESTS_ON) - SWITCHABLE and P.SIGNED_IN not in SWITCHABLE


@pytest.mark.parametrize('module', EVERY, ids=lambda module: module.name)
def test_what_is_off_for_all_is_gone_for_everybody_but_the_office(runtime: Runtime, world: World,
                                                                  module: Module) -> None:
    right = module.switched_by
    assert right
    runtime.run(world.olga, SwitchService.turn, {right: False})
    for person in (world.mara, world.luc):
        actor = as_now(runtime, person)
        assert actor.off == with_what_rests([right]) and not actor.off & actor.permissions
        assert actor.permissions | actor.off >= ROLES[Role.ADMIN]
        assert runtime.run(actor, FigureService.customer).currency == 'EUR'
        runtime.run(actor, ReportService.kinds)
    assert as_now(runtime, world.olga).permissions == ROLES[Role.OWNER]
    runtime.run(world.olga, SwitchService.turn, {right: True})
    assert as_now(runtime, world.mara).permissions == ROLES[Role.ADMIN]


def test_services_downloads_exports_and_search_answer_as_if_there_was_nothing(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SwitchService.turn_for, {
        P.INVOICES_READ: False, P.SHIPMENTS_READ: False, P.STATEMENTS_READ: False}, account='C-10001')
    mara, ben, luc = (as_now(runtime, person) for person in (world.mara, world.ben, world.luc))
    tries: list[tuple[object, tuple[object, ...], dict[str, object]]] = [
        (InvoiceService.list, (ListQuery(),), {}), (InvoiceService.read, (InvoiceKind.INVOICE, 'X'), {}),
        (InvoicePaperService.read, (InvoiceKind.INVOICE, 'X'), {}), (StatementService.take, (), {}),
        (ShipmentPaperService.delivery_note, ('X',), {}),
        (ExportService.begin, ('invoices', ListQuery()), {'kind': 'csv'}),
        (ReportService.report, ('invoices',), {})]
    for act, args, more in tries:
        assert answer(runtime, mara, act, *args, **more) is NotFound, act
        assert answer(runtime, ben, act, *args, **more) is NotFound, f'{act}: no other answer without the role'
    assert answer(runtime, mara, OrderService.list, ListQuery()) is None
    assert answer(runtime, mara, InvoiceService.credit_notes, ListQuery()) is None
    assert answer(runtime, luc, InvoiceService.list, ListQuery()) is None
    assert 'invoices' not in runtime.run(mara, ReportService.kinds)
    assert runtime.run(mara, SearchService.everything, 'INV-2026') == ()


def test_a_customers_own_switch_comes_before_that_for_all_and_can_be_taken_back(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SwitchService.turn, OFF)
    runtime.run(world.olga, SwitchService.turn_for, {P.INVOICES_READ: True}, account='C-10001')
    assert as_now(runtime, world.mara).may(P.INVOICES_READ) and not as_now(runtime, world.luc).may(P.INVOICES_READ)
    runtime.run(world.olga, SwitchService.turn_for, {P.INVOICES_READ: None}, account='C-10001')
    assert not as_now(runtime, world.mara).may(P.INVOICES_READ)
    assert runtime.run(world.olga, SwitchService.read, 'C-10001').own == {}


def test_turning_leaves_who_and_what_and_tells_open_pages(runtime: Runtime, world: World) -> None:
    heard: set[str] = set()
    runtime.bus.listen(heard.update)
    runtime.run(world.olga, SwitchService.turn, OFF)
    runtime.run(world.olga, SwitchService.turn, OFF)
    runtime.run(world.sam, SwitchService.turn_for, OFF, account='C-10001')
    runtime.run(world.sam, SwitchService.turn_for, OFF, account='C-10001')
    assert actions(runtime) == ['portal.switched', 'portal.switched']
    assert {'switches', f'switches:{world.harbour.id}', 'settings'} <= heard
    with runtime.work(SYSTEM, writes=False) as work:
        first, second = work.session.exec(select(Event).order_by(col(Event.at), col(Event.id)))
    assert (first.actor_name, first.changes) == (world.olga.name, {'invoices.read': [True, False]})
    assert (second.number, second.changes) == ('C-10001', {'invoices.read': [None, False]})


def test_others_turn_nothing(runtime: Runtime, world: World) -> None:
    for person in (world.mara, world.wim, world.sam):
        assert answer(runtime, person, SwitchService.turn, OFF) is Forbidden
    assert answer(runtime, world.mara, SwitchService.turn_for, OFF, account='C-10001') is Forbidden
    assert answer(runtime, world.wim, SwitchService.turn_for, OFF, account='C-10001') is Forbidden
    assert answer(runtime, world.olga, SwitchService.turn_for, OFF, account='C-99999') is NotFound
    for right in (P.SIGNED_IN, P.COMPANY_MANAGE, P.SETTINGS_WRITE):
        assert answer(runtime, world.olga, SwitchService.turn, {right: False}) is NotFound
        assert answer(runtime, world.olga, SwitchService.turn_for, {right: False}, account='C-10001') is NotFound
    assert actions(runtime) == []


def test_who_views_as_the_customer_sees_the_same(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SwitchService.turn_for, OFF, account='C-10001')
    viewing = key(runtime.run(key(enter(runtime, world.sam)), AuthService.view_as, 'C-10001', browser=HERE))
    actor = runtime.run(viewing, PresenceService.me)
    assert actor.off == with_what_rests(OFF) and actor.permissions == ROLES[Role.ADMIN] & READING - actor.off
    assert answer(runtime, actor, InvoiceService.list, ListQuery()) is NotFound


def test_an_admin_still_gives_every_role_while_modules_are_off(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SwitchService.turn, OFF)
    assert givable(as_now(runtime, world.mara)) == givable(world.mara)


def test_news_of_what_is_off_rings_no_bell_and_its_mail_leads_to_the_start(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SwitchService.turn_for, {P.ORDERS_READ: False}, account='C-10001')
    with runtime.work(SYSTEM, writes=True) as work:
        assert world.ben.user_id
        work.session.add(NewsWish(user_id=world.ben.user_id, customer_id=world.harbour.id, event='order_held',
                                  bell=True, mail=MailWay.AT_ONCE))
        inform(work, 'order_held', [world.ben.user_id], path='/orders/SO-1', facts={'number': 'SO-1', 'note': 'x'},
               customer_id=world.harbour.id)
    mail, = mails(runtime)
    assert '/orders/SO-1' not in mail.plain and f'{runtime.config.url}/' in mail.plain
    assert runtime.run(world.ben, NotificationService.latest) == []
    assert as_now(runtime, world.ben).off >= {P.ORDERS_READ, P.ORDERS_PLACE}


def test_a_right_that_is_no_more_switches_nothing(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SwitchService.turn, OFF)
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.merge(Setting(key=KEY, value={'value': 'gone.read invoices.read'}))
    assert as_now(runtime, world.mara).off == with_what_rests(OFF)
    assert runtime.run(world.olga, SwitchService.read).off == {P.INVOICES_READ}
