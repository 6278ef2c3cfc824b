"""Every registered module, as everybody who may see it and as those who may not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from models.users import Role
from services.switches import SwitchService
from tests.demo import ADMIN, COOKIE, OWNER, Portico, run_of, served
from tests.looking import chromium, person, show, switch
from tests.places import examples, spots

PEOPLE = {
    Role.ADMIN: ADMIN, Role.BUYER: 'buyer@harbour.example', Role.VIEWER: 'viewer@harbour.example',
    Role.FINANCE: 'finance@harbour.example', Role.APPROVER: 'approver@harbour.example', Role.OWNER: OWNER,
    Role.SALES: 'sales@nordwerk.example', Role.OFFICE_FINANCE: 'finance@nordwerk.example',
    Role.WAREHOUSE: 'warehouse@nordwerk.example', Role.SUPPORT: 'support@nordwerk.example',
}
NUMBERED = ('number', 'account')


@pytest.fixture(scope='module')
def portico(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Portico]:
    """Portico with the demo company."""
    with served(tmp_path_factory.mktemp('modules'), run=run_of(request.config)) as portico:
        yield portico


def test_every_role_has_its_person() -> None:
    assert set(PEOPLE) == set(Role)


@pytest.mark.parametrize('role', Role)
def test_each_place_answers_each_role_as_the_registration_says(portico: Portico, role: Role) -> None:
    actor = portico.actor(PEOPLE[role])
    cookies = {COOKIE: portico.session(PEOPLE[role])}
    wrong = []
    with httpx.Client(base_url=portico.url, cookies=cookies, timeout=30) as browser:
        for spot in spots(examples(portico)):
            here = spot.module.is_for(actor)
            expected = 200 if spot.is_open_to(actor) else 403 if here else 303 if spot.path == '/' else 404
            answer = browser.get(spot.path)
            if answer.status_code != expected:
                wrong.append((spot.path, answer.status_code, expected))
            elif expected in (403, 404):
                assert spot.path == '/' or 'nicegui' not in answer.text
    assert wrong == []


def test_a_module_switched_off_answers_as_if_it_was_not_there(portico: Portico) -> None:
    every = list(spots(examples(portico)))
    owner, wrong = portico.actor(OWNER), []
    with httpx.Client(base_url=portico.url, cookies={COOKIE: portico.session(ADMIN)}, timeout=30) as browser:
        for module in {spot.module: None for spot in every if spot.module.switched_by}:
            portico.runtime.run(owner, SwitchService.turn, {module.switched_by: False})
            here = [spot for spot in every if spot.module is module] + [spot for spot in every if spot.path == '/'][:1]
            for spot in here:
                answer = browser.get(spot.path)
                if answer.status_code != (404 if spot.module is module else 200):
                    wrong.append((module.name, spot.path, answer.status_code))
            portico.runtime.run(owner, SwitchService.turn, {module.switched_by: True})
    assert wrong == []


@pytest.mark.browser
def test_an_open_tab_goes_when_its_module_is_switched_off_and_comes_back_with_it(portico: Portico) -> None:
    with chromium() as browser:
        page = person(browser, portico, ADMIN).new_page()
        office = person(browser, portico, OWNER).new_page()
        show(office, '/office/settings?tab=portal')
        show(page, '/orders')
        switch(page, '/invoices')
        box = office.get_by_role('checkbox', name='Invoices')
        box.uncheck()
        office.get_by_role('button', name='Save').first.click()
        expect(page.get_by_text('This page was switched off: Invoices.')).to_be_visible()
        expect(page.locator('.p-menu a[href="/invoices"]')).to_have_count(0)
        switch(page, '/orders')
        box = office.get_by_role('checkbox', name='Invoices')
        box.check()
        office.get_by_role('button', name='Save').first.click()
        expect(page.locator('.p-menu a[href="/invoices"]')).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize('email', [ADMIN, OWNER])
def test_each_place_is_headed_by_its_name_and_faultless(portico: Portico, email: str) -> None:
    actor, found, faults = portico.actor(email), {}, []
    portico.choose(email, language='en')
    given = examples(portico)
    with chromium() as browser:
        page = person(browser, portico, email).new_page()
        page.on('pageerror', lambda error: faults.append(f'{page.url}: {error}'))
        page.on('console', lambda said: faults.append(f'{page.url}: {said.text}') if said.type == 'error' else None)
        show(page, '/notifications')
        for spot in spots(given):
            if not spot.is_open_to(actor):
                continue
            switch(page, spot.path)
            headings = page.locator('.p-pane:not(.is-hidden) h1').all_inner_texts()
            pattern = spot.route.pattern
            named = given.get(pattern) or next((given[name] for name in NUMBERED if '{' + name + '}' in pattern), '')
            expected = named or ('' if spot.route.is_document or spot.path.endswith('/new') else str(spot.module.title))
            said = [re.split('\n', text.strip())[0] for text in headings]
            if len(said) != 1 or not said[0].startswith(expected):
                found[spot.path] = said
    assert faults == []
    assert found == {}
