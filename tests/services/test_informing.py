"""Events: told by the ways each person wishes, gathered for the digest, ended by the link in a mail."""

from __future__ import annotations

import ast
import uuid

import pytest
from sqlmodel import select

from models.mail import Mail
from models.reminders import DigestLine, MailWay, NewsWish
from services.core.actor import SYSTEM, VISITOR, Actor
from services.core.errors import NotFound
from services.core.runtime import Runtime
from services.informing import inform
from services.informing.events import ALWAYS, EVENTS
from services.informing.unsubscribing import UnsubscribeService
from services.mail.sending import SendingService
from services.mail.templates import FOLDER
from services.notifications import MESSAGES, NotificationService
from tests.services.people import actions, mails
from tests.world import World


def wish(runtime: Runtime, person: Actor, event: str, *, bell: bool, mail: MailWay) -> None:
    """Write down what a person wishes."""
    with runtime.work(SYSTEM, writes=True) as work:
        assert person.user_id
        work.session.add(NewsWish(user_id=person.user_id, customer_id=person.customer_id, event=event, bell=bell,
                                  mail=mail))


def tell(runtime: Runtime, people: list[Actor], event: str = 'order_held', *, actor: Actor = SYSTEM) -> None:
    """Tell some people of a company, or of the office, of an event."""
    with runtime.work(actor, writes=True) as work:
        inform(work, event, [person.user_id for person in people if person.user_id], path='/orders/SO-1',
               facts={'number': 'SO-1', 'note': 'Credit'}, customer_id=people[0].customer_id)


def bells(runtime: Runtime, person: Actor) -> list[str]:
    """What a person's bell says."""
    return [news.text for news in runtime.run(person, NotificationService.latest) if not news.read]


def test_every_event_has_a_sentence() -> None:
    assert set(EVENTS) == set(MESSAGES)


def test_every_mail_follows_wishes_or_says_why_not() -> None:
    """Each form of a mail is an event's or has its reason; besides `inform` these few write, to addresses."""
    forms = {path.stem for path in FOLDER.glob('*.txt')} - {'parts'}
    assert forms - set(EVENTS) == set(ALWAYS)
    root, written = FOLDER.parents[1], set()
    for path in (root / 'services').rglob('*.py'):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == 'promise':
                written |= {(ast.unparse(given.value).strip("'"), path.relative_to(root).as_posix())
                            for given in call.keywords if given.arg == 'message'}
    asked_for = {'access_confirm', 'access_known'}
    assert {said for said, _place in written if said in ALWAYS} == set(ALWAYS) - {'news'} - asked_for
    assert {row for row in written if row[0] not in ALWAYS} == {
        ('message', 'services/access/asking.py'), ('event', 'services/invoices/news.py'),
        ('message', 'services/payments/news.py'),
        ('telling.event if is_own else GENERAL', 'services/informing/telling.py')}


def test_each_person_hears_by_the_ways_he_wishes(runtime: Runtime, world: World) -> None:
    wish(runtime, world.mara, 'order_held', bell=False, mail=MailWay.AT_ONCE)
    wish(runtime, world.vera, 'order_held', bell=False, mail=MailWay.NEVER)
    wish(runtime, world.fin, 'order_held', bell=False, mail=MailWay.DIGEST)
    tell(runtime, [world.mara, world.ben, world.vera, world.fin])
    assert bells(runtime, world.ben) == ['Order SO-1 is on hold: Credit']
    assert [bells(runtime, person) for person in (world.mara, world.vera, world.fin)] == [[], [], []]
    mail, = mails(runtime)
    assert (mail.recipient, mail.message) == ('mara@harbour.test', 'news')
    assert mail.subject == 'Order SO-1 is on hold: Credit'
    assert '/orders/SO-1' in mail.plain and mail.unsubscribe in mail.plain and mail.unsubscribe in mail.html
    with runtime.work(SYSTEM, writes=False) as work:
        assert [line.user_id for line in work.session.exec(select(DigestLine))] == [world.fin.user_id]


def test_a_wish_for_one_company_or_the_office_is_not_one_for_another(runtime: Runtime, world: World) -> None:
    with runtime.work(SYSTEM, writes=True) as work:
        assert world.ben.user_id
        work.session.add(NewsWish(user_id=world.ben.user_id, customer_id=world.atelier.id, event='order_held',
                                  bell=False, mail=MailWay.NEVER))
    tell(runtime, [world.ben])
    assert len(bells(runtime, world.ben)) == 1


def test_nobody_is_told_what_he_did_himself_but_gets_his_receipt(runtime: Runtime, world: World) -> None:
    tell(runtime, [world.ben], actor=world.ben)
    assert bells(runtime, world.ben) == [] and mails(runtime) == []


def test_a_link_ends_the_mails_of_its_kind_and_no_others(runtime: Runtime, world: World) -> None:
    wish(runtime, world.ben, 'order_held', bell=True, mail=MailWay.AT_ONCE)
    tell(runtime, [world.ben])
    token = mails(runtime)[0].unsubscribe.rpartition('/')[2]
    found = runtime.run(VISITOR, UnsubscribeService.look, token)
    assert (found.label, found.email, found.company) == ('Orders: Order on hold', 'b•••@harbour.test',
                                                         'Harbour Joinery')
    runtime.run(VISITOR, UnsubscribeService.end, token)
    runtime.run(VISITOR, UnsubscribeService.end, token)
    tell(runtime, [world.ben])
    assert len(mails(runtime)) == 1 and len(bells(runtime, world.ben)) == 2
    assert actions(runtime).count('news.unsubscribed') == 2


@pytest.mark.parametrize('bad', ['', 'x', 'a.b.c', 'AAAA.order_held.zzz'])
def test_a_link_that_is_not_ours_ends_nothing(runtime: Runtime, world: World, bad: str) -> None:
    for act in (UnsubscribeService.look, UnsubscribeService.end):
        with pytest.raises(NotFound):
            runtime.run(VISITOR, act, bad)
    assert actions(runtime) == []


def test_a_changed_link_ends_nothing(runtime: Runtime, world: World) -> None:
    wish(runtime, world.ben, 'order_held', bell=True, mail=MailWay.AT_ONCE)
    tell(runtime, [world.ben])
    token = mails(runtime)[0].unsubscribe.rpartition('/')[2]
    with pytest.raises(NotFound):
        runtime.run(VISITOR, UnsubscribeService.end, token.replace('order_held', 'order_placed'))


def test_the_header_lets_a_mail_program_end_them(runtime: Runtime, world: World) -> None:
    from email.headerregistry import Address

    from services.mail.sending import compose
    wish(runtime, world.ben, 'order_held', bell=True, mail=MailWay.AT_ONCE)
    tell(runtime, [world.ben])
    claimed = runtime.run(SYSTEM, SendingService.claim, mails(runtime)[0].id)
    assert claimed
    made = compose(runtime, claimed[0], sender=Address('N', addr_spec='a@b.test'))
    assert made['List-Unsubscribe'] == f'<{claimed[0].unsubscribe}>'
    assert made['List-Unsubscribe-Post'] == 'List-Unsubscribe=One-Click'
    plain = Mail(id=uuid.uuid4(), recipient='a@b.test', subject='x', plain='x', html='x', message_id='<x@y>',
                 created_at=runtime.now(), next_try_at=runtime.now())
    assert compose(runtime, plain, sender=Address('N', addr_spec='a@b.test'))['List-Unsubscribe'] is None
