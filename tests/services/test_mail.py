"""Mails: written with the act, sent to a real SMTP server, tried again, given up; and what the office may read."""

from __future__ import annotations

import datetime as dt
import socket
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from models.core.words import LANGUAGES
from models.mail import MailState
from models.users import InvitationState, Role
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.errors import Conflict, Forbidden, Invalid
from services.core.listing import ListQuery
from services.core.runtime import Runtime
from services.invitations import InvitationService, InviteInput
from services.jobs import runner
from services.mail.addresses import checked, masked, one_line
from services.mail.attachments import RENDERERS
from services.mail.outbox import OutboxService, Recipient, promise
from services.mail.sending import SendingService, send_due
from services.mail.templates import worded
from services.notifications import NotificationService
from services.settings import SettingService
from tests.conftest import Clock
from tests.services.people import mails
from tests.services.post import Postbox
from tests.world import World

FACTS: dict[str, Any] = {'name': 'Ben', 'link': 'http://127.0.0.1:8080/reset/abc', 'minutes': 30}
SELLER = {'name': 'Nordwerk & Söhne', 'colour': '#0f5c56', 'address': 'Kai 1, 1011 Amsterdam', 'email': '',
          'phone': '', 'url': 'http://127.0.0.1:8080'}
ORDER: dict[str, Any] = {
    'name': 'Ben', 'number': 'SO-2026-000001', 'customer': 'Harbour <Joinery>', 'link': 'http://127.0.0.1/orders/1',
    'note': 'No lamps', 'lines': [{'sku': 'LAMP-5', 'name': 'Work lamp', 'quantity': '2', 'amount': '70.00 €'}],
    'totals': [('Net', '70.00 €'), ('Total', '83.30 €')]}
LINK = 'http://127.0.0.1/invoices'
ITEM = {'number': 'IN-1', 'amount': '119.00 €', 'said': 'due', 'is_overdue': True,
        **dict.fromkeys(('paper', 'pay', 'paid', 'promise', 'dispute'), LINK)}
REMINDER: dict[str, Any] = {'name': 'Fin', 'company': 'Harbour <Joinery>', 'link': LINK, 'items': [ITEM], 'charges': [],
                            'total': '119.00 €'}
