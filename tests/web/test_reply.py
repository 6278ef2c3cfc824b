"""Answering a reminder by its link: GET changes nothing, POST says it once, nobody is signed in by it."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from models.claims import Pledge
from models.invoices import Invoice
from services.claims.links import links_for
from services.core.actor import SYSTEM
from tests.bills import bill
from tests.web.conftest import Site


@pytest.fixture(scope='module')
def links(site: Site) -> dict[str, str]:
    """The links of a reminder of an invoice."""
    invoice = bill(site.runtime, site.world.harbour, '100', number='IN-2026-000801')
    with site.runtime.work(SYSTEM, writes=False) as work:
        return links_for(work, work.one(Invoice, Invoice.id == invoice.id))


def pledges(site: Site) -> int:
    with site.runtime.database.reading() as session:
        return len(session.exec(select(Pledge)).all())


def test_looking_changes_nothing_and_the_form_says_it_once(site: Site, links: dict[str, str]) -> None:
    path = '/reply/' + links['promise'].split('/reply/')[1]
    with site.browser() as visitor:
        for _time in range(2):
            page = visitor.get(path)
            assert page.status_code == 200
            assert 'IN-2026-000801' in page.text and '€119.00' in page.text
        assert page.headers['Referrer-Policy'] == 'strict-origin'
        assert pledges(site) == 0
        day = re.search(r'max="(\d{4}-\d\d-\d\d)"', page.text)
        assert day is not None
        assert visitor.post(path, data={'on': 'soon'}).status_code == 422
        assert visitor.post(path, data={'on': '1999-01-01'}).status_code == 422
        assert pledges(site) == 0
        foreign = visitor.post(path, data={'on': day[1]}, headers={'Origin': 'https://evil.example'})
        assert foreign.status_code == 403
        assert pledges(site) == 0
        done = visitor.post(path, data={'on': day[1], 'note': '<b>soon</b>'}, headers={'Origin': site.base})
        assert done.status_code == 200 and 'Thank you' in done.text
        assert pledges(site) == 1
        assert visitor.post(path, data={'on': day[1]}, headers={'Origin': site.base}).status_code == 409
        assert pledges(site) == 1
        assert 'portal' not in visitor.cookies
        assert visitor.get('/invoices/IN-2026-000801').status_code in (303, 404)


def test_a_link_that_is_not_ours_is_over(site: Site, links: dict[str, str]) -> None:
    token = links['paid'].split('/reply/')[1]
    with site.browser() as visitor:
        for given in (token[:-1], token.replace('paid', 'promise'), 'x', 'a.b.c.d'):
            for answer in (visitor.get(f'/reply/{given}'), visitor.post(f'/reply/{given}', data={'on': '2026-01-01'})):
                assert answer.status_code == 410
                assert 'IN-2026-000801' not in answer.text
