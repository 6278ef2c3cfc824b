"""Refunds, charge-backs and what the office does with money; never more than there is, and always in the books."""

from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal

import pytest
from sqlmodel import select

from models.invoices import InvoiceKind, InvoiceStatus
from models.ledger import Account
from models.payments import Allocation, PaymentStatus, Refund, RefundState
from models.users import Role
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.gateways.payment import GatewayAway, GatewayRefused
from services.payments import methods
from services.payments.inputs import InvoiceShare, RecordInput, RefundInput, UseInput
from services.payments.recording import RecordService
from services.payments.refunding import RefundService, send_waiting
from services.settings import SettingService
from tests.world import add_person

D = Decimal
DAY = dt.date(2026, 3, 2)


@pytest.fixture
def nils(runtime):
    """A second person of the office who keeps the books."""
    with runtime.work(SYSTEM, writes=True) as work:
        return add_person(work.session, work.now, 'nils', Role.OFFICE_FINANCE)


def ask(till, who, number, amount, **given):
    return till.runtime.run(who, RefundService.ask, RefundInput(amount=D(amount), reason='Sent back'), number=number,
                            key=given.pop('key', '') or secrets.token_urlsafe(24), **given)


def refund(till, number):
    with till.runtime.database.reading() as session:
        return session.exec(select(Refund).where(Refund.number == number)).one()


def sent(till, paid):
    return {key: D(value) for key, value in till.gateway.row(paid.gateway_reference)['refunds'].items()}


def record(till, amount, *shares, who=None, key='', **given):
    chosen = RecordInput(account='C-10001', amount=D(amount), received_on=given.pop('on', DAY), shares=tuple(
        InvoiceShare(number=number, amount=D(part)) for number, part in shares), **given)
    number = till.runtime.run(who or till.world.olga, RecordService.record, chosen,
                              key=key or secrets.token_urlsafe(24))
    return till.payment(number)


@pytest.fixture
def spare(till):
    """A payment through the gateway of which 50.00 is free."""
    row = till.billed('100')
    return till.paid((row.number, '119.00'), extra=D(50))


def test_staff_refund_free_money_to_where_it_came_from(till, spare, world):
    number = ask(till, world.olga, spare.number, '30')
    assert number == 'RF-2026-000001'
    assert (refund(till, number).state, till.payment(spare.number).free) == (RefundState.SENT, D(20))
    send_waiting(till.runtime)
    send_waiting(till.runtime)  # the gateway is not asked for what is done
    found = till.payment(spare.number)
    assert (refund(till, number).state, found.status, found.refunded) == (
        RefundState.DONE, PaymentStatus.PARTLY_REFUNDED, D(30))
    assert sent(till, spare) == {number: D(30)}
    assert till.books('refund') == {Account.RECEIVABLE: D(30), Account.MONEY: D(-30)}


def test_the_same_key_asks_once(till, spare, world):
    key = secrets.token_urlsafe(24)
    assert ask(till, world.olga, spare.number, '30', key=key) == ask(till, world.olga, spare.number, '30', key=key)
    assert till.payment(spare.number).refunded == D(30)


def test_never_more_than_is_free(till, spare, world, refused):
    refused(Invalid, lambda: ask(till, world.olga, spare.number, '50.01'))
    ask(till, world.fin, spare.number, '30')
    refused(Invalid, lambda: ask(till, world.olga, spare.number, '20.01'))


def test_a_customer_asks_and_the_office_agrees(till, spare, world, refused):
    number = ask(till, world.fin, spare.number, '50')
    assert (refund(till, number).state, till.payment(spare.number).refunded) == (RefundState.ASKED, 0)
    refused(Forbidden, lambda: till.runtime.run(world.fin, RefundService.agree, number))
    assert till.runtime.run(world.olga, RefundService.agree, number) is RefundState.SENT
    refused(Conflict, lambda: till.runtime.run(world.olga, RefundService.agree, number))


def test_above_the_limit_two_of_the_staff_must_agree(till, spare, world, nils, refused):
    till.runtime.run(SYSTEM, SettingService.put, 'payments.second_above', 40)
    own = ask(till, world.olga, spare.number, '41')
    assert refund(till, own).state is RefundState.ASKED
    refused(Forbidden, lambda: till.runtime.run(world.olga, RefundService.agree, own))
    till.runtime.run(nils, RefundService.refuse, own, 'Not now')
    theirs = ask(till, world.fin, spare.number, '41')
    assert till.runtime.run(world.olga, RefundService.agree, theirs) is RefundState.ASKED
    refused(Forbidden, lambda: till.runtime.run(world.olga, RefundService.agree, theirs))
    assert till.runtime.run(nils, RefundService.agree, theirs) is RefundState.SENT
    assert refund(till, theirs).agreed_by_name == 'Olga, Nils'


