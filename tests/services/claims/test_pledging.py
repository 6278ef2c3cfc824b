"""Promises and word that it was paid: limits, what rests, links in mails, and what becomes of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from models.claims import Pledge, PledgeKind, PledgeState
from models.invoices import Invoice
from models.notifications import Notification
from models.payments import AllocationKind
from services.claims.disputing import DisputeService
from services.claims.inputs import DisputeInput, PledgeInput
from services.claims.links import LinkService, links_for
from services.claims.pledging import PledgeService, judge_due
from services.core.actor import SYSTEM, VISITOR
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.payments.allocating import allocate

TODAY = dt.date(2026, 3, 2)
NUMBER = 'IN-2026-000001'


def promise(runtime, who, days=3, act=PledgeService.promise, number=NUMBER):
    runtime.run(who, act, PledgeInput(on=TODAY + dt.timedelta(days=days), note='By transfer'), number=number)


def pay(runtime, invoice):
    with runtime.work(SYSTEM, writes=True) as work:
        found = work.one(Invoice, Invoice.id == invoice.id)
        allocate(work, found, found.open, kind=AllocationKind.WRITE_OFF)


def test_a_promise_rests_the_reminders_until_two_days_after(runtime, world, again, invoice, look):
    promise(runtime, world.fin)
    assert (again().paused_until, again().pause_reason) == (TODAY + dt.timedelta(days=5), 'promise')
    found, = runtime.run(world.mara, PledgeService.of, NUMBER)
    assert (found.kind, found.state, found.on, found.note, found.made_by_name) == (
        PledgeKind.PROMISE, PledgeState.OPEN, TODAY + dt.timedelta(days=3), 'By transfer', 'Fin')
    assert {note.user_id for note in look(Notification)} == {world.olga.user_id}
    assert look(Notification)[0].message == 'promise_made'
    with pytest.raises(Conflict):
        promise(runtime, world.fin)


def test_paid_already_rests_them_for_five_days(runtime, world, again, invoice, look):
    promise(runtime, world.fin, -4, PledgeService.paid_already)
    assert (again().paused_until, again().pause_reason) == (TODAY + dt.timedelta(days=5), 'paid_already')
    assert look(Notification)[0].message == 'paid_said'


@pytest.mark.parametrize('case', [
    ('ben', 3, PledgeService.promise, NUMBER, Forbidden), ('olga', 3, PledgeService.promise, NUMBER, Forbidden),
    ('luc', 3, PledgeService.promise, NUMBER, NotFound), ('fin', 3, PledgeService.promise, 'IN-0', NotFound),
    ('fin', -1, PledgeService.promise, NUMBER, Invalid), ('fin', 15, PledgeService.promise, NUMBER, Invalid),
    ('fin', 1, PledgeService.paid_already, NUMBER, Invalid), ('fin', -61, PledgeService.paid_already, NUMBER, Invalid)])
def test_what_is_refused_leaves_no_trace(runtime, world, invoice, traces, case):
    who, days, act, number, refusal = case
    before = traces()
    with pytest.raises(refusal):
        promise(runtime, getattr(world, who), days, act, number)
    assert traces() == before


def test_nothing_due_needs_no_promise(runtime, world, invoice, traces):
    runtime.run(world.fin, DisputeService.open, DisputeInput(reason='other', words='All of it'), number=NUMBER)
    before = traces()
    with pytest.raises(Conflict):
        promise(runtime, world.fin)
    assert traces() == before


def test_a_broken_promise_is_told_once_and_two_are_enough(runtime, world, again, invoice, clock, look):
    for day in (0, 6):
        promise(runtime, world.fin, day + 3)
        clock.advance(days=5)
        assert judge_due(runtime) == 0, 'two days after are still in time'
        clock.advance(days=1)
        assert judge_due(runtime) == 1
        assert judge_due(runtime) == 0
    assert [row.state for row in look(Pledge)] == [PledgeState.BROKEN] * 2
    assert (again().paused_until, again().pause_reason) == (None, '')
    assert [note.message for note in look(Notification)] == ['promise_made', 'promise_broken'] * 2
    with pytest.raises(Conflict):
        promise(runtime, world.fin, 15)


def test_a_kept_promise_is_judged_as_soon_as_it_is_paid(runtime, world, again, invoice, look):
    promise(runtime, world.fin)
    pay(runtime, invoice)
    assert judge_due(runtime) == 1
    found, = look(Pledge)
    assert (found.state, again().paused_until) == (PledgeState.KEPT, None)
    assert runtime.run(SYSTEM, PledgeService.judge, found.id) is PledgeState.KEPT
    assert [note.message for note in look(Notification)] == ['promise_made']


def test_a_pause_for_another_reason_stays(runtime, world, again, invoice, clock):
    promise(runtime, world.fin)
    with runtime.work(SYSTEM, writes=True) as work:
        work.change(work.one(Invoice, Invoice.id == invoice.id), pause_reason='manual',
                    paused_until=dt.date(2026, 12, 1))
    clock.advance(days=9)
    judge_due(runtime)
    assert (again().pause_reason, again().paused_until) == ('manual', dt.date(2026, 12, 1))


@pytest.fixture
def link(runtime, invoice):
    """The token of a link of the invoice's reminder."""
    def act(name):
        with runtime.work(SYSTEM, writes=False) as work:
            links = links_for(work, work.one(Invoice, Invoice.id == invoice.id))
        assert set(links) == {'promise', 'paid', 'pay', 'dispute', 'invoice'}
        return urlsplit(links[name]).path.removeprefix('/reply/')
    return act


def test_a_link_says_one_thing_without_signing_in(runtime, again, link, look, invoice):
    token = link('promise')
    said = runtime.run(VISITOR, LinkService.peek, token)
    assert (said.number, said.due, said.first, said.last) == (
        NUMBER, Decimal('119.00'), TODAY, TODAY + dt.timedelta(days=14))
    assert again().version == invoice.version, 'looking changes nothing'
    runtime.run(VISITOR, LinkService.say, token, PledgeInput(on=TODAY))
    found, = look(Pledge)
    assert (found.kind, found.made_by_name) == (PledgeKind.PROMISE, 'Harbour Joinery, by a link in a mail')
    assert again().paused_until == TODAY + dt.timedelta(days=2)
    with pytest.raises(Conflict):
        runtime.run(VISITOR, LinkService.say, link('paid'), PledgeInput(on=TODAY))
    assert len(look(Pledge)) == 1


def test_links_are_for_their_act_and_their_time(runtime, link, clock, traces, invoice):
    token = link('promise')
    act, name, ends, signature = token.split('.')
    before = traces()
    forged = [f'paid.{name}.{ends}.{signature}', f'{act}.{name}.{int(ends) + 1}.{signature}', f'{act}.{name}.{ends}.',
              f'{act}.B{name[1:]}.{ends}.{signature}', 'promise', '', '...', 'é.é.é.é',
              f'{act}.{name}.²³.{signature}', f'{act}.====.{ends}.{signature}']
    for given in forged:
        with pytest.raises(NotFound):
            runtime.run(VISITOR, LinkService.say, given, PledgeInput(on=TODAY))
    clock.advance(days=31)
    with pytest.raises(NotFound):
        runtime.run(VISITOR, LinkService.peek, token)
    assert traces() == before
