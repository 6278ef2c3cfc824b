"""Passwords: which are refused, changing a known one, and a mailed token for a forgotten one."""

from __future__ import annotations

import re

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from models.core.words import language
from services.auth import passwords
from services.auth.resetting import PasswordService, change_password, set_password
from services.auth.signing_in import Credentials, sign_in
from services.core.actor import SYSTEM
from services.core.errors import Conflict, Invalid, NotFound, SignedOut, Throttled
from services.core.runtime import Runtime
from services.presence import PresenceService
from services.settings import SettingService
from tests.conftest import Clock
from tests.services.people import HERE, actions, enter, give_password, key, mails
from tests.world import PASSWORD, World

NEW = 'seven green umbrellas'


@pytest.mark.parametrize('password', [
    'short', 'elevenchars', 'passwordpassword', '123456789012', 'aaaaaaaaaaaaaaaa', 'qwertyuiop12', 'portico-portico',
    'Harbour-Joinery1', 'x' * 257])
def test_easy_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.check(password, words=('Harbour Joinery', 'ben@harbour.test'))
    assert caught.value.field == 'password'


def test_what_everybody_uses_is_refused() -> None:
    common = [word for word in FREQUENCY_LISTS['passwords'] if len(word) >= passwords.SHORTEST]
    assert len(common) > 200
    for word in common:
        with pytest.raises(Invalid):
            passwords.check(word)


@pytest.mark.parametrize('password', ['my dog likes 7 pears', 'żółta kaczka płynie', 'correct horse battery',
                                      'six brown kettles ' * 14])
def test_good_passwords_pass_whatever_they_are_made_of(password: str) -> None:
    passwords.check(password)
    assert passwords.matches(passwords.hashed(password), password)


def test_the_same_letters_in_another_spelling_of_unicode_match() -> None:
    assert passwords.matches(passwords.hashed('cafe\u0301 au lait noir'), 'caf\u00e9 au lait noir')


@pytest.mark.parametrize('typed', ['my dog likes 7 Pears', ' my dog likes 7 pears', 'my dog likes 7 pears ',
                                   'my dog likes 7 pear', 'my dog likes 7 pears\n'])
def test_what_is_nearly_the_password_is_not(typed: str) -> None:
    kept = passwords.hashed('my dog likes 7 pears')
    assert kept.startswith('$argon2id$v=19$m=47104,t=1,p=1$') and not passwords.matches(kept, typed)


def test_nobody_matches_an_empty_or_broken_hash() -> None:
    assert not passwords.matches('', 'an account that does not exist')
    assert not passwords.matches('nonsense', 'x')


def test_refusals_are_in_the_persons_language() -> None:
    with language('de'), pytest.raises(Invalid):
        passwords.check('kurz')


def _link(runtime: Runtime) -> str:
    found = re.search(r'(\S+)/reset/(\S+)', mails(runtime)[-1].plain)
    assert found and found[1] == runtime.config.url
    return found[2]


def test_a_forgotten_password_is_set_anew_once(runtime: Runtime, world: World) -> None:
    email = give_password(runtime, world.ben)
    old = key(enter(runtime, world.ben))
    runtime.run(SYSTEM, PasswordService.ask, email.upper())
    token = _link(runtime)
    assert mails(runtime)[-1].secret and token not in actions(runtime)
    assert runtime.run(SYSTEM, PasswordService.is_good, token)
    assert runtime.run(SYSTEM, PasswordService.is_good, token), 'looking must change nothing'
    with pytest.raises(Invalid):
        set_password(runtime, token, 'short', browser=HERE)
    set_password(runtime, token, NEW, browser=HERE)
    with pytest.raises(NotFound):
        set_password(runtime, token, NEW + NEW, browser=HERE)
    with pytest.raises(SignedOut):
        runtime.run(old, PresenceService.me)
    assert sign_in(runtime, Credentials(email, NEW, HERE)).token
    with pytest.raises(Invalid):
        sign_in(runtime, Credentials(email, PASSWORD, HERE))
    assert [mail.message for mail in mails(runtime)] == ['password_reset', 'password_changed']


def test_a_token_is_over_after_half_an_hour_and_when_a_newer_one_comes(runtime: Runtime, world: World,
                                                                      clock: Clock) -> None:
    email = give_password(runtime, world.ben)
    runtime.run(SYSTEM, PasswordService.ask, email)
    first = _link(runtime)
    clock.advance(seconds=1)
    runtime.run(SYSTEM, PasswordService.ask, email)
    second = _link(runtime)
    assert not runtime.run(SYSTEM, PasswordService.is_good, first)
    clock.advance(minutes=31)
    assert not runtime.run(SYSTEM, PasswordService.is_good, second)


def test_asking_for_a_stranger_looks_the_same_and_sends_nothing(runtime: Runtime, world: World) -> None:
    assert runtime.run(SYSTEM, PasswordService.ask, 'nobody@harbour.test') is None
    assert mails(runtime) == []
    for _ in range(2):
        runtime.run(SYSTEM, PasswordService.ask, 'nobody@harbour.test')
    with pytest.raises(Throttled):
        runtime.run(SYSTEM, PasswordService.ask, 'nobody@harbour.test')


def test_the_seller_may_switch_it_off(runtime: Runtime, world: World) -> None:
    runtime.run(world.olga, SettingService.put, 'auth.forgot_password', False)
    assert not runtime.run(SYSTEM, PasswordService.may_ask)
    with pytest.raises(NotFound):
        runtime.run(SYSTEM, PasswordService.ask, give_password(runtime, world.ben))


def test_changing_a_password_ends_all_sessions_and_begins_a_new_one(runtime: Runtime, world: World) -> None:
    here, there = enter(runtime, world.ben), enter(runtime, world.ben)
    opened = change_password(runtime, key(here), current=PASSWORD, password=NEW, browser=HERE)
    for ended in (here, there):
        with pytest.raises(SignedOut):
            runtime.run(key(ended), PresenceService.me)
    assert runtime.run(key(opened), PresenceService.me).user_id == world.ben.user_id
    assert actions(runtime)[-1] == 'password.changed' and mails(runtime)[-1].message == 'password_changed'
    with pytest.raises(Invalid) as caught:
        change_password(runtime, key(opened), current=NEW, password=NEW, browser=HERE)
    assert caught.value.field == 'password'


def test_a_wrong_current_password_is_refused_and_counted(runtime: Runtime, world: World) -> None:
    ben = key(enter(runtime, world.ben))
    for _ in range(10):
        with pytest.raises(Invalid) as caught:
            change_password(runtime, ben, current='wrong', password=NEW, browser=HERE)
        assert caught.value.field == 'current'
    with pytest.raises(Throttled):
        change_password(runtime, ben, current=PASSWORD, password=NEW, browser=HERE)


def test_two_changes_at_once_give_one(runtime: Runtime, world: World) -> None:
    ben = key(enter(runtime, world.ben))
    before = runtime.run(ben, PasswordService.own).password_hash
    changed = runtime.run(ben, PasswordService.change, before, passwords.hashed(NEW), browser=HERE)
    with pytest.raises(Conflict):
        runtime.run(key(changed), PasswordService.change, before, passwords.hashed('another one'), browser=HERE)