def test_money_used_meanwhile_is_not_sent(till, spare, world, refused):
    number = ask(till, world.fin, spare.number, '50')
    row = till.billed('10')
    till.runtime.run(world.olga, RecordService.use, UseInput(number=row.number, amount=D('11.90')), number=spare.number)
    refused(Conflict, lambda: till.runtime.run(world.olga, RefundService.agree, number))


class Answering:
    """The test gateway, but its answer to refunds is lost or a refusal."""

    name = 'test'

    def __init__(self, gateway, error):
        self.gateway, self.error = gateway, error

    def refund(self, *given):
        if isinstance(self.error, GatewayAway):
            self.gateway.refund(*given)
        raise self.error


def test_a_lost_answer_to_a_refund_sends_it_once(till, spare, world, monkeypatch):
    number = ask(till, world.olga, spare.number, '30')
    with monkeypatch.context() as patch:
        patch.setitem(methods.GATEWAYS, 'test', lambda _runtime: Answering(till.gateway, GatewayAway('timeout')))
        send_waiting(till.runtime)
    assert refund(till, number).state is RefundState.SENT
    send_waiting(till.runtime)
    assert refund(till, number).state is RefundState.DONE
    assert sent(till, spare) == {number: D(30)}


def test_a_refund_the_gateway_refuses_is_taken_out_of_the_books(till, spare, world, monkeypatch):
    number = ask(till, world.olga, spare.number, '30')
    with monkeypatch.context() as patch:
        patch.setitem(methods.GATEWAYS, 'test', lambda _runtime: Answering(till.gateway, GatewayRefused('Card closed')))
        send_waiting(till.runtime)
    found = till.payment(spare.number)
    assert (refund(till, number).state, refund(till, number).failure) == (RefundState.FAILED, 'Card closed')
    assert (found.status, found.free) == (PaymentStatus.RECEIVED, D(50))
    assert till.books('refund') == {Account.RECEIVABLE: 0, Account.MONEY: 0}


def test_by_bank_transfer_somebody_notes_that_it_is_made(till, spare, world):
    number = ask(till, world.olga, spare.number, '30', by_hand=True)
    send_waiting(till.runtime)
    assert refund(till, number).state is RefundState.SENT
    till.runtime.run(world.olga, RefundService.done, number, 'TRF 88')
    assert (refund(till, number).state, refund(till, number).gateway_reference) == (RefundState.DONE, 'TRF 88')


def test_a_transfer_that_came_back_is_credit_again(till, spare, world):
    number = ask(till, world.olga, spare.number, '30', by_hand=True)
    till.runtime.run(world.olga, RefundService.fail, number, 'Account closed')
    assert till.payment(spare.number).free == D(50)


@pytest.mark.parametrize('who', ['ben', 'vera', 'sam', 'wim'])
def test_refunds_need_the_right(till, spare, world, refused, who):
    refused(Forbidden, lambda: ask(till, getattr(world, who), spare.number, '1'))


def test_another_companys_payment_is_not_there(till, spare, world, refused):
    refused(NotFound, lambda: ask(till, world.luc, spare.number, '1'))


def test_a_charge_back_opens_the_invoices_and_keeps_the_reminder_level(till):
    row = till.billed('100')
    till.alter(row, discount_percent=D(3), discount_until=DAY, reminder_level=2)
    paid = till.paid((row.number, '115.43'), extra=D('4.57'))
    assert till.hear('charged_back', paid.gateway_reference).value == 'done'
    found, again = till.payment(paid.number), till.invoice(row)
    assert (found.status, found.allocated, found.free) == (PaymentStatus.CHARGED_BACK, 0, 0)
    assert (again.status, again.open, again.reminder_level) == (InvoiceStatus.ISSUED, D('119.00'), 2)
    assert till.hear('charged_back', paid.gateway_reference).value == 'known'
    assert till.books('charge_back')[Account.MONEY] == D('-120.00')


def test_what_is_on_its_way_back_is_not_charged_back_too(till, spare, world, refused):
    ask(till, world.olga, spare.number, '30')
    refused(Conflict, lambda: till.runtime.run(world.olga, RecordService.charge_back, spare.number, 'Bank'))


