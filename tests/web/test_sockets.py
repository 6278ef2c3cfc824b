"""Attacks on open pages over sockets (findings F5 and F6): they fail when NiceGUI's handlers are no longer wrapped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
import sqlalchemy as sa
from nicegui import Client, core
from sqlmodel import col
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from models.users import UserSession
from services.auth.sessions import token_hash
from services.core.actor import SYSTEM
from tests.web.conftest import EVIL, Site
from tests.web.wire import Wire, page_query
from ui.web import sockets

ENDPOINT = '/_nicegui_ws/socket.io/'


def until(condition: Callable[[], bool], *, seconds: float = 5) -> bool:
    """Whether this comes true in time."""
    end = time.monotonic() + seconds
    waiting = threading.Event()
    while not condition() and time.monotonic() < end:
        waiting.wait(0.02)
    return condition()


@pytest.fixture
def page(site: Site, mara: httpx.Client) -> str:
    """Mara's open page."""
    return site.open_probe(mara)


@pytest.fixture
def wire(site: Site, mara: httpx.Client, page: str) -> Iterator[Wire]:
    """The socket of Mara's open page."""
    wire = Wire(site.base, token=mara.cookies['portal'], origin=site.base, **page_query(page))
    yield wire
    wire.close()


def click(site: Site, wire: Wire, page: str) -> None:
    """Press the button of this page."""
    parts = site.probe.parts[page]
    wire.emit('event', id=parts['id'], client_id=page, listener_id=parts['listener_id'], args=[])


def pong(wire: Wire) -> None:
    """Wait until the server has seen everything sent so far."""
    wire.ask('handshake', client_id='none')


def test_own_page_is_moved(site: Site, wire: Wire, page: str) -> None:
    assert wire.accepted
    click(site, wire, page)
    assert until(lambda: site.probe.clicks.count(page) == 1)


@pytest.mark.parametrize('origin', [EVIL, 'null', None, 'http://127.0.0.1:8080.evil.example', 'https://127.0.0.1'])
def test_foreign_origin_gets_no_socket(site: Site, mara: httpx.Client, page: str, origin: str | None) -> None:
    with pytest.raises(InvalidStatus):
        Wire(site.base, token=mara.cookies['portal'], origin=origin, **page_query(page))
    headers = {} if origin is None else {'Origin': origin}
    answer = mara.get(ENDPOINT, params={'EIO': '4', 'transport': 'polling', **page_query(page)}, headers=headers)
    assert answer.status_code == 403
    assert 'access-control-allow-origin' not in answer.headers


@pytest.mark.parametrize('token', [None, 'A' * 43])
def test_no_session_gets_no_socket(site: Site, page: str, token: str | None) -> None:
    with pytest.raises(InvalidStatus):
        Wire(site.base, token=token, origin=site.base, **page_query(page))


def test_socket_elsewhere_is_refused(site: Site, mara: httpx.Client) -> None:
    with pytest.raises(InvalidStatus):
        connect(site.base.replace('http', 'ws') + '/elsewhere', origin=site.base,  # type: ignore[arg-type]
                additional_headers={'Cookie': f'portal={mara.cookies["portal"]}'})


@pytest.mark.parametrize('thief', ['ben', 'luc', 'olga'])
def test_stolen_page_id_opens_nothing(site: Site, page: str, thief: str) -> None:
    with site.browser(thief) as browser:
        token = browser.cookies['portal']
        assert not Wire(site.base, token=token, origin=site.base, **page_query(page)).accepted
        assert not Wire(site.base, token=token, origin=site.base).accepted


def test_other_session_moves_nothing_on_a_page(site: Site, wire: Wire, page: str) -> None:
    with site.browser('luc') as browser:
        own = site.open_probe(browser)
        other = Wire(site.base, token=browser.cookies['portal'], origin=site.base, **page_query(own))
        history = len(Client.instances[page].outbox.message_history)
        assert other.ask('handshake', **page_query(page)) is False
        click(site, other, page)
        other.emit('ack', client_id=page, next_message_id=10_000)
        other.emit('javascript_response', client_id=page, request_id='x', result=1)
        other.emit('log', client_id=page, level='error', message='forged\r\nline')
        pong(other)
        click(site, other, own)
        assert until(lambda: own in site.probe.clicks)
        assert page not in site.probe.clicks
        assert len(Client.instances[page].outbox.message_history) == history
        other.close()


