"""Another company's things: not there, by any door; and nobody orders who may only look (Must hold 4)."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import uuid
import zipfile
from collections.abc import Iterable, Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from models.carts import CartLine
from models.core.types import new_id
from models.customers import Customer
from models.imports import ImportRun
from models.invoices import InvoiceKind
from models.orders import Order
from models.users import Membership
from services.core.actor import SYSTEM
from services.core.errors import DomainError, Forbidden
from services.core.listing import LISTINGS
from services.core.permissions import Permission
from services.files import store
from services.pictures import MEDIA_TYPE
from services.search.everything import SearchService
from tests.bills import bill
from tests.demo import ADMIN, ATELIER, COOKIE, HARBOUR, OWNER, VIEWER, Portico, run_of, served
from tests.discovery import every_act
from tests.places import OTHERS, examples, spots
from tests.web.wire import Wire, page_query
from ui.modules import modules
from ui.web.routes import ROUTERS

STRANGERS = (ATELIER, 'einkauf@krueger.example', 'office@kystbyg.example', 'inkoop@vandijk.example',
             'post@fjord.example', 'compras@marin.example', 'orders@gulf.example')
FOR_ALL, BY_LINK, DOOR, SIGNED_IN, THEIRS, OFFICE = 'for all', 'by link', 'door', 'signed in', 'theirs', 'office'
EXPECTED = {
    'GET /healthz': FOR_ALL, 'GET /readyz': FOR_ALL, 'GET /logo': FOR_ALL, 'POST /csp': FOR_ALL,
    'POST /language': FOR_ALL, 'GET /sign-in': FOR_ALL, 'GET /forgot-password': FOR_ALL,
    'GET /sign-in/code': DOOR, 'POST /sign-in/code': DOOR, 'GET /sign-in/set-up': DOOR, 'POST /sign-in/set-up': DOOR,
    'POST /sign-in': DOOR, 'POST /sign-out': DOOR, 'POST /forgot-password': DOOR,
    'GET /request-access': FOR_ALL, 'POST /request-access': DOOR, 'GET /request-access/{token}': BY_LINK,
    'POST /request-access/{token}': BY_LINK,
    'GET /reset/{token}': BY_LINK, 'POST /reset/{token}': BY_LINK, 'GET /invite/{token}': BY_LINK,
    'POST /invite/{token}': BY_LINK, 'POST /invite/{token}/opened': BY_LINK, 'POST /invite/{token}/join': BY_LINK,
    'POST /invite/{token}/renew': BY_LINK, 'GET /reply/{token}': BY_LINK, 'POST /reply/{token}': BY_LINK,
    'GET /unsubscribe/{token}': BY_LINK, 'POST /unsubscribe/{token}': BY_LINK,
    'GET /change-password': SIGNED_IN, 'POST /change-password': SIGNED_IN, 'GET /sessions': SIGNED_IN,
    'GET /two-step': SIGNED_IN, 'POST /two-step': SIGNED_IN, 'GET /two-step/set-up': SIGNED_IN,
    'POST /two-step/set-up': SIGNED_IN, 'GET /confirm-password': SIGNED_IN, 'POST /confirm-password': SIGNED_IN,
    'POST /profile/picture': SIGNED_IN,
    'POST /switch-company': THEIRS, 'POST /sessions/end': THEIRS, 'GET /download/files/{file_id}': THEIRS,
    'GET /picture/{file_id}': THEIRS, 'GET /download/orders/{number}.pdf': THEIRS,
    'GET /download/list/{name}.{kind}': THEIRS, 'GET /download/shipments/{number}.pdf': THEIRS,
    'GET /download/shipments/{number}/proof': THEIRS, 'GET /download/shipments/{number}/pick.pdf': OFFICE,
    'GET /download/invoices.zip': THEIRS,
    'GET /download/statement.{ending}': SIGNED_IN,
    'GET /download/invoices/{invoice}.pdf': THEIRS, 'GET /download/invoices/{invoice}.xml': THEIRS,
    'GET /download/credit-notes/{credit}.pdf': THEIRS, 'GET /download/credit-notes/{credit}.xml': THEIRS,
    'GET /pay/go/{payment}': THEIRS, 'GET /pay/return/{payment}': THEIRS, 'GET /pay/test/{token}': BY_LINK,
    'POST /pay/test/{token}': BY_LINK, 'POST /webhooks/{name}': BY_LINK, 'GET /download/payments/{payment}.pdf': THEIRS,
    'POST /view-as': OFFICE, 'POST /view-as/end': OFFICE, 'GET /download/import/{run_id}.csv': OFFICE,
    'GET /download/table/{kind}.{ending}': OFFICE, 'GET /download/backups/{name}': OFFICE,
}


TABLES = 'GET /download/table/{kind}.{ending}'


@pytest.fixture(scope='module')
def portico(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Portico]:
    """Portico with the demo company, and a paper and a picture of Harbour in its files."""
    with served(tmp_path_factory.mktemp('isolation'), run=run_of(request.config)) as portico:
        yield portico


@pytest.fixture(scope='module')
def theirs(portico: Portico) -> dict[str, str]:
    """Harbour's things by the names of route parameters and form fields."""
    given = examples(portico)
    with portico.runtime.work(SYSTEM, writes=True) as work:
        harbour = work.session.exec(select(Customer.id).where(Customer.account == HARBOUR)).one()
        member = work.session.exec(select(Membership.id).where(Membership.customer_id == harbour).limit(1)).one()
        paper = store(work, b'%PDF-1.7 theirs', kind='order', name='theirs.pdf', media_type='application/pdf',
                      customer_id=harbour)
        picture = store(work, b'RIFF theirs', kind='picture', name='theirs.webp', media_type=MEDIA_TYPE,
                        customer_id=harbour)
        run = work.session.exec(select(ImportRun.id).limit(1)).one()
    company = portico.customer(HARBOUR)
    bill(portico.runtime, company, '100', number='IN-2099-000001')
    bill(portico.runtime, company, '10', number='CN-2099-000001', kind=InvoiceKind.CREDIT_NOTE)
    return given | {'file_id': str(paper.id), 'picture_id': str(picture.id), 'membership': str(member),
                    'which': portico.session(ADMIN), 'run_id': str(run), 'name': 'orders', 'kind': 'csv',
                    'invoice': 'IN-2099-000001', 'credit': 'CN-2099-000001',
                    'payment': given['/payments/{number}']}


