"""The order confirmation over HTTP: a PDF for readers of the order, and nothing for anybody else."""

from __future__ import annotations

import secrets

import pytest

from services.auth.throttle import Rate
from services.carts.service import CartService
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.press import pressing
from tests.web.conftest import Site


@pytest.fixture(scope='module')
def number(site: Site) -> str:
    """An order of Ben's."""
    site.runtime.run(site.world.ben, CartService.add, 'GLOVE-9', 2)
    return site.runtime.run(site.world.ben, CheckoutService.place, CheckoutInput(), key=secrets.token_urlsafe(24))


@pytest.mark.parametrize('who', ['ben', 'mara', 'vera', 'sam'])
def test_readers_get_the_pdf(site: Site, number: str, who: str) -> None:
    with site.browser(who) as browser:
        answer = browser.get(f'/download/orders/{number}.pdf')
    assert (answer.status_code, answer.headers['content-type']) == (200, 'application/pdf')
    assert f'filename="{number}.pdf"' in answer.headers['content-disposition']
    assert answer.content.startswith(b'%PDF-')


def test_others_find_nothing(site: Site, number: str) -> None:
    with site.browser('luc') as browser:
        foreign, absent = (browser.get(f'/download/orders/{name}.pdf') for name in (number, 'SO-1999-000001'))
    assert (foreign.status_code, absent.status_code) == (404, 404)
    with site.browser() as browser:
        assert browser.get(f'/download/orders/{number}.pdf').status_code in (302, 303, 307, 401)


def test_too_many_papers_are_refused_in_a_sentence(site: Site, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressing, 'PAPERS', Rate(1, 3600))
    with site.browser('vera') as browser:
        answers = [browser.get(f'/download/orders/{number}.pdf') for _turn in range(3)]
    assert answers[-1].status_code == 429 and 'many papers' in answers[-1].text
