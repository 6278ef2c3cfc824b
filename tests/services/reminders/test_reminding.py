"""Reminding: one mail a customer and day with all that is due, to the right person, and not when it should rest."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlmodel import select

from models.customers import Customer, CustomerStatus
from models.invoices import Invoice
from models.payments import Payment, PaymentStatus
from models.users import Membership, Role
from services.core.actor import SYSTEM
from services.core.runtime import Runtime
from services.notifications import NotificationService
from services.reminders.sending import ReminderSendingService, run_reminders
from tests.conftest import Clock
from tests.services.people import actions, mails
from tests.services.reminders.conftest import at_home, change, due, posted, sent
from tests.world import World

TODAY = dt.date(2026, 3, 2)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def test_one_mail_has_all_that_is_due_each_at_its_own_level(runtime: Runtime, world: World) -> None:
    at_home(runtime, world)
    due(runtime, world.harbour, ago(-2), number='IN-1')
    due(runtime, world.harbour, ago(0), number='IN-2')
    old = due(runtime, world.harbour, ago(40), number='IN-3')
    due(runtime, world.harbour, ago(-9), number='IN-4')
    assert run_reminders(runtime) == 3 and run_reminders(runtime) == 0
    assert sent(runtime) == [('IN-1', 'soon', 0, TODAY), ('IN-2', 'due', 0, TODAY), ('IN-3', 'overdue', 1, TODAY)]
    mail, = [mail for mail in mails(runtime) if mail.message == 'reminder']
    assert mail.recipient == 'fin@harbour.test' and mail.document_kind == ''
    assert mail.subject == 'Payment reminder of My company: €357.00' and mail.unsubscribe == ''
    for piece in ('IN-1', 'IN-2', 'IN-3', 'due on 4 Mar 2026', 'is due: 2 Mar 2026', 'reminder 1', '€119.00',
                  '/reply/promise.', '/reply/paid.', '/pay?invoices=IN-3', '/invoices/IN-3?act=dispute',
                  '/download/invoices/IN-3.pdf'):
        assert piece in mail.plain and piece in mail.html, piece
    assert 'IN-4' not in mail.plain
    assert [news.text for news in runtime.run(world.fin, NotificationService.latest)] == [
        'Payment reminder: 3 invoices, €357.00 open']
    with runtime.work(SYSTEM, writes=False) as work:
        found = work.session.get_one(Invoice, old.id)
    assert (found.reminder_level, found.reminded_on) == (1, TODAY)
    assert actions(runtime).count('customer.reminded') == 1


def test_a_single_invoice_goes_with_the_mail(runtime: Runtime, world: World) -> None:
    at_home(runtime, world)
    only = due(runtime, world.harbour, ago(0), number='IN-1')
    run_reminders(runtime)
    mail, = [mail for mail in mails(runtime) if mail.message == 'reminder']
    assert (mail.document_kind, mail.document_id) == ('invoice', only.id)
    assert mail.subject == 'Invoices of My company: €119.00'


def test_a_reminder_goes_to_the_address_for_invoices_else_finance_else_admins(runtime: Runtime, world: World,
                                                                             clock: Clock) -> None:
    at_home(runtime, world, gap_days=1)
    due(runtime, world.harbour, ago(60), number='IN-1')
    change(runtime, world.harbour, invoice_email='bills@harbour.test', language='de')
    run_reminders(runtime)
    change(runtime, world.harbour, invoice_email='')
    clock.advance(days=1)
    run_reminders(runtime)
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.exec(select(Membership).where(Membership.user_id == world.fin.user_id)).one().active = False
    clock.advance(days=1)
    run_reminders(runtime)
    assert [to for to, _subject in posted(runtime)] == ['bills@harbour.test', 'fin@harbour.test', 'mara@harbour.test']


def test_a_reminder_nobody_can_get_is_told_to_the_office(runtime: Runtime, world: World) -> None:
    at_home(runtime, world)
    due(runtime, world.atelier, ago(10), number='IN-1')
    with runtime.work(SYSTEM, writes=True) as work:
        member = work.session.exec(select(Membership).where(Membership.user_id == world.luc.user_id)).one()
        member.role = Role.BUYER
    assert run_reminders(runtime) == 1 and posted(runtime) == []
    assert runtime.run(world.olga, NotificationService.latest)[0].message == 'reminder_unsent'


def _pending(runtime: Runtime, invoice: Invoice, status: PaymentStatus) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        work.session.add(Payment(number='PA-1', status=status, method='test', customer_id=invoice.customer_id,
                                 amount=Decimal(10), created_at=work.now,
                                 wishes=[{'invoice': str(invoice.id), 'amount': '10'}]))


@pytest.mark.parametrize('why', ['history', 'disputed', 'paused', 'small', 'paid', 'no reminders', 'payment',
                                 'switched off', 'weekend', 'holiday'])
def test_it_rests(runtime: Runtime, world: World, clock: Clock, why: str) -> None:
    at_home(runtime, world, on=why != 'switched off', working_days=why in ('weekend', 'holiday'))
    invoice = due(runtime, world.harbour, ago(10), number='IN-1', net='3' if why == 'small' else '100')
    rests = {'history': {'source': 'import'}, 'disputed': {'disputed': Decimal('115')},
             'paused': {'paused_until': TODAY}, 'paid': {'settled': invoice.gross}}
    change(runtime, invoice, **rests.get(why, {}))
    if why == 'no reminders':
        change(runtime, world.harbour, reminders=False)
    if why == 'payment':
        _pending(runtime, invoice, PaymentStatus.PENDING)
    if why == 'weekend':
        clock.now = dt.datetime(2026, 3, 7, 9, tzinfo=dt.UTC)
    if why == 'holiday':
        clock.now = dt.datetime(2026, 4, 3, 9, tzinfo=dt.UTC)
    assert run_reminders(runtime) == 0 and sent(runtime) == [] and posted(runtime) == []
    assert 'customer.reminded' not in actions(runtime)


def test_it_goes_on_when_the_pause_is_over_or_the_payment_failed(runtime: Runtime, world: World, clock: Clock) -> None:
    at_home(runtime, world)
    first = due(runtime, world.harbour, ago(10), number='IN-1')
    second = due(runtime, world.atelier, ago(10), number='IN-2')
    change(runtime, first, paused_until=TODAY)
    _pending(runtime, second, PaymentStatus.FAILED)
    assert run_reminders(runtime) == 1
    clock.advance(days=1)
    assert run_reminders(runtime) == 1
    assert [number for number, *_rest in sent(runtime)] == ['IN-2', 'IN-1']


def test_a_changed_due_date_begins_anew(runtime: Runtime, world: World, clock: Clock) -> None:
    at_home(runtime, world)
    invoice = due(runtime, world.harbour, ago(10), number='IN-1')
    run_reminders(runtime)
    change(runtime, invoice, due_on=ago(-4))
    clock.advance(days=1)
    assert run_reminders(runtime) == 1
    assert [(kind, level) for _n, kind, level, _on in sent(runtime)] == [('overdue', 1), ('soon', 0)]


def test_a_level_puts_the_customer_on_hold_once(runtime: Runtime, world: World) -> None:
    at_home(runtime, world, hold_level=1)
    due(runtime, world.harbour, ago(10), number='IN-1')
    due(runtime, world.atelier, ago(0), number='IN-2')
    run_reminders(runtime)
    with runtime.work(SYSTEM, writes=False) as work:
        found = {c.account: c.status for c in work.session.exec(select(Customer))}
    assert found == {'C-10001': CustomerStatus.ON_HOLD, 'C-10002': CustomerStatus.ACTIVE}
    assert 'customer.held' in actions(runtime)


def test_a_try_that_fails_leaves_no_trace(runtime: Runtime, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at_home(runtime, world)
    due(runtime, world.harbour, ago(10), number='IN-1')

    def fail(*_given: object) -> None:
        raise RuntimeError
    monkeypatch.setattr(ReminderSendingService, '_hold', fail)
    with pytest.raises(RuntimeError):
        run_reminders(runtime)
    assert sent(runtime) == [] and posted(runtime) == []
    monkeypatch.undo()
    assert run_reminders(runtime) == 1
