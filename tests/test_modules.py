"""Every registered module, as everybody who may see it and as those who may not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from models.users import Role
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
