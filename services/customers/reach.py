"""Which company an act is about: any by its account number for the office, only one's own for a portal person."""

from __future__ import annotations

from sqlmodel import select

from models.core.words import _
from models.customers import Customer
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.work import Work


def company_of(work: Work, account: str = '') -> Customer:
    """The company of this account number, one's own when it is empty; raises NotFound out of reach."""
    own = work.actor.customer_id
    if own is None:
        work.require(Permission.CUSTOMERS_READ)
    statement = select(Customer).where(Customer.id == own if own else Customer.account == account)
    found = work.session.exec(statement).first()
    if found is None or (account and found.account != account):
        raise NotFound(_('There is no such customer.'))
    return found


def topics_of(customer: Customer) -> tuple[str, ...]:
    """Where news of a customer is followed."""
    return 'office:customers', f'company:{customer.id}'
