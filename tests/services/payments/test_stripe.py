"""Stripe by its official library against localstripe as a real server, and bodies signed as Stripe signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import uuid
from decimal import Decimal

import httpx
import pytest
from sqlmodel import select

from models.invoices import InvoiceStatus
from models.payments import PaymentStatus, Refund, RefundState
from services.core.errors import Invalid, Unavailable
from services.gateways.payment import GatewayAway, GatewayRefused
from services.gateways.stripe_payment import StripeGateway, major, minor
from services.payments import methods
from services.payments.attempts import give_up, go
from services.payments.hearing import Heard, hear
from services.payments.inputs import InvoiceShare, PayInput, RefundInput
from services.payments.methods import gateway_of
from services.payments.quoting import QuoteService
from services.payments.reading import PaymentReading
from services.payments.reconciling import reconcile
from services.payments.recording import RecordService
from services.payments.refunding import RefundService, send_waiting
from services.payments.starting import PaymentService
from tests.demo import ROOT, served
from tests.services.payments.conftest import breaches

D = Decimal
KEY, SECRET = 'sk_test_12345', 'whsec_of_these_tests'
GOOD, DECLINED = '4242424242424242', '4000000000000341'


@pytest.fixture(scope='module')
def stripe_url():
    """localstripe with Checkout, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, '-m', 'tests.stripe_server', str(port)], cwd=ROOT,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f'http://127.0.0.1:{port}'
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            httpx.get(url)
            break
        except httpx.TransportError:
            assert process.poll() is None
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def config(config, stripe_url):
    """Settings with our account at Stripe."""
    return config.model_copy(update={'stripe_secret_key': KEY, 'stripe_webhook_secret': SECRET,
                                     'stripe_api_base': stripe_url})


def card(stripe_url, reference, number=GOOD):
    """A person pays on Stripe's page."""
    return httpx.post(f'{stripe_url}/_config/pay/{reference}', data={'number': number})


def signed(runtime, kind, thing, *, event_id='', secret=SECRET, ago=0):
    """A message as Stripe sends it, `ago` seconds ago: body and headers."""
    body = json.dumps({'id': event_id or f'evt_{secrets.token_hex(8)}', 'object': 'event', 'type': kind,
                       'created': 1, 'data': {'object': thing}}).encode()
    moment = int(runtime.now().timestamp()) - ago
    mac = hmac.new(secret.encode(), b'%d.%s' % (moment, body), hashlib.sha256).hexdigest()
    return body, {'stripe-signature': f't={moment},v1={mac}'}


@pytest.fixture
def begun(till, world):
    """An attempt over three invoices at Stripe's page: the payment, its session there, and the invoices."""
    rows = [till.billed('100'), till.billed('200'), till.billed('10')]
    chosen = PayInput(method='card', invoices=tuple(
        InvoiceShare(number=row.number, amount=row.gross) for row in rows))
    started = till.runtime.run(world.fin, PaymentService.start, chosen, key=secrets.token_urlsafe(24))
    address = go(till.runtime, world.fin, started.number)
    reference = till.payment(started.number).gateway_reference
    assert address.endswith(f'/pay/{reference}')
    return started.number, reference, rows


def session(stripe_url, reference):
    return httpx.get(f'{stripe_url}/v1/checkout/sessions/{reference}',
                     headers={'Authorization': f'Bearer {KEY}'}).json()


def test_three_invoices_with_one_card_payment(till, stripe_url, begun):
    number, reference, rows = begun
    asked = session(stripe_url, reference)
    assert (asked['amount_total'], asked['currency'], asked['metadata']) == (36890, 'eur', {'number': number})
    assert asked['success_url'].endswith(f'/pay/return/{number}')
    assert card(stripe_url, reference).status_code == 200
    told = signed(till.runtime, 'checkout.session.completed', {'id': reference}, event_id='evt_1')
    assert [hear(till.runtime, 'stripe', *told) for _time in range(20)] == [Heard.DONE, *[Heard.KNOWN] * 19]
    found = till.payment(number)
    assert (found.status, found.allocated, found.method) == (PaymentStatus.RECEIVED, D('368.90'), 'card')
    assert [till.invoice(row).status for row in rows] == [InvoiceStatus.PAID] * 3
    assert till.actions('payment.received') == 1


