"""Authenticators: setting one up, using its codes and the recovery codes up, and taking it away again."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.customers import Customer
from models.two_step import Authenticator, PendingStep, RecoveryCode, Step
from models.users import Membership, User, UserSession
from services.auth import codes
from services.auth.entering import SEED, authenticator, is_open, proof_of
from services.auth.sessions import end_sessions, token_hash
from services.core.errors import NotFound, Unavailable
from services.core.work import Work
from services.mail.outbox import Recipient, promise
from services.settings import setting

log = logging.getLogger('portico')


@dataclass(frozen=True)
class Offer:
    """What an app is to be given: the seed for typing, and the address that stands in the QR code."""

    seed: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True)
class Waiting:
    """Somebody with a step to do, until his token is used up."""

    row: PendingStep
    user: User
    membership: Membership


def waiting(work: Work, token: str, *steps: Step) -> Waiting:
    """Who has one of these steps to do; raises NotFound when the token is not good (any more).

    It goes with the password it was given for, with access, and, where an app is to be set up, with another one.
    """
    row = work.session.execute(
        sa.select(PendingStep, User, Membership).join(User, col(User.id) == col(PendingStep.user_id))
        .join(Membership, col(Membership.id) == col(PendingStep.membership_id))
        .outerjoin(Customer, col(Customer.id) == col(Membership.customer_id))
        .where(col(PendingStep.token_hash) == token_hash(token), col(PendingStep.step).in_(steps),
               col(PendingStep.used_at).is_(None), col(PendingStep.expires_at) > work.now, col(User.active),
               *is_open(col(User.id)))).first()
    if row is None or row[0].proof != proof_of(row[1]) or (
            (authenticator(work.session, row[1].id) is None) == (row[0].step is Step.CODE)):
        raise NotFound(_('This took too long. Please begin again.'))
    return Waiting(*row)


def use_up(work: Work, row: PendingStep) -> None:
    """Use a pending step up; raises NotFound when somebody else just did."""
    done: Any = work.session.execute(
        sa.update(PendingStep).where(col(PendingStep.token_hash) == row.token_hash, col(PendingStep.used_at).is_(None))
        .values(used_at=work.now).execution_options(synchronize_session=False))
    if done.rowcount != 1:
        raise NotFound(_('This took too long. Please begin again.'))


def offer(work: Work, found: Waiting) -> Offer:
    """What the person's app is to be given."""
    seed = unsealed(work, found.row.seed, found.user.id)
    return Offer(codes.grouped(seed), codes.address(seed, person=found.user.email,
                                                    issuer=setting(work, 'seller.name')))


def unsealed(work: Work, sealed: str, user_id: uuid.UUID) -> str:
    """A seed as the app has it; raises Unavailable when it was sealed with another installation's key."""
    try:
        return work.runtime.secrets.unseal(SEED, sealed, bound=str(user_id))
    except ValueError as error:
        log.exception('the seed of an authenticator does not fit secret.key')
        raise Unavailable(_('Your authenticator app is not known here any more. Ask your administrator to reset '
                            'two-step sign-in.')) from error


def take_code(work: Work, app: Authenticator, code: str) -> bool:
    """Whether this is a code of the app that was not used yet; then it is used up, with all before it."""
    step = codes.step_of(unsealed(work, app.seed, app.user_id), code, work.now)
    if step is None:
        return False
    done: Any = work.session.execute(
        sa.update(Authenticator).where(col(Authenticator.user_id) == app.user_id, col(Authenticator.last_step) < step)
        .values(last_step=step).execution_options(synchronize_session=False))
    return bool(done.rowcount == 1)


def take_recovery_code(work: Work, user_id: uuid.UUID, code: str) -> bool:
    """Whether this is one of the person's recovery codes that was not used yet; then it is used up."""
    done: Any = work.session.execute(
        sa.update(RecoveryCode).where(col(RecoveryCode.user_id) == user_id, col(RecoveryCode.used_at).is_(None),
                                      col(RecoveryCode.code_hash).in_(_hashes(work, user_id, code)))
        .values(used_at=work.now).execution_options(synchronize_session=False))
    return bool(done.rowcount == 1)


def left(work: Work, user_id: uuid.UUID | None) -> int:
    """How many recovery codes a person has not used."""
    return int(work.session.execute(sa.select(sa.func.count()).select_from(RecoveryCode).where(
        col(RecoveryCode.user_id) == user_id, col(RecoveryCode.used_at).is_(None))).scalar_one())


def set_up(work: Work, found: Waiting, code: str) -> tuple[str, ...] | None:
    """Take the app the person was offered when this is its code; his recovery codes, or None for a wrong code.

    All his sessions end: whoever was in before did not pass by the second step.
    """
    user, step = found.user, codes.step_of(unsealed(work, found.row.seed, found.user.id), code, work.now)
    if step is None:
        return None
    use_up(work, found.row)
    work.session.add(Authenticator(user_id=user.id, seed=found.row.seed, last_step=step, since=work.now))
    work.session.flush()
    end_sessions(work, col(UserSession.user_id) == user.id)
    tell(work, user, 'on')
    work.record('two_step.on', user, number=user.email, customer_id=found.membership.customer_id, topics=_topics(user))
    return renewed_codes(work, user.id)


def renewed_codes(work: Work, user_id: uuid.UUID) -> tuple[str, ...]:
    """New recovery codes in place of all earlier ones, as they are shown to the person this once."""
    _forget_codes(work, user_id)
    made = codes.new_recovery_codes()
    work.session.add_all(RecoveryCode(id=new_id(), user_id=user_id, code_hash=_hashes(work, user_id, code)[0])
                         for code in made)
    return tuple(codes.grouped(code) for code in made)


def take_away(work: Work, user: User, change: str) -> None:
    """Forget a person's app and recovery codes, end all his sessions and tell him; `change` is off or reset."""
    work.session.execute(sa.delete(Authenticator).where(col(Authenticator.user_id) == user.id)
                         .execution_options(synchronize_session=False))
    _forget_codes(work, user.id)
    end_sessions(work, col(UserSession.user_id) == user.id)
    tell(work, user, change)
    work.announce(*_topics(user))


def tell(work: Work, user: User, change: str) -> None:
    """Mail a person what became of his two-step sign-in: on, off, reset, codes."""
    promise(work, message='two_step', to=Recipient(user.email, user.name, user.language),
            facts={'name': user.name, 'change': change, 'link': f'{work.runtime.config.url}/forgot-password'})


def has_app(work: Work, people: list[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people who sign in in two steps."""
    return set(work.session.exec(select(Authenticator.user_id).where(col(Authenticator.user_id).in_(people))))


def _forget_codes(work: Work, user_id: uuid.UUID) -> None:
    work.session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id)
                         .execution_options(synchronize_session=False))


def _hashes(work: Work, user_id: uuid.UUID, code: str) -> tuple[str, ...]:
    """What is kept of a recovery code: first by the key of now, then by the one before it."""
    return work.runtime.secrets.signatures('recovery-code', f'{user_id} {code}')


def _topics(user: User) -> tuple[str, ...]:
    return (f'profile:{user.id}',)
