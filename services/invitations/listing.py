"""Portal links: every invitation sent, with its state."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _l
from models.customers import Customer
from models.users import Invitation, InvitationState
from services.core.listing import Column, Kind, Listing
from services.core.permissions import Permission
from services.core.work import Work
from services.roles import ROLE_NAMES

S = InvitationState
LIVE = (S.SENT, S.OPENED)
STATES = {S.SENT.value: _l('Sent'), S.OPENED.value: _l('Opened'), S.ACCEPTED.value: _l('Accepted'),
          S.EXPIRED.value: _l('Expired'), S.REVOKED.value: _l('Revoked'), S.BOUNCED.value: _l('Bounced')}
TONES = {S.SENT.value: 'info', S.OPENED.value: 'info', S.ACCEPTED.value: 'ok', S.EXPIRED.value: 'warn',
         S.REVOKED.value: 'mute', S.BOUNCED.value: 'bad'}


def reach(work: Work, statement: Any) -> Any:
    """Narrow a select over invitations to the actor's own company; staff see all customers', their own with the right.

    A link is as good as the role it gives, so those to the staff are only for those who may give such roles.
    """
    company = col(Invitation.customer_id)
    if work.actor.customer_id is not None:
        return statement.where(company == work.actor.customer_id)
    return statement if work.actor.may(Permission.SETTINGS_WRITE) else statement.where(company.is_not(None))


INVITATIONS = Listing(
    name='invitations', title=_l('Portal links'), needs=Permission.CUSTOMERS_INVITE, key='id', order='-sent_at',
    columns=(
        Column('email', _l('Person'), Invitation.email, filter='text', note='name'),
        Column('company', _l('Company'), Customer.name, filter='text', link='/office/customers/{account}',
               note='account'),
        Column('role', _l('Role'), Invitation.role, filter='choice',
               choices=lambda: {role.value: label for role, label in ROLE_NAMES.items()}),
        Column('state', _l('Status'), Invitation.state, Kind.STATUS, filter='choice', choices=lambda: STATES,
               tones=TONES),
        Column('sent_at', _l('Sent'), Invitation.sent_at, Kind.MOMENT, filter='range'),
        Column('expires_at', _l('Expires'), Invitation.expires_at, Kind.MOMENT),
        Column('opened_at', _l('Opened'), Invitation.opened_at, Kind.MOMENT, default=False),
        Column('accepted_at', _l('Accepted'), Invitation.accepted_at, Kind.MOMENT),
    ),
    source=lambda work: reach(work, sa.select(Invitation).outerjoin(
        Customer, col(Customer.id) == col(Invitation.customer_id))),
    extra={'id': Invitation.id, 'name': Invitation.name, 'account': Customer.account},
    search=(Invitation.email, Invitation.name, Customer.name, Customer.account),
)
