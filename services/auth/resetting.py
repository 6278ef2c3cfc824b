"""A forgotten password: a mailed token that is good once for 30 minutes; and the change of a known one."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.words import _
from models.users import ResetToken, User, UserSession
from services.auth import passwords
from services.auth.entering import Opened
from services.auth.sessions import Browser, end_sessions, new_token, open_session, token_hash
from services.auth.signing_in import at_the_door
from services.auth.throttle import RESET_ACCOUNT, RESET_NETWORK, SIGN_IN_HERE, limit, network
from services.core.errors import Conflict, Forbidden, Invalid, NotFound
from services.core.permissions import Permission
from services.core.runtime import Runtime, Who
from services.core.service import Service, requires
from services.mail.addresses import spelled
from services.mail.outbox import Recipient, promise
from services.settings import setting

LIFE = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Holder:
    """Whose password is to be set, and the words it must not be made of."""

    user_id: uuid.UUID
    words: tuple[str, ...]
    password_hash: str = field(default='', repr=False)


def set_password(runtime: Runtime, token: str, password: str, *, browser: Browser) -> None:
    """Set a new password by a mailed token and end all sessions.

    Raises NotFound for a token that is not good (any more) and Invalid for a password that is too easy.
    """
    door = at_the_door(browser)
    holder = runtime.run(door, PasswordService.holder, token)
    passwords.check(password, words=holder.words)
    runtime.run(door, PasswordService.reset, token, passwords.hashed(password))


def change_password(runtime: Runtime, who: Who, *, current: str, password: str, browser: Browser) -> Opened:
    """Change one's own password by giving the current one; all sessions end and a new one begins.

    Raises Invalid with the field that is wrong, Throttled after too many wrong tries.
    """
    holder = runtime.run(who, PasswordService.own)
    if not passwords.matches(holder.password_hash, current):
        runtime.run(who, PasswordService.refuse)
        raise Invalid(_('This is not your current password.'), field='current')
    passwords.check(password, words=holder.words)
    if passwords.matches(holder.password_hash, password):
        raise Invalid(_('This is the password you already have.'), field='password')
    return runtime.run(who, PasswordService.change, holder.password_hash, passwords.hashed(password), browser=browser)


class PasswordService(Service):
    """The steps of setting a password; hashing happens between them, outside of any transaction."""

    @requires(Permission.SYSTEM, writes=True)
    def ask(self, email: str) -> None:
        """Mail a token to a person who forgot his password; nothing tells whether there is such a person.

        Raises Throttled, and NotFound when the seller switched this off.
        """
        if not setting(self.work, 'auth.forgot_password'):
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        limit(self.work, 'reset-network', network(self.actor.ip), RESET_NETWORK)
        limit(self.work, 'reset-account', spelled(email), RESET_ACCOUNT)
        user = self.session.exec(select(User).where(User.email == spelled(email), col(User.active))).first()
        if user is None or not user.password_hash:
            self.work.record('password.asked')
            return
        self._void(user.id)
        token = new_token()
        self.session.add(ResetToken(token_hash=token_hash(token), user_id=user.id, created_at=self.now,
                                    expires_at=self.now + LIFE))
        link = f'{self.work.runtime.config.url}/reset/{token}'
        promise(self.work, message='password_reset', to=Recipient(user.email, user.name, user.language), secret=True,
                facts={'name': user.name, 'link': link, 'minutes': int(LIFE.total_seconds() // 60)})
        self.work.record('password.asked', user)

    @requires(Permission.ANYONE)
    def may_ask(self) -> bool:
        """Whether the seller lets people ask for a new password by mail."""
        return bool(setting(self.work, 'auth.forgot_password'))

    @requires(Permission.ANYONE)
    def is_good(self, token: str) -> bool:
        """Whether a mailed token still works; looking changes nothing."""
        return self._token(token) is not None

    @requires(Permission.SYSTEM)
    def holder(self, token: str) -> Holder:
        """Whose token this is; raises NotFound when it is not good (any more)."""
        user = self.session.exec(select(User).where(User.id == self._live(token).user_id)).one()
        return Holder(user.id, self._words(user))

    @requires(Permission.SYSTEM, writes=True)
    def reset(self, token: str, password_hash: str) -> None:
        """Use up the token, set the password, end all sessions and tell the person by mail."""
        row = self._live(token)
        used = self.session.execute(
            sa.update(ResetToken).where(col(ResetToken.token_hash) == row.token_hash,
                                        col(ResetToken.used_at).is_(None)).values(used_at=self.now)
            .execution_options(synchronize_session=False))
        if used.rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound(_('This link is not valid any more.'))
        user = self.session.exec(select(User).where(User.id == row.user_id)).one()
        self._set(user, password_hash)

    @requires(Permission.SIGNED_IN, writes=True)
    def own(self) -> Holder:
        """The person who wants to change his password, with a try counted; raises Throttled after too many.

        Raises Forbidden while he views the portal as a customer.
        """
        if self.actor.viewing_as:
            raise Forbidden(_("You are looking through a customer's eyes; nothing can be changed here."))
        limit(self.work, 'password-change', str(self.actor.user_id), SIGN_IN_HERE)
        user = self.session.exec(select(User).where(User.id == self.actor.user_id)).one()
        return Holder(user.id, self._words(user), user.password_hash)

    @requires(Permission.SIGNED_IN, writes=True)
    def refuse(self) -> None:
        """Write down a wrong current password."""
        self.work.record('password.refused')

    @requires(Permission.SIGNED_IN, writes=True)
    def change(self, before: str, password_hash: str, *, browser: Browser) -> Opened:
        """Set the person's new password if it still was `before`, end all his sessions and begin a new one."""
        user = self.session.exec(select(User).where(User.id == self.actor.user_id)).one()
        if user.password_hash != before:
            raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
        membership_id = self.session.exec(select(UserSession.membership_id).where(
            UserSession.token_hash == self.actor.session_id)).one()
        self._set(user, password_hash)
        return Opened(open_session(self.work, user_id=user.id, membership_id=membership_id, browser=browser),
                      user.language)

    def _set(self, user: User, password_hash: str) -> None:
        user.password_hash = password_hash
        self._void(user.id)
        end_sessions(self.work, col(UserSession.user_id) == user.id)
        promise(self.work, message='password_changed', to=Recipient(user.email, user.name, user.language),
                facts={'name': user.name, 'link': f'{self.work.runtime.config.url}/forgot-password'})
        self.work.record('password.changed', user)

    def _void(self, user_id: uuid.UUID) -> None:
        self.session.execute(sa.update(ResetToken).where(col(ResetToken.user_id) == user_id,
                                                         col(ResetToken.used_at).is_(None))
                             .values(used_at=self.now).execution_options(synchronize_session=False))

    def _token(self, token: str) -> ResetToken | None:
        return self.session.exec(select(ResetToken).join(User, col(User.id) == ResetToken.user_id).where(
            ResetToken.token_hash == token_hash(token), col(ResetToken.used_at).is_(None),
            ResetToken.expires_at > self.now, col(User.active))).first()

    def _live(self, token: str) -> ResetToken:
        row = self._token(token)
        if row is None:
            raise NotFound(_('This link is not valid any more.'))
        return row

    def _words(self, user: User) -> tuple[str, ...]:
        return user.name, user.email, setting(self.work, 'seller.name')