def test_recorded_money_settles_what_is_said_and_the_rest_is_credit(till, world):
    first, second = till.billed('100'), till.billed('200')
    found = record(till, '300', (first.number, '119.00'), (second.number, '100.00'), reference='STMT 7')
    assert (found.status, found.allocated, found.free, found.reference) == (
        PaymentStatus.RECEIVED, D(219), D(81), 'STMT 7')
    assert (till.invoice(first).status, till.invoice(second).open) == (InvoiceStatus.PAID, D(138))
    assert found.created_by_name == 'Olga'


def test_recorded_once_for_a_key(till):
    key = secrets.token_urlsafe(24)
    assert record(till, '10', key=key).number == record(till, '10', key=key).number


@pytest.mark.parametrize('given', [{'on': dt.date(2026, 3, 3)}, {'on': dt.date(26, 3, 2)}, {'method': 'card'}])
def test_it_refuses_what_cannot_be_recorded(till, refused, given):
    refused(Invalid, lambda: record(till, '10', **given))


def test_shares_never_exceed_the_amount_nor_what_is_open(till, refused):
    row = till.billed('100')
    refused(Invalid, lambda: record(till, '10', (row.number, '10.01')))
    refused(Invalid, lambda: record(till, '200', (row.number, '119.01')))
    refused(Invalid, lambda: record(till, '10', (row.number, '1.001')))
    record(till, '119', (row.number, '119.00'))
    refused(Conflict, lambda: record(till, '10', (row.number, '10')))
    note = till.billed('10', kind=InvoiceKind.CREDIT_NOTE)
    refused(Conflict, lambda: record(till, '10', (note.number, '10')))


def test_free_money_is_used_in_whole_cents(till, world, refused):
    found, row = record(till, '50'), till.billed('100')
    refused(Invalid, lambda: till.runtime.run(
        world.olga, RecordService.use, UseInput(number=row.number, amount=D('10.005')), number=found.number))


@pytest.mark.parametrize('who', ['fin', 'sam', 'wim'])
def test_only_those_who_keep_the_books_record(till, world, refused, who):
    refused(Forbidden, lambda: record(till, '10', who=getattr(world, who)))


def test_another_companys_invoice_is_not_settled(till, world, refused):
    theirs = till.billed('100', customer=world.atelier)
    refused(NotFound, lambda: record(till, '10', (theirs.number, '10')))


def test_the_proposal_for_recorded_money(till, world):
    old, new = till.billed('100', due_in=-5), till.billed('50')
    till.alter(new, discount_percent=D(2), discount_until=DAY)
    shares = till.runtime.run(world.olga, RecordService.propose, RecordInput(
        account='C-10001', amount=D(100), received_on=DAY))
    assert [(share.number, share.money, share.discount, share.left) for share in shares] == [
        (new.number, D('58.31'), D('1.19'), 0), (old.number, D('41.69'), 0, D('77.31'))]


def test_use_and_take_back(till, world):
    row = till.billed('100')
    till.alter(row, discount_percent=D(3), discount_until=DAY)
    found = record(till, '120')
    till.runtime.run(world.olga, RecordService.use, UseInput(number=row.number, amount=D('115.43')),
                     number=found.number)
    assert till.invoice(row).status is InvoiceStatus.PAID
    with till.runtime.database.reading() as session:
        allocation = session.exec(select(Allocation).where(Allocation.payment_id == found.id)).one()
    till.runtime.run(world.olga, RecordService.take_back, allocation.id, 'Meant for another')
    assert (till.invoice(row).open, till.payment(found.number).free) == (D('119.00'), D(120))
    with pytest.raises(Conflict):
        till.runtime.run(world.olga, RecordService.take_back, allocation.id, 'Again')


def test_a_rest_of_cents_is_let_go_by_the_sellers_rule(till):
    till.runtime.run(SYSTEM, SettingService.put, 'payments.write_off', '0.02')
    first, second = till.billed('100'), till.billed('100')
    record(till, '118.98', (first.number, '118.98'))
    record(till, '118.97', (second.number, '118.97'))
    assert (till.invoice(first).status, till.invoice(second).open) == (InvoiceStatus.PAID, D('0.03'))
    assert till.books('write_off') == {Account.WRITE_OFF: D('0.02'), Account.RECEIVABLE: D('-0.02')}


def test_a_lost_claim_is_written_off(till, world):
    row = till.billed('100')
    till.runtime.run(world.olga, RecordService.write_off, row.number, 'Insolvent')
    found = till.invoice(row)
    assert (found.status, found.open) == (InvoiceStatus.WRITTEN_OFF, 0)
