"""Keeping customers: list, look, add, change, give access to the portal, hold and block."""

from __future__ import annotations

import builtins
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import LANGUAGES, _
from models.customers import Address, AddressKind, Customer, CustomerStatus
from models.orders import OPEN_STATUSES, Order
from models.pricing import PriceKind, PriceList
from models.users import Invitation, InvitationState, Membership, UserSession
from services.auth.proof import want_proof
from services.auth.sessions import end_sessions
from services.core.errors import Conflict, Invalid
from services.core.listing import ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.countries import CURRENCIES, checked_vat, countries
from services.customers.inputs import CustomerInput, PortalInput, ReasonInput
from services.customers.listing import CUSTOMERS, worded
from services.customers.reach import company_of, topics_of
from services.customers.reading import CustomerView, view_of
from services.invitations.listing import LIVE
from services.mail.addresses import checked

P = Permission
S = CustomerStatus
FIRST_ACCOUNT = 10001


class CustomerService(Service):
    """The office's acts on customers."""

    @requires(P.CUSTOMERS_READ)
    def list(self, query: ListQuery) -> ListPage:
        """A page of the Customer Centre, with each customer's place, access and last order in words."""
        page = CUSTOMERS.page(self.work, query)
        return ListPage([worded(row, self.now) for row in page.rows], page.total, page.capped)

    @requires(P.CUSTOMERS_READ)
    def counts(self) -> tuple[int, int]:
        """How many customers there are, and how many of them have people in the portal."""
        have = sa.exists().where(col(Membership.customer_id) == Customer.id, col(Membership.active))
        counted = sa.select(sa.func.count(), sa.func.count(sa.case((have, 1)))).select_from(Customer)
        row = self.session.execute(counted).one()
        return int(row[0]), int(row[1])

    @requires(P.CUSTOMERS_READ)
    def read(self, account: str) -> CustomerView:
        """One customer with all that belongs to him; raises NotFound."""
        return view_of(self.work, company_of(self.work, account))

    @requires(P.CUSTOMERS_READ)
    def price_lists(self, account: str) -> builtins.list[tuple[str, str]]:
        """Code and name of the lists this customer may be given: active ones for groups in his currency."""
        rows = self.session.exec(_group_lists(company_of(self.work, account)).order_by(PriceList.name))
        return [(row.code, row.name) for row in rows]

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def create(self, given: CustomerInput) -> str:
        """Add a customer, with his seat as first address; returns the account number.

        Raises Invalid for an account number that is taken, a bad VAT number, country, currency or language.
        """
        values = _checked(given)
        values['account'] = given.account or self._next_account()
        if self.session.exec(select(Customer.id).where(Customer.account == values['account'])).first():
            raise Invalid(_('There is a customer with this account number already.'), field='account')
        customer = Customer(id=new_id(), created_at=self.now, **values)
        self.session.add(customer)
        self.session.flush()
        if customer.street and customer.city:
            self.session.add_all(Address(
                customer_id=customer.id, kind=kind, name=customer.name, street=customer.street, is_default=True,
                postcode=customer.postcode, city=customer.city, country=customer.country) for kind in AddressKind)
        self.work.record('customer.created', customer, number=customer.account, customer_id=customer.id,
                         topics=topics_of(customer))
        return customer.account

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def save(self, given: CustomerInput, *, account: str, version: int | None = None) -> None:
        """Change the details of a customer; raises Conflict when they changed meanwhile, Invalid as `create` does."""
        customer = self._seen(account, version)
        if given.account not in ('', account):
            raise Invalid(_('An account number never changes.'), field='account')
        values = _checked(given)
        if values['currency'] != customer.currency:
            self._refuse_currency(customer)
        self._change(customer, 'customer.changed', values)

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def set_portal(self, given: PortalInput, *, account: str, version: int | None = None) -> None:
        """Say whether a customer uses the portal, and under which e-mail; without access his invitations are void.

        Raises Invalid for a bad e-mail or none, Conflict while people of the company still have access, Unproven
        without a recent password when two steps are no longer asked for.
        """
        customer = self._seen(account, version)
        email = checked(given.portal_email, field='portal_email') if given.portal_email else ''
        if given.is_portal_user and not email:
            raise Invalid(_('Give the e-mail the invitation goes to.'), field='portal_email')
        if customer.is_portal_user and not given.is_portal_user:
            self._close_portal(customer)
        if customer.two_step_by_seller and not given.two_step_by_seller:
            want_proof(self.work)
        self._change(customer, 'customer.portal_changed',
                     {'is_portal_user': given.is_portal_user, 'portal_email': email,
                      'two_step_by_seller': given.two_step_by_seller})

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def set_price_list(self, account: str, code: str = '') -> None:
        """Give a customer the price list of a group, or none; raises Invalid for a list that does not fit him."""
        customer = company_of(self.work, account)
        chosen = self.session.exec(_group_lists(customer).where(PriceList.code == code)).first() if code else None
        if code and chosen is None:
            raise Invalid(_('This price list is not open to this customer.'), field='price_list')
        before = self.session.exec(select(PriceList.code).where(PriceList.id == customer.price_list_id)).first() or ''
        if before == code:
            return
        self.work.change(customer, price_list_id=chosen.id if chosen else None)
        self.work.record('customer.price_list_changed', customer, number=account, customer_id=customer.id,
                         changes={'price_list': [before, code]}, topics=(*topics_of(customer), 'prices'))

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def hold(self, given: ReasonInput, *, account: str) -> None:
        """Let a customer look but not order; he reads the reason. Raises Conflict unless he is active."""
        self._leave(company_of(self.work, account), (S.ACTIVE,), S.ON_HOLD, 'customer.held', given.reason)

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def block(self, given: ReasonInput, *, account: str) -> None:
        """Keep a customer out of the portal: his people's sessions end at once. Raises Conflict when he is out."""
        customer = company_of(self.work, account)
        self._leave(customer, (S.ACTIVE, S.ON_HOLD), S.BLOCKED, 'customer.blocked', given.reason)
        members = sa.select(col(Membership.id)).where(col(Membership.customer_id) == customer.id)
        end_sessions(self.work, col(UserSession.membership_id).in_(members))

    @requires(P.CUSTOMERS_WRITE, writes=True)
    def release(self, account: str) -> None:
        """Let a held or blocked customer in and order again; raises Conflict when he is active already."""
        self._leave(company_of(self.work, account), (S.ON_HOLD, S.BLOCKED), S.ACTIVE, 'customer.released', '')

    def _seen(self, account: str, version: int | None) -> Customer:
        customer = company_of(self.work, account)
        if version is not None and version != customer.version:
            raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
        return customer

    def _change(self, customer: Customer, action: str, values: dict[str, Any]) -> None:
        changed = {name: value for name, value in values.items() if getattr(customer, name) != value}
        if not changed:
            return
        changes = {name: [_plain(getattr(customer, name)), _plain(value)] for name, value in changed.items()}
        self.work.change(customer, **changed)
        self.work.record(action, customer, number=customer.account, customer_id=customer.id, changes=changes,
                         topics=topics_of(customer))

    def _leave(self, customer: Customer, sources: tuple[CustomerStatus, ...], target: CustomerStatus, action: str,
               reason: str) -> None:
        before = customer.status
        if before not in sources:
            raise Conflict(_('That is not possible any more: the status of this customer changed.'))
        self.work.change(customer, expect={'status': before}, status=target, hold_reason=reason)
        self.work.record(action, customer, number=customer.account, customer_id=customer.id, note=reason,
                         changes={'status': [before.value, target.value]}, topics=topics_of(customer))

    def _close_portal(self, customer: Customer) -> None:
        if self.session.exec(select(Membership.id).where(
                Membership.customer_id == customer.id, col(Membership.active))).first():
            raise Conflict(_('People of this customer still have access. Take it away first, or block the customer.'),
                           field='is_portal_user')
        self.session.execute(sa.update(Invitation).where(
            col(Invitation.customer_id) == customer.id, col(Invitation.state).in_(LIVE))
            .values(state=InvitationState.REVOKED).execution_options(synchronize_session=False))

    def _refuse_currency(self, customer: Customer) -> None:
        if self.session.exec(select(Order.id).where(
                Order.customer_id == customer.id, col(Order.status).in_(OPEN_STATUSES)).limit(1)).first():
            raise Invalid(_('There are open orders in {currency}.').format(currency=customer.currency),
                          field='currency')

    def _next_account(self) -> str:
        """The number after the highest C-number."""
        account = col(Customer.account)
        last = self.session.exec(select(account).where(account.regexp_match(r'^C-[0-9]{5,12}$'))
                                 .order_by(sa.func.length(account).desc(), account.desc())).first()
        return f'C-{int(last[2:]) + 1 if last else FIRST_ACCOUNT}'


def _group_lists(customer: Customer) -> Any:
    return select(PriceList).where(PriceList.kind == PriceKind.GROUP, PriceList.currency == customer.currency,
                                   col(PriceList.active))


def _checked(given: CustomerInput) -> dict[str, Any]:
    """The values to store; raises Invalid for what no rule of one field can see."""
    for name, known in (('country', countries()), ('currency', CURRENCIES), ('language', LANGUAGES)):
        if getattr(given, name) not in known:
            raise Invalid(_('There is no such choice.'), field=name)
    return given.model_dump(exclude={'account'}) | {'vat_id': checked_vat(given.vat_id, given.country)}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
