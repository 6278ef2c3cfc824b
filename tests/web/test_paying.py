"""Gateways' messages over HTTP: raw, small, signed, believed once; going and coming back only for those who may."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import httpx
import pytest

from models.payments import PaymentStatus
from services.payments.inputs import InvoiceShare, PayInput
from services.payments.methods import test_gateway as gateway_over
from services.payments.quoting import QuoteService
from services.payments.reading import PaymentReading
from services.payments.starting import PaymentService
from tests.demo import ATELIER, COOKIE, Portico, run_of, served

FINANCE = 'finance@harbour.example'


@pytest.fixture(scope='module')
def portico(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Portico]:
    """Portico with the demo company."""
    with served(tmp_path_factory.mktemp('paying'), run=run_of(request.config)) as portico:
        yield portico


@pytest.fixture
def begun(portico: Portico) -> str:
    """The number of a new attempt over one of Harbour's invoices."""
    finance = portico.actor(FINANCE)
    row = next(row for row in portico.runtime.run(finance, QuoteService.page).rows if row.payable > 5)
    chosen = PayInput(method='test', invoices=(InvoiceShare(number=str(row.invoice.number), amount=row.payable),))
    return portico.runtime.run(finance, PaymentService.start, chosen, key=secrets.token_urlsafe(24)).number


def browser(portico: Portico, email: str = '') -> httpx.Client:
    return httpx.Client(base_url=portico.url, cookies={COOKIE: portico.session(email)} if email else {}, timeout=30)


def status(portico: Portico, number: str) -> PaymentStatus:
    return portico.runtime.run(portico.actor(FINANCE), PaymentReading.read, number).payment.status


def test_from_the_button_to_the_receipt_without_a_message(portico: Portico, begun: str) -> None:
    with browser(portico, FINANCE) as finance:
        page = finance.get(f'/pay/go/{begun}').headers['location']
        assert page.startswith(f'{portico.url}/pay/test/ts_')
        assert 'This page only pretends' in finance.get(page).text
        gateway_over(portico.runtime).pay(page.rpartition('/')[2], portico.runtime.now())
        assert status(portico, begun) is PaymentStatus.PENDING
        assert finance.get(f'/pay/return/{begun}').headers['location'] == f'/payments/{begun}'
        assert status(portico, begun) is PaymentStatus.RECEIVED
        assert finance.get(f'/download/payments/{begun}.pdf').content[:5] == b'%PDF-'


def test_a_signed_message_is_taken_without_a_session_or_origin(portico: Portico, begun: str) -> None:
    gateway = gateway_over(portico.runtime)
    with browser(portico, FINANCE) as finance:
        reference = finance.get(f'/pay/go/{begun}').headers['location'].rpartition('/')[2]
    gateway.pay(reference, portico.runtime.now())
    body, headers = gateway.message('paid', reference, portico.runtime.now())
    with browser(portico) as sender:
        assert sender.post('/webhooks/test', content=body + b' ', headers=headers).status_code == 422
        assert status(portico, begun) is PaymentStatus.PENDING
        answers = [sender.post('/webhooks/test', content=body, headers=headers) for _time in range(3)]
        assert [(answer.status_code, answer.json()['heard']) for answer in answers] == [
            (200, 'done'), (200, 'known'), (200, 'known')]
    assert status(portico, begun) is PaymentStatus.RECEIVED


def test_messages_are_small_and_of_gateways_that_are_there(portico: Portico) -> None:
    with browser(portico) as sender:
        assert sender.post('/webhooks/test', content=b'x' * (256 * 1024 + 1)).status_code == 413
        assert sender.post('/webhooks/nobody', content=b'{}').status_code == 404
        assert sender.post('/webhooks/stripe', content=b'{}').status_code == 503  # no keys are set
        assert sender.get('/webhooks/test').status_code in (303, 404)


def test_leaving_gives_up_and_others_find_nothing(portico: Portico, begun: str) -> None:
    with browser(portico, ATELIER) as stranger:
        for path in (f'/pay/go/{begun}', f'/pay/return/{begun}?left=1', f'/download/payments/{begun}.pdf'):
            assert stranger.get(path).status_code == 404
    with browser(portico, FINANCE) as finance:
        page = finance.get(f'/pay/go/{begun}').headers['location']
        left = finance.post(page, data={'act': 'leave'}, headers={'Origin': portico.url}).headers['location']
        assert left == f'/pay/return/{begun}?left=1'
        finance.get(left)
        assert status(portico, begun) is PaymentStatus.CANCELLED
        assert finance.post(page, data={'act': 'pay'}, headers={'Origin': portico.url}).status_code == 409
        assert finance.post(page, data={'act': 'pay'}, headers={'Origin': 'https://evil.example'}).status_code == 403
