"""A stranger asks for access, confirms his mail, is taken in by the office, and comes in by the invitation."""

from __future__ import annotations

import re
import threading
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.demo import OWNER, Portico
from tests.looking import person, settled, show
from tests.services.post import Postbox

pytestmark = pytest.mark.browser


def _mailed(postbox: Postbox, kind: str, recipient: str) -> str:
    """The path of a link, once its mail has arrived."""
    until, waiting = time.monotonic() + 30, threading.Event()
    while time.monotonic() < until:
        for mail in postbox.mails:
            body = mail.get_body(('plain',))
            found = re.search(rf'/{kind}/\S+', body.get_content() if body else '')
            if found and mail['X-Envelope-To'] == recipient:
                return found[0]
        waiting.wait(0.05)
    raise AssertionError(f'no mail with /{kind}/ for {recipient}')


def test_from_asking_to_the_dashboard(portico: Portico, postbox: Postbox, browser: Browser) -> None:
    visitor = person(browser, portico).new_page()
    visitor.goto('/sign-in')
    visitor.get_by_role('link', name='Request access').click()
    visitor.get_by_label('Company').fill('Houtwerk De Smet')
    visitor.get_by_label('Your name').fill('Lies Maes')
    visitor.get_by_label('E-mail').fill('lies@desmet.example')
    visitor.get_by_label('Country').select_option('BE')
    visitor.get_by_label('VAT number').fill('BE0928145587')
    visitor.get_by_role('button', name='Send request').click()
    expect(visitor.get_by_role('heading', name='Look into your mail')).to_be_visible()
    visitor.goto(_mailed(postbox, 'request-access', 'lies@desmet.example'))
    visitor.get_by_role('button', name='Confirm').click()
    expect(visitor.get_by_role('heading', name='Thank you')).to_be_visible()

    office = person(browser, portico, OWNER).new_page()
    show(office, '/office/access-requests')
    office.get_by_role('link', name='Houtwerk De Smet').or_(office.get_by_text('Houtwerk De Smet')).first.click()
    settled(office)
    office.get_by_role('button', name='Approve for Houtwerk De Smet BV').click()
    office.get_by_role('button', name='Approve and invite').click()
    expect(office.get_by_text('lies@desmet.example is invited.')).to_be_visible()

    visitor.goto(_mailed(postbox, 'invite', 'lies@desmet.example'))
    visitor.locator('select[name=language]').select_option('en')
    visitor.get_by_label('Password').fill('seven green umbrellas')
    visitor.get_by_label('I accept the terms of use').check()
    visitor.get_by_role('button', name='Create account').click()
    settled(visitor)
    expect(visitor.get_by_text('Houtwerk De Smet BV · account C-10470')).to_be_visible()
