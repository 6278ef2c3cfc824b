"""Files and pictures: only for their company, never run by a browser, and absent looks like foreign."""

from __future__ import annotations

import uuid

import httpx
import pytest
from sqlmodel import select

from models.users import UserSession
from services.auth.proof import HOLDS
from services.core.actor import SYSTEM
from services.files import store
from tests.web.conftest import Site
from ui.web.downloads import respond_bytes


@pytest.fixture
def file_id(site: Site) -> uuid.UUID:
    """A file of Harbour."""
    with site.runtime.work(SYSTEM, writes=True) as work:
        return store(work, b'<script>alert(1)</script>', kind='attachment', name='../Zeichnung "ä".html',
                     media_type='text/html', customer_id=site.world.harbour.id).id


def test_own_file_comes_as_an_attachment(mara: httpx.Client, file_id: uuid.UUID) -> None:
    answer = mara.get(f'/download/files/{file_id}')
    assert answer.status_code == 200
    assert answer.headers['content-type'] == 'application/octet-stream'
    assert answer.headers['content-disposition'] == (
        'attachment; filename="Zeichnung ___.html"; filename*=UTF-8\'\'Zeichnung%20%22%C3%A4%22.html')
    assert 'sandbox' in answer.headers['content-security-policy']


def test_foreign_looks_like_absent(site: Site, file_id: uuid.UUID) -> None:
    with site.browser('luc') as luc:
        answers = [luc.get(f'/download/files/{name}') for name in (file_id, uuid.uuid4(), 'x')]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_visitor_gets_no_file(visitor: httpx.Client, file_id: uuid.UUID) -> None:
    assert visitor.get(f'/download/files/{file_id}').status_code == 401
    sent = visitor.get(f'/download/files/{file_id}', headers={'Accept': 'text/html'})
    assert sent.headers['location'] == f'/sign-in?next=/download/files/{file_id}'


def test_only_pictures_are_shown_as_pictures(site: Site, mara: httpx.Client, file_id: uuid.UUID) -> None:
    with site.runtime.work(SYSTEM, writes=True) as work:
        picture = store(work, b'RIFF', kind='picture', name='a.webp', media_type='image/webp').id
    shown = mara.get(f'/picture/{picture}')
    assert (shown.status_code, shown.headers['content-type']) == (200, 'image/webp')
    assert shown.headers['cache-control'].startswith('private')
    assert mara.get(f'/picture/{file_id}').status_code == 404


def test_a_backup_is_for_the_owner_alone(site: Site) -> None:
    folder = site.runtime.config.data_dir / 'backups'
    folder.mkdir()
    (folder / 'portico-2026-03-02-013000.sealed').write_bytes(b'all of it')
    answers = {}
    for who in ('olga', 'sam', 'mara', None):
        with site.browser(who) as browser:
            answers[who] = browser.get('/download/backups/portico-2026-03-02-013000.sealed')
    assert answers['olga'].content == b'all of it' and 'no-store' in answers['olga'].headers['cache-control']
    assert {who: answer.status_code for who, answer in answers.items()} == {'olga': 200, 'sam': 403, 'mara': 403,
                                                                            None: 401}
    with site.browser('olga') as browser:
        with site.runtime.database.writing() as session:
            for row in session.exec(select(UserSession)):
                row.reauthenticated_at -= HOLDS
        assert browser.get('/download/backups/portico-2026-03-02-013000.sealed').status_code == 403


@pytest.mark.parametrize('name', ['a\r\nSet-Cookie: x', 'a"; filename="b', '\u202egpj.exe', 'ü' * 300])
def test_names_cannot_leave_their_header(name: str) -> None:
    said = respond_bytes(name, 'text/csv', b'').headers['content-disposition']
    assert '\r' not in said
    assert '\n' not in said
    assert said.count('"') == 2