def test_messages_in_another_order_and_an_hour_late(till, clock, stripe_url, begun):
    number, reference, _rows = begun
    card(stripe_url, reference)
    assert hear(till.runtime, 'stripe', *signed(till.runtime, 'payment_intent.succeeded', {'id': 'pi_1'})) \
        is Heard.STORED
    clock.advance(hours=1)
    expired = signed(till.runtime, 'checkout.session.expired', {'id': reference})
    assert hear(till.runtime, 'stripe', *expired) is Heard.DONE  # what counts is how the session stands now
    hear(till.runtime, 'stripe', *signed(till.runtime, 'checkout.session.completed', {'id': reference}))
    assert till.payment(number).status is PaymentStatus.RECEIVED
    assert till.actions('payment.received') == 1


def test_a_declined_card_leaves_all_open(till, clock, world, stripe_url, begun):
    number, reference, rows = begun
    assert card(stripe_url, reference, DECLINED).status_code == 402
    assert give_up(till.runtime, world.fin, number) == 'cancelled'
    assert session(stripe_url, reference)['status'] == 'expired'
    assert till.payment(number).status is PaymentStatus.CANCELLED
    assert [till.invoice(row).open for row in rows] == [row.gross for row in rows]


def test_when_time_is_over_the_page_is_closed_at_stripe(till, clock, stripe_url, begun):
    number, reference, _rows = begun
    clock.advance(minutes=16)
    reconcile(till.runtime)
    assert (session(stripe_url, reference)['status'], till.payment(number).status) == (
        'expired', PaymentStatus.EXPIRED)


def test_a_payment_nobody_told_of_is_found(till, clock, stripe_url, begun):
    number, reference, _rows = begun
    card(stripe_url, reference)
    clock.advance(minutes=1)
    reconcile(till.runtime)
    assert till.payment(number).status is PaymentStatus.RECEIVED


def test_a_lost_answer_finds_the_same_page_again(till, clock, world, stripe_url, monkeypatch):
    row = till.billed('100')
    chosen = PayInput(method='card', invoices=(InvoiceShare(number=row.number, amount=row.gross),))
    started = till.runtime.run(world.fin, PaymentService.start, chosen, key=secrets.token_urlsafe(24))
    real = gateway_of(till.runtime, 'stripe')
    made = []

    class Deaf:
        def begin(self, charge):
            made.append(real.begin(charge).reference)
            raise GatewayAway('timeout')
    with monkeypatch.context() as patch:
        patch.setitem(methods.GATEWAYS, 'stripe', lambda _runtime: Deaf())
        with pytest.raises(Unavailable):
            go(till.runtime, world.fin, started.number)
    assert till.payment(started.number).status is PaymentStatus.UNKNOWN
    card(stripe_url, made[0])
    clock.advance(minutes=1)
    reconcile(till.runtime)
    found = till.payment(started.number)
    assert (found.status, found.gateway_reference) == (PaymentStatus.RECEIVED, made[0])


def refunds(stripe_url):
    """All refunds that Stripe knows, of this test and those before it."""
    return httpx.get(f'{stripe_url}/v1/refunds', headers={'Authorization': f'Bearer {KEY}'}).json()['data']


def test_refunds_reach_stripe(till, world, stripe_url, begun):
    number, reference, _rows = begun
    before = {row['id'] for row in refunds(stripe_url)}
    card(stripe_url, reference)
    hear(till.runtime, 'stripe', *signed(till.runtime, 'checkout.session.completed', {'id': reference}))
    uses = till.runtime.run(world.olga, RecordService.uses, number)
    till.runtime.run(world.olga, RecordService.take_back, uuid.UUID(next(iter(uses))), 'Returned')
    free = till.payment(number).free
    refund = till.runtime.run(world.olga, RefundService.ask, RefundInput(amount=free, reason='Returned'),
                              number=number, key=secrets.token_urlsafe(24))
    send_waiting(till.runtime)
    assert [(row['amount'], row['metadata']) for row in refunds(stripe_url) if row['id'] not in before] == [
        (minor(free, 'EUR'), {'number': refund})]
    with till.runtime.database.reading() as reading:
        assert reading.exec(select(Refund.state).where(Refund.number == refund)).one() is RefundState.DONE


def test_a_charge_back_names_only_the_payment(till, stripe_url, begun):
    number, reference, rows = begun
    card(stripe_url, reference)
    hear(till.runtime, 'stripe', *signed(till.runtime, 'checkout.session.completed', {'id': reference}))
    intent = session(stripe_url, reference)['payment_intent']
    told = signed(till.runtime, 'charge.dispute.funds_withdrawn', {'id': 'dp_1', 'payment_intent': intent})
    assert hear(till.runtime, 'stripe', *told) is Heard.DONE
    assert till.payment(number).status is PaymentStatus.CHARGED_BACK
    assert [till.invoice(row).status for row in rows] == [InvoiceStatus.ISSUED] * 3


