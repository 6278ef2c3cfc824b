"""What people wish to hear of: only what concerns them, kept for one company, never against what is compulsory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.reminders import MailWay
from services.core.errors import Forbidden, NotFound
from services.core.runtime import Runtime
from services.informing import events
from services.informing.digest import send_digests
from services.informing.events import EVENTS, MAIL, Event
from services.informing.wishes import NewsWishService
from tests.conftest import Clock
from tests.services.people import actions, mails
from tests.services.test_informing import bells, tell, wish
from tests.world import World


def test_a_person_sees_only_what_can_concern_him(runtime: Runtime, world: World) -> None:
    buyer = {found.event for found in runtime.run(world.ben, NewsWishService.own)}
    finance = {found.event for found in runtime.run(world.fin, NewsWishService.own)}
    office = {found.event for found in runtime.run(world.olga, NewsWishService.own)}
    assert 'order_confirmed' in buyer and 'reminder_sent' not in buyer and 'reminder_sent' in finance
    assert 'cancel_asked' in office and 'cancel_asked' not in buyer and 'order_confirmed' not in office


def test_wishes_are_kept_and_followed(runtime: Runtime, world: World) -> None:
    runtime.run(world.ben, NewsWishService.save, {'order_held': (False, MailWay.AT_ONCE),
                                              'order_confirmed': (True, MailWay.AT_ONCE)})
    found = {row.event: row for row in runtime.run(world.ben, NewsWishService.own)}
    assert (found['order_held'].bell, found['order_held'].mail) == (False, MailWay.AT_ONCE)
    assert found['order_confirmed'].mail is MailWay.AT_ONCE
    tell(runtime, [world.ben, world.vera])
    assert bells(runtime, world.ben) == [] and len(bells(runtime, world.vera)) == 1
    assert [mail.recipient for mail in mails(runtime)] == ['ben@harbour.test']
    assert actions(runtime) == ['news.wished']


def test_nobody_wishes_for_what_does_not_concern_him_or_through_anothers_eyes(runtime: Runtime, world: World) -> None:
    for event in ('reminder_sent', 'cancel_asked', 'no_such'):
        with pytest.raises(NotFound):
            runtime.run(world.ben, NewsWishService.save, {event: (True, MailWay.NEVER)})
    with pytest.raises(Forbidden):
        runtime.run(replace(world.mara, viewing_as=True), NewsWishService.save, {'order_held': (True, MailWay.NEVER)})
    assert actions(runtime) == []


def test_what_is_compulsory_is_mailed_whatever_is_wished(runtime: Runtime, world: World,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EVENTS, 'order_held', Event(events.EVENTS['order_held'].label, 'orders', MAIL, compulsory=True))
    runtime.run(world.ben, NewsWishService.save, {'order_held': (False, MailWay.NEVER)})
    own = {wish.event: wish.mail for wish in runtime.run(world.ben, NewsWishService.own)}
    assert own['order_held'] is MailWay.AT_ONCE
    tell(runtime, [world.ben])
    mail, = mails(runtime)
    assert mail.recipient == 'ben@harbour.test' and mail.unsubscribe == '' and bells(runtime, world.ben) == []


def test_a_summary_has_all_that_waited_once(runtime: Runtime, world: World, clock: Clock) -> None:
    wish(runtime, world.ben, 'order_held', bell=True, mail=MailWay.DIGEST)
    assert send_digests(runtime) == 0
    tell(runtime, [world.ben])
    tell(runtime, [world.ben])
    assert mails(runtime) == [] and len(bells(runtime, world.ben)) == 2
    assert send_digests(runtime) == 2 and send_digests(runtime) == 0
    mail, = mails(runtime)
    assert mail.message == 'digest' and mail.subject == 'Your summary of My company'
    assert mail.plain.count('Order SO-1 is on hold: Credit') == 2 and '/unsubscribe/' in mail.plain
    clock.advance(days=1)
    tell(runtime, [world.ben])
    assert send_digests(runtime) == 1 and len(mails(runtime)) == 2