NEWS: dict[str, Any] = {'name': 'Fin', 'text': 'Order <Joinery> held', 'link': LINK, 'unsubscribe': f'{LINK}/no'}
CHANGES = ('on', 'off', 'reset', 'codes')
DIGEST = NEWS | {'news': [{'text': 'Order <Joinery> held', 'link': LINK}], 'more': 2}
MESSAGES = {'password_reset': FACTS, 'password_changed': FACTS, 'news': NEWS, 'digest': DIGEST,
            'reminder soon': REMINDER | {'level': 0}, 'reminder': REMINDER | {'level': 1},
            'reminder last': REMINDER | {'level': 3},
            'access_confirm': FACTS | {'hours': 24}, 'access_known': FACTS | {'why': 'access'},
            'invitation': FACTS | {'company': 'Harbour', 'inviter': 'Sam', 'days': 7},
            **{f'two_step {change}': FACTS | {'change': change} for change in CHANGES},
            **{f'order_{act}': ORDER for act in ('placed', 'confirmed', 'declined', 'changed', 'cancelled')}}


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server that listens."""
    box = Postbox()
    box.start()
    yield box
    box.stop()


def _connect(runtime: Runtime, url: str) -> None:
    runtime.config = Config(**(runtime.config.model_dump() | {'smtp_url': url, 'mail_from': 'orders@nordwerk.test'}))


def _promise(runtime: Runtime, **more: Any) -> uuid.UUID:
    with runtime.work(SYSTEM, writes=True) as work:
        to = more.pop('to', Recipient('ben@harbour.test', 'Ben', 'en'))
        return promise(work, message='password_reset', to=to, facts=FACTS, **more).id


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(('127.0.0.1', 0))
        return int(place.getsockname()[1])


@pytest.mark.parametrize('message', MESSAGES)
@pytest.mark.parametrize('code', LANGUAGES)
def test_every_mail_can_be_written_in_every_language(message: str, code: str) -> None:
    words = worded(message.split(maxsplit=1)[0], MESSAGES[message], code=code, seller=SELLER)
    assert words.subject and '\n' not in words.subject
    assert f'dir="{"rtl" if code == "ar" else "ltr"}"' in words.html and f'lang="{code}"' in words.html
    assert 'Nordwerk &amp; Söhne' in words.html and 'Nordwerk & Söhne' in words.plain
    assert '#0f5c56' in words.html and MESSAGES[message]['link'] in words.plain
    assert '<Joinery>' not in words.html and '&amp;lt;' not in words.html


def test_a_mail_is_sent_once_with_all_its_parts(runtime: Runtime, world: World, postbox: Postbox) -> None:
    runtime.run(world.olga, SettingService.put, 'seller.name', 'Nordwerk Supply')
    document = uuid.uuid4()
    RENDERERS['test_paper'] = lambda _runtime, found: (f'{found}.pdf', b'%PDF-1.7 test')
    try:
        mail_id = _promise(runtime, document=('test_paper', document))
        _connect(runtime, postbox.url)
        assert send_due(runtime) == 1 and send_due(runtime) == 0
    finally:
        del RENDERERS['test_paper']
    mail, = postbox.mails
    assert mail['From'] == 'Nordwerk Supply <orders@nordwerk.test>' and mail['To'] == 'Ben <ben@harbour.test>'
    assert mail['Subject'] == 'Set a new password' and str(mail_id) in mail['Message-ID']
    parts = {part.get_content_type() for part in mail.walk()}
    assert {'text/plain', 'text/html', 'application/pdf'} <= parts
    attached, = mail.iter_attachments()
    assert attached.get_filename() == f'{document}.pdf' and attached.get_content() == b'%PDF-1.7 test'
    assert [(row.state, row.tries) for row in mails(runtime)] == [(MailState.SENT, 1)]


def test_nothing_gets_into_a_header(runtime: Runtime, world: World, postbox: Postbox) -> None:
    runtime.run(world.olga, SettingService.put, 'seller.name', 'Nord "Werk", <b>\u2028x')
    _promise(runtime, to=Recipient('ben@harbour.test', 'Ben\r\nBcc: thief@example.test', 'en'))
    _connect(runtime, postbox.url)
    assert send_due(runtime) == 1
    mail = postbox.mails[0]
    assert mail['Bcc'] is None and mail['X-Envelope-To'] == 'ben@harbour.test'
    assert mail['From'].addresses[0].addr_spec == 'orders@nordwerk.test' and len(mail.get_all('To')) == 1


def test_without_a_server_mails_wait_and_the_office_reads_them(runtime: Runtime, world: World) -> None:
    mail_id = _promise(runtime, secret=True)
    assert send_due(runtime) == 0 and mails(runtime)[0].state is MailState.QUEUED
    assert '/reset/abc' in runtime.run(world.olga, OutboxService.open, mail_id).plain
    assert runtime.run(world.olga, OutboxService.page, ListQuery(search='ben@')).total == 1
    assert runtime.run(world.olga, OutboxService.counts) == {'queued': 1}
    for person in (world.sam, world.mara):
        with pytest.raises(Forbidden):
            runtime.run(person, OutboxService.open, mail_id)


def test_a_secret_body_is_nobodys_once_mails_are_really_sent(runtime: Runtime, world: World, postbox: Postbox) -> None:
    mail_id = _promise(runtime, secret=True)
    _connect(runtime, postbox.url)
    assert runtime.run(world.olga, OutboxService.open, mail_id).plain == ''
    assert send_due(runtime) == 1 and '/reset/abc' in str(postbox.mails[0].get_body(('plain',)).get_content())
    assert mails(runtime)[0].plain == '' and mails(runtime)[0].html == ''


def test_a_server_that_is_away_is_tried_later_and_later_for_three_days(runtime: Runtime, world: World, clock: Clock,
                                                                       postbox: Postbox) -> None:
    _promise(runtime)
    _connect(runtime, f'smtp://127.0.0.1:{_free_port()}')
    pauses = []
    for _ in range(5):
        assert send_due(runtime) == 0
        mail, = mails(runtime)
        assert mail.state is MailState.QUEUED and mail.error
        pauses.append((mail.next_try_at - clock.now).total_seconds() / 60)
        clock.now = mail.next_try_at
    assert pauses == [1, 5, 15, 60, 60]
    _promise(runtime)
    ids = [mail.message_id for mail in mails(runtime)]
    url = runtime.config.smtp_url
    _connect(runtime, postbox.url)
    assert send_due(runtime) == 2
    assert sorted(mail['Message-ID'] for mail in postbox.mails) == sorted(ids)
    given_up = _promise(runtime)
    _connect(runtime, url)
    clock.advance(hours=72)
    send_due(runtime)
    dead = next(mail for mail in mails(runtime) if mail.id == given_up)
    assert dead.state is MailState.DEAD and dead.error
    runtime.run(world.olga, OutboxService.try_again, given_up)
    with pytest.raises(Conflict):
        runtime.run(world.olga, OutboxService.try_again, given_up)
    _connect(runtime, postbox.url)
    assert send_due(runtime) == 1


def test_a_passing_refusal_is_tried_again_and_a_lasting_one_is_not(runtime: Runtime, world: World, clock: Clock,
                                                                   postbox: Postbox) -> None:
    _promise(runtime)
    _connect(runtime, postbox.url)
    postbox.answers = ['451 later']
    assert send_due(runtime) == 0 and mails(runtime)[0].state is MailState.QUEUED
    clock.advance(minutes=1)
    postbox.answers = ['550 no such person']
    assert send_due(runtime) == 0
    assert mails(runtime)[0].state is MailState.DEAD and '550' in mails(runtime)[0].error


def test_an_invitation_that_is_refused_has_bounced(runtime: Runtime, world: World, postbox: Postbox) -> None:
    runtime.run(world.sam, InvitationService.send, InviteInput('gone@harbour.test', Role.BUYER, 'C-10001'))
    _connect(runtime, postbox.url)
    postbox.answers = ['550 no such person']
    send_due(runtime)
    page = runtime.run(world.sam, InvitationService.page, ListQuery())
    assert page.rows[0]['state'] is InvitationState.BOUNCED


def test_finance_hears_of_a_reminder_that_did_not_arrive(runtime: Runtime, world: World, postbox: Postbox) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        promise(work, message='reminder', to=Recipient('gone@harbour.test', 'Fin', 'en'), customer_id=world.harbour.id,
                facts={'name': 'Fin', 'company': 'Harbour', 'level': 1, 'link': 'https://x/', 'items': [],
                       'charges': [], 'total': '€1'})
    _connect(runtime, postbox.url)
    postbox.answers = ['550 no such person']
    send_due(runtime)
    news = {entry.message: entry for entry in runtime.run(world.olga, NotificationService.latest)}
    assert news['reminder_bounced'].path == '/office/customers/C-10001' and 'mail_dead' in news


def test_a_line_cut_after_the_data_sends_again_with_the_same_id(runtime: Runtime, world: World, clock: Clock,
                                                                postbox: Postbox) -> None:
    _promise(runtime)
    _connect(runtime, postbox.url)
    postbox.drop = True
    assert send_due(runtime) == 0
    clock.advance(minutes=1)
    assert send_due(runtime) == 1
    assert len({mail['Message-ID'] for mail in postbox.mails}) == 1 and len(postbox.mails) == 2


def test_a_mail_is_claimed_by_one_sender_and_freed_when_he_does_not_come_back(runtime: Runtime, world: World,
                                                                            clock: Clock) -> None:
    mail_id = _promise(runtime)
    first = runtime.run(SYSTEM, SendingService.claim, mail_id)
    assert first and runtime.run(SYSTEM, SendingService.claim, mail_id) is None
    assert runtime.run(SYSTEM, SendingService.due) == []
    clock.advance(minutes=10)
    second = runtime.run(SYSTEM, SendingService.claim, mail_id)
    assert second
    runtime.run(SYSTEM, SendingService.sent, first[0])
    assert mails(runtime)[0].state is MailState.SENDING, 'the late sender no longer owns it'
    runtime.run(SYSTEM, SendingService.sent, second[0])
    assert mails(runtime)[0].state is MailState.SENT


def test_an_act_that_fails_promises_nothing(runtime: Runtime, world: World) -> None:
    with pytest.raises(RuntimeError), runtime.work(SYSTEM, writes=True) as work:
        promise(work, message='password_reset', to=Recipient('a@b.test', '', 'en'), facts=FACTS)
        raise RuntimeError
    assert mails(runtime) == []


def test_the_clockwork_sends_at_once_and_ticks(runtime: Runtime, world: World, postbox: Postbox) -> None:
    _connect(runtime, postbox.url)
    clockwork = runner.start(runtime)
    try:
        runtime.run(world.sam, InvitationService.send, InviteInput('new@harbour.test', Role.BUYER, 'C-10001'))
        until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=10)
        while dt.datetime.now(dt.UTC) < until and not postbox.mails:
            mails(runtime)
    finally:
        clockwork.stop()
    assert postbox.mails and postbox.mails[0]['To'] == 'new@harbour.test'
    clockwork.tick()
    assert clockwork.last_tick == runtime.now()
    clockwork.leader.resign()


@pytest.mark.parametrize('bad', ['', 'a', 'a@b', '@b.test', 'a@b.test, c@d.test', 'a b@c.test', '.a@b.test',
                                 'a..b@c.test', 'a@-b.test', f'{"a" * 65}@b.test', 'ä@b.test'])
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        checked(bad)


def test_addresses_have_one_spelling() -> None:
    assert checked(' Ben@Harbour.TEST\n') == 'ben@harbour.test'
    assert masked('ben@harbour.test') == 'b•••@harbour.test'
    assert one_line('a\r\nb\u2028c\x00d') == 'a b c d' and one_line('abcdef', longest=3) == 'abc'