@pytest.mark.parametrize('change', ['byte', 'signature', 'none', 'secret', 'old', 'future'])
def test_what_stripe_did_not_sign_just_now_does_nothing(till, stripe_url, begun, change):
    number, reference, _rows = begun
    card(stripe_url, reference)
    given = {'secret': {'secret': 'whsec_of_somebody'}, 'old': {'ago': 301}, 'future': {'ago': -301}}.get(change, {})
    body, headers = signed(till.runtime, 'checkout.session.completed', {'id': reference}, **given)
    if change == 'byte':
        body = body.replace(b'completed', b'Completed')
    if change == 'signature':
        headers = {'stripe-signature': headers['stripe-signature'][:-1] + '0x'}
    with pytest.raises(Invalid):
        hear(till.runtime, 'stripe', body, {} if change == 'none' else headers)
    assert till.payment(number).status is PaymentStatus.PENDING
    assert till.actions('gateway.forged') == 1


@pytest.mark.parametrize('ago', [300, -300])
def test_five_minutes_are_believed(till, stripe_url, begun, ago):
    number, reference, _rows = begun
    card(stripe_url, reference)
    hear(till.runtime, 'stripe', *signed(till.runtime, 'checkout.session.completed', {'id': reference}, ago=ago))
    assert till.payment(number).status is PaymentStatus.RECEIVED


def test_a_session_that_is_not_ours_is_refused_and_kept(till, stripe_url):
    told = signed(till.runtime, 'checkout.session.completed', {'id': 'cs_nobody'})
    assert hear(till.runtime, 'stripe', *told) is Heard.REFUSED


def test_a_key_that_stripe_does_not_know_is_refused(stripe_url):
    with pytest.raises(GatewayRefused):
        StripeGateway('sk_x', SECRET, stripe_url).look('cs_1')


def test_nobody_there_is_away():
    with pytest.raises(GatewayAway):
        StripeGateway(KEY, SECRET, 'http://127.0.0.1:9').look('cs_1')


@pytest.mark.parametrize(('amount', 'currency', 'units'), [
    ('12.30', 'EUR', 1230), ('1230', 'JPY', 1230), ('12.345', 'KWD', 12345), ('500', 'ISK', 50000)])
def test_units_of_stripe(amount, currency, units):
    assert (minor(D(amount), currency), major(units, currency)) == (units, D(amount))


def test_from_the_customers_click_to_stripes_own_message(tmp_path, stripe_url, monkeypatch):
    """Portico and localstripe as two servers: the message that books it is the one localstripe signs and sends."""
    for name, value in (('SECRET_KEY', KEY), ('WEBHOOK_SECRET', SECRET), ('API_BASE', stripe_url)):
        monkeypatch.setitem(os.environ, f'PORTICO_STRIPE_{name}', value)
    with served(tmp_path) as portico:
        portico.runtime.config = portico.config.model_copy(update={
            'stripe_secret_key': KEY, 'stripe_webhook_secret': SECRET})
        httpx.post(f'{stripe_url}/_config/webhooks/portico', data={
            'url': f'{portico.url}/webhooks/stripe', 'secret': SECRET}).raise_for_status()
        finance = portico.actor('finance@harbour.example')
        rows = portico.runtime.run(finance, QuoteService.page).rows[:3]
        chosen = PayInput(method='card', invoices=tuple(
            InvoiceShare(number=row.invoice.number, amount=row.invoice.open) for row in rows))
        started = portico.runtime.run(finance, PaymentService.start, chosen, key=secrets.token_urlsafe(24))
        with httpx.Client(base_url=portico.url, cookies={'portal': portico.session('finance@harbour.example')}) as fin:
            answer = fin.get(started.path)
            assert answer.status_code == 303
            reference = answer.headers['location'].rpartition('/')[2]
            assert card(stripe_url, reference).status_code == 200
            until = time.monotonic() + 20
            while time.monotonic() < until:
                found = portico.runtime.run(finance, PaymentReading.read, started.number).payment
                if found.status is PaymentStatus.RECEIVED:
                    break
                threading.Event().wait(0.2)
            assert (found.status, found.allocated) == (PaymentStatus.RECEIVED, sum(row.invoice.open for row in rows))
            assert fin.get(f'/pay/return/{started.number}').headers['location'] == f'/payments/{started.number}'
        assert breaches(portico.runtime) == []

