"""What happens at one company is never sent to the open pages of another (Must hold 4)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from models.customers import Customer
from models.orders import Order, OrderStatus
from tests.demo import ADMIN, ATELIER, HARBOUR, OWNER, Portico
from tests.e2e.conftest import Visit
from tests.looking import settled

pytestmark = pytest.mark.browser


def frames_of(page: Page) -> list[str]:
    """All that the server sends to this page from now on, after it has been loaded anew."""
    frames: list[str] = []
    page.on('websocket', lambda socket: socket.on(
        'framereceived', lambda frame: frames.append(frame if isinstance(frame, str) else frame.decode('latin-1'))))
    page.reload()
    settled(page)
    return frames


def test_news_reach_only_those_they_concern(visit: Visit, portico: Portico) -> None:
    with portico.runtime.database.reading() as session:
        number = session.exec(select(Order.number).join(Customer, col(Customer.id) == Order.customer_id).where(
            Customer.account == HARBOUR, Order.status == OrderStatus.PLACED,
            col(Order.hold).is_(None)).limit(1)).one()
    own, strangers = visit(ADMIN, '/orders'), [visit(ATELIER, path) for path in ('/', '/orders')]
    heard, overheard = frames_of(own), [frames_of(page) for page in strangers]
    assert not any(number in frame for frames in overheard for frame in frames)
    office = visit(OWNER, f'/office/orders/{number}')
    heard.clear()
    office.get_by_role('button', name='Confirm', exact=True).click()
    expect(own.get_by_role('row').filter(has_text=number)).to_contain_text('Confirmed')
    assert any(number in frame for frame in heard)
    for page, frames in zip(strangers, overheard, strict=True):
        page.get_by_role('button', name='Notifications').click()
        expect(page.get_by_role('button', name='Notifications')).to_be_visible()
        assert not [frame for frame in frames if number in frame or HARBOUR in frame or 'Harbour' in frame]