NOWHERE = {'number': 'SO-2099-999999', 'file_id': str(uuid.UUID(int=5)), 'picture_id': str(uuid.UUID(int=5)),
           'membership': str(uuid.UUID(int=5)), 'which': 'A' * 43, 'run_id': str(uuid.UUID(int=5)),
           'account': 'C-99999', 'sku': 'NO-SUCH', 'code': 'no-such', 'key': str(uuid.UUID(int=5)),
           'run': str(uuid.UUID(int=5)), 'category': 'no-such', 'name': 'no-such', 'kind': 'csv', 'token': 'no-such',
           'ending': 'csv', 'entry': str(uuid.UUID(int=5)), 'statement': str(uuid.UUID(int=5)),
           'dispute': str(uuid.UUID(int=5)), 'request': str(uuid.UUID(int=5)),
           'invoice': 'IN-2099-999999', 'credit': 'CN-2099-999999',
           'payment': 'PA-2099-999999'}


def browser_of(portico: Portico, email: str = '') -> httpx.Client:
    """A browser of this person, or of a visitor."""
    cookies = {COOKIE: portico.session(email)} if email else {}
    return httpx.Client(base_url=portico.url, cookies=cookies, timeout=30, headers={'Origin': portico.url})


def routes() -> list[str]:
    """Every plain route, as 'GET /path'."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for router in ROUTERS:
        app.include_router(router)

    def walk(found: Iterable[object]) -> Iterator[str]:
        for route in found:
            inner = getattr(route, 'original_router', None)
            if inner is not None:
                yield from walk(inner.routes)
            else:
                for method in sorted(route.methods - {'HEAD'}):  # type: ignore[attr-defined]
                    yield f'{method} {route.path}'  # type: ignore[attr-defined]
    return list(walk(app.routes))


def same(first: httpx.Response, second: httpx.Response) -> bool:
    """Whether two answers cannot be told apart by what they say."""
    return first.status_code == second.status_code and first.content == second.content


def test_every_route_is_in_the_table() -> None:
    assert sorted(routes()) == sorted(EXPECTED)


@pytest.mark.parametrize('route', sorted(EXPECTED))
def test_visitors_are_sent_to_sign_in(portico: Portico, theirs: dict[str, str], route: str) -> None:
    method, path = route.split(' ')
    with browser_of(portico) as visitor:
        named = {'kind': 'items'} if route == TABLES else {}
        answer = visitor.request(method, path.format(**NOWHERE | theirs | named))
        if EXPECTED[route] in (SIGNED_IN, THEIRS, OFFICE):
            assert answer.status_code == 401 or (
                answer.status_code == 303 and answer.headers['Location'].startswith('/sign-in'))
        elif EXPECTED[route] == BY_LINK:
            assert answer.status_code in (204, 404, 410)
        else:
            assert answer.status_code < 500
        assert b'theirs' not in answer.content


@pytest.mark.parametrize('route', [route for route, what in EXPECTED.items() if what in (THEIRS, OFFICE)])
def test_things_of_others_are_as_if_not_there(portico: Portico, theirs: dict[str, str], route: str) -> None:
    method, path = route.split(' ')
    with browser_of(portico, ATELIER) as stranger:
        for names in ({'kind': 'items'},) if route == TABLES else ({}, {'file_id': theirs['picture_id']}):
            forms = [{key: found[key] for key in ('membership', 'which', 'account')} for found in (theirs, NOWHERE)]
            answers = [stranger.request(method, path.format(**NOWHERE | found | names), data=form if method == 'POST'
                                        else None) for found, form in zip((theirs, NOWHERE), forms, strict=True)]
            if route == 'GET /download/list/{name}.{kind}':
                assert answers[0].status_code == 200 and HARBOUR not in answers[0].text
            else:
                assert same(*answers), [answer.status_code for answer in answers]
                assert answers[0].status_code in (303, 403, 404, 422)
    with browser_of(portico, ADMIN) as owner:
        assert owner.get('/sessions').status_code == 200


def test_own_things_are_there(portico: Portico, theirs: dict[str, str]) -> None:
    with browser_of(portico, ADMIN) as owner:
        assert owner.get(f'/download/files/{theirs["file_id"]}').content == b'%PDF-1.7 theirs'
        assert owner.get(f'/picture/{theirs["picture_id"]}').status_code == 200
        assert owner.get(f'/download/orders/{theirs["number"]}.pdf').content[:5] == b'%PDF-'
        assert owner.get('/download/invoices/IN-2099-000001.pdf').content[:5] == b'%PDF-'
        xml = owner.get('/download/credit-notes/CN-2099-000001.xml')
        assert b'<cbc:ID>CN-2099-000001<' in xml.content
        assert xml.headers['content-type'] == 'application/xml; charset=utf-8'
        assert 'IN-2099-000001' in owner.get('/download/statement.csv').text
        packed = owner.get('/download/invoices.zip', params={'ids': 'IN-2099-000001,CN-2099-000001'}).content
        assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ['CN-2099-000001.pdf', 'IN-2099-000001.pdf']
    with browser_of(portico, ATELIER) as stranger:
        answers = [stranger.get('/download/invoices.zip', params={'ids': number})
                   for number in ('IN-2099-000001', 'IN-2099-999999')]
        assert same(*answers) and answers[0].status_code == 404
        answers = [stranger.get('/download/statement.csv', params={'account': account})
                   for account in (HARBOUR, 'C-99999')]
        assert same(*answers) and answers[0].status_code == 404
        assert 'IN-2099' not in stranger.get('/download/statement.csv').text


def test_views_of_others_are_as_if_not_there(portico: Portico, theirs: dict[str, str]) -> None:
    actor, told_apart = portico.actor(ATELIER), []
    with browser_of(portico, ATELIER) as stranger:
        for spot in spots(theirs):
            is_document = spot.route.is_document and '{number}' in spot.route.pattern
            if spot.is_open_to(actor) and not is_document:
                continue
            nowhere = spot.route.pattern.format(**NOWHERE) if spot.route.is_document else '/orders/SO-2099-999999'
            answers = stranger.get(spot.path), stranger.get(nowhere)
            if not same(*answers) or answers[0].status_code != 404:
                told_apart.append((spot.path, answers[0].status_code))
    assert [found for found in told_apart if found[0] != '/office'] == []
    assert OTHERS


def test_lists_hold_only_own_rows(portico: Portico) -> None:
    modules()
    harbours = set(portico.orders(HARBOUR))
    shown = 0
    for place, name in enumerate(LISTINGS):
        with browser_of(portico, STRANGERS[place % len(STRANGERS)]) as stranger:
            for asked in ({}, {'search': 'Harbour'}, {'filters': json.dumps({'account': [HARBOUR]})},
                          {'filters': json.dumps({'customer': HARBOUR})}):
                answer = stranger.get(f'/download/list/{name}.csv', params=asked)
                assert answer.status_code in (200, 400, 403, 404, 422), (name, asked, answer.status_code)
                if answer.status_code == 200:
                    shown += 1
                    words = {cell for row in csv.reader(io.StringIO(answer.text)) for cell in row}
                    assert not words & harbours and HARBOUR not in answer.text and 'Harbour' not in answer.text
    assert shown


@pytest.mark.parametrize('words', ['SO-2026', 'Harbour', HARBOUR, 'PO-77', ADMIN])
def test_search_finds_nothing_of_others(portico: Portico, words: str) -> None:
    harbours = set(portico.orders(HARBOUR))
    for email in STRANGERS:
        found = portico.runtime.run(portico.actor(email), SearchService.everything, words)
        assert not [hit for hit in found if hit.title in harbours or HARBOUR in f'{hit.title}{hit.note}{hit.path}']


def test_viewer_is_refused_by_every_act_of_ordering(portico: Portico) -> None:
    viewer, ordering = portico.actor(VIEWER), {Permission.CART_USE, Permission.ORDERS_PLACE, Permission.ORDERS_CANCEL,
                                               Permission.ORDERS_CONFIRM}
    acts = [act for act in every_act() if act.writes and set(act.needs) & ordering]
    assert len(acts) > 10
    let_in = []
    for act in acts:
        try:
            portico.runtime.run(viewer, act)
        except Forbidden:
            continue
        except (DomainError, TypeError):
            pass
        let_in.append(act.__qualname__)
    assert let_in == []


def test_viewer_cannot_order_by_raw_socket_events(portico: Portico) -> None:
    viewer, before = portico.actor(VIEWER), counts(portico)
    with browser_of(portico, VIEWER) as browser:
        for path in ('/shop', '/shop/i/OP-2440', '/orders', f'/orders/{portico.orders(HARBOUR)[0]}'):
            page = browser.get(path).text
            client = re.search(r"client_id': '([0-9a-f-]{36})'", page)
            assert client is not None
            wire = Wire(portico.url, token=browser.cookies[COOKIE], origin=portico.url, **page_query(client[1]))
            elements = json.loads(html.unescape(page.split('parseElements(String.raw`')[1].split('`)')[0]))
            listeners = [(int(key), event['listener_id']) for key, element in elements.items()
                         for event in element.get('events', ())]
            assert listeners
            for args in (['OP-2440', '1'], [0], ['reorder'], [{'sku': 'OP-2440', 'quantity': '1'}]):
                for element, listener in listeners:
                    wire.emit('event', id=element, client_id=client[1], listener_id=listener, args=args)
            for made_up in ('add', 'place', 'reorder', str(new_id())):
                wire.emit('event', id=1, client_id=client[1], listener_id=made_up, args=['OP-2440', '1'])
            wire.ask('handshake', client_id='none')
            wire.close()
    assert counts(portico) == before
    assert viewer.user_id is not None


def counts(portico: Portico) -> tuple[int, int]:
    """How many cart lines and orders there are."""
    with portico.runtime.database.reading() as session:
        return len(session.exec(select(CartLine.id)).all()), len(session.exec(select(col(Order.id))).all())


def test_office_people_of_the_seller_are_not_customers(portico: Portico) -> None:
    with browser_of(portico, OWNER) as owner:
        for path in ('/cart', '/checkout', '/order-pad', '/orders'):
            assert owner.get(path).status_code == 404