def test_second_socket_of_the_session_must_shake_hands(site: Site, mara: httpx.Client, wire: Wire, page: str) -> None:
    second = site.open_probe(mara)
    click(site, wire, second)
    pong(wire)
    assert second not in site.probe.clicks


def test_malformed_messages_do_no_harm(site: Site, wire: Wire, page: str) -> None:
    for packet in ('42["event"]', '42["event",null]', '42["event",{"client_id":[1]}]', '42["ack",{}]', '42["log",7]',
                   f'42["event",{{"client_id":"{page}"}}]', f'42["ack",{{"client_id":"{page}"}}]'):
        wire.raw.send(packet)
    click(site, wire, page)
    assert until(lambda: page in site.probe.clicks)


def test_large_frame_ends_its_own_connection_only(site: Site, wire: Wire, visitor: httpx.Client) -> None:
    with pytest.raises(ConnectionClosed):
        wire.raw.send('42["event","' + 'x' * 10_000_000 + '"]')
        wire.next('never')
    assert visitor.get('/healthz').text == 'ok'


def test_polling_belongs_to_the_session_that_opened_it(site: Site, mara: httpx.Client, page: str) -> None:
    query = {'EIO': '4', 'transport': 'polling', **page_query(page)}
    opened = mara.get(ENDPOINT, params=query, headers={'Sec-Fetch-Site': 'same-origin'})
    assert opened.status_code == 200
    sid = opened.text.split('"sid":"')[1].split('"')[0]
    with site.browser('luc') as thief, site.browser() as nobody:
        for browser in (thief, nobody):
            answer = browser.post(ENDPOINT, params={**query, 'sid': sid}, content='40', headers={'Origin': site.base})
            assert answer.status_code == 403
    own = mara.post(ENDPOINT, params={**query, 'sid': sid}, content='40', headers={'Origin': site.base})
    assert own.text.lower() == 'ok'


def test_upload_needs_its_own_session(site: Site, mara: httpx.Client, page: str) -> None:
    target, origin = site.probe.parts[page]['upload'], {'Origin': site.base}
    files = {'file': ('note.txt', b'mine', 'text/plain')}
    with site.browser() as nobody, site.browser('luc') as other:
        assert nobody.post(target, files=files, headers=origin).status_code == 404
        assert other.post(target, files=files, headers=origin).status_code == 404
    assert mara.post(target, files=files, headers={'Origin': EVIL}).status_code == 403
    assert mara.post(target, content=(b'x' for _ in range(3)), headers=origin).status_code == 400
    assert not site.probe.uploads
    assert mara.post(target, files=files, headers=origin).status_code == 200
    assert until(lambda: site.probe.uploads == [b'mine'])


def test_ended_session_loses_its_open_page_at_once(site: Site, mara: httpx.Client, wire: Wire, page: str) -> None:
    sockets.end_session(token_hash(mara.cookies['portal']))
    assert '/sign-in' in wire.next('42["open"')
    assert until(lambda: page not in Client.instances)
    click(site, wire, page)
    pong(wire)
    assert page not in site.probe.clicks


def test_ended_person_loses_his_open_pages(site: Site, wire: Wire, page: str) -> None:
    sockets.end_user(site.world.mara.user_id)  # type: ignore[arg-type]
    assert '/sign-in' in wire.next('42["open"')
    assert until(lambda: page not in Client.instances)


def test_session_ended_by_another_process_loses_its_page(site: Site, mara: httpx.Client, wire: Wire, page: str) -> None:
    with site.runtime.work(SYSTEM, writes=True) as work:
        work.session.execute(sa.update(UserSession).values(ended_at=work.now).where(
            col(UserSession.token_hash) == token_hash(mara.cookies['portal'])))
    assert '/sign-in' in wire.next('42["open"')
    assert until(lambda: page not in Client.instances)
    assert mara.get('/').status_code == 303


def test_handlers_are_wrapped() -> None:
    handlers = core.sio.handlers['/']
    assert set(handlers) == {'connect', 'disconnect', 'handshake', 'event', 'javascript_response', 'ack', 'log'}
    assert all(handlers[name].__module__ == 'ui.web.sockets' for name in set(handlers) - {'disconnect'})
