"""Who is behind a session: read anew for every act, so that what was taken away is gone with the next click.

A session of a person who has to sign in in two steps and has not set that up is none, however it came to be.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from models.customers import Customer, CustomerStatus
from models.settings import Setting
from models.two_step import Authenticator
from models.users import Membership, Role, User, UserSession
from services.core.actor import Actor
from services.core.permissions import READING, ROLES, Permission, switched_off
from services.core.runtime import SessionKey

STAFF_IDLE = dt.timedelta(minutes=30)
CUSTOMER_IDLE = dt.timedelta(hours=12)
LONGEST = dt.timedelta(days=7)
STAFF_RULE = 'auth.two_step_staff'

_COMPANY = sa.func.coalesce(col(UserSession.viewing_customer_id), col(Membership.customer_id))
_OFF_FOR_ALL = sa.select(col(Setting.value)).where(col(Setting.key) == 'portal.off').correlate(
    None).scalar_subquery().label('off')
_FIND: Any = (
    sa.select(
        col(User.id), col(User.name), col(User.email), col(User.language), col(User.theme), col(User.picture_id),
        col(Membership.role), col(Membership.customer_id).label('own_customer'), col(UserSession.viewing_customer_id),
        col(UserSession.last_seen_at), col(Customer.id).label('customer_id'),
        col(Customer.name).label('customer_name'), col(Customer.account), col(Customer.status),
        col(Customer.two_step_by_seller), col(Customer.two_step_by_company), col(Setting.value).label('staff_rule'),
        col(Authenticator.user_id).label('has_app'),
        col(Customer.portal_switches), _OFF_FOR_ALL)
    .select_from(UserSession)
    .join(User, col(User.id) == col(UserSession.user_id))
    .join(Membership, col(Membership.id) == col(UserSession.membership_id))
    .outerjoin(Customer, col(Customer.id) == _COMPANY)
    .outerjoin(Setting, col(Setting.key) == STAFF_RULE)
    .outerjoin(Authenticator, col(Authenticator.user_id) == col(User.id))
    .where(col(UserSession.token_hash) == sa.bindparam('token'), col(UserSession.ended_at).is_(None),
           col(UserSession.created_at) > sa.bindparam('oldest'), col(UserSession.last_seen_at) > sa.bindparam('idle'),
           col(User.active), col(Membership.active)))


def resolve(session: Session, key: SessionKey, now: dt.datetime) -> Actor | None:
    """The person behind a session token with his rights just now, or None when it is not alive any more."""
    limits = {'oldest': now - LONGEST, 'idle': now - CUSTOMER_IDLE}
    row = session.execute(_FIND, {'token': key.token_hash, **limits}).first()
    if row is None or (row.has_app is None and _needs_app(row)):
        return None
    if row.role.is_staff:
        return _staff(row, key) if row.last_seen_at > now - STAFF_IDLE else None
    if row.own_customer is None or row.status is CustomerStatus.BLOCKED:
        return None
    off = _off(row)
    return _person(row, key, permissions=ROLES[row.role] - off, off=off)


def _needs_app(row: Any) -> bool:
    if row.role.is_staff:
        return row.staff_rule is not None and bool(row.staff_rule.get('value'))
    return bool(row.two_step_by_seller or row.two_step_by_company)


def _staff(row: Any, key: SessionKey) -> Actor | None:
    rights = ROLES[row.role]
    if row.viewing_customer_id is None:
        return _person(row, key, permissions=rights, source='office')
    if Permission.CUSTOMERS_VIEW_AS not in rights:
        return None
    off = _off(row)
    return _person(row, key, permissions=rights & ROLES[Role.ADMIN] & READING - off, off=off, source='office',
                   viewing_as=True, real_user_id=row.id)


def _off(row: Any) -> frozenset[Permission]:
    return switched_off((row.off or {}).get('value', ''), row.portal_switches)


def _person(row: Any, key: SessionKey, **more: Any) -> Actor:
    picture = f'/picture/{row.picture_id}' if row.picture_id else None
    return Actor(user_id=row.id, name=row.name, email=row.email, role=row.role, customer_id=row.customer_id,
                 customer_name=row.customer_name or '', account=row.account or '', language=row.language,
                 theme=row.theme, picture=picture, session_id=key.token_hash, ip=key.ip, **more)
