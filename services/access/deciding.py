"""The office's side of requests for access: the queue, one request with proposals, and the decision."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from models.access import TRANSITIONS, AccessRequest, AccessState
from models.audit import Event
from models.core.words import Lazy, _, _l
from models.customers import Customer, CustomerStatus
from models.users import CUSTOMER_ROLES, Role
from services.access.asking import TOPIC
from services.access.proposing import Proposal, proposals
from services.core.errors import Conflict, NotFound
from services.core.fields import Choice, Flag, LongText, Text
from services.core.listing import Column, Kind, Listing, ListPage, ListQuery
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers import CustomerService
from services.customers.countries import countries, currencies
from services.customers.inputs import CustomerInput, PortalInput
from services.customers.reach import company_of
from services.invitations.sending import InvitationService, InviteInput
from services.mail.outbox import Recipient, promise
from services.roles import ROLE_NAMES

S = AccessState
STATES: Mapping[str, Lazy] = {S.WAITING.value: _l('Waiting'), S.APPROVED.value: _l('Approved'),
                              S.REJECTED.value: _l('Rejected')}
TONES = {S.WAITING.value: 'info', S.APPROVED.value: 'ok', S.REJECTED.value: 'mute'}
ROLES = {role.value: ROLE_NAMES[role] for role in CUSTOMER_ROLES}
_STRICT = ConfigDict(extra='forbid', str_strip_whitespace=True)

REQUESTS = Listing(
    name='access-requests', title=_l('Access requests'), needs=Permission.CUSTOMERS_INVITE, key='id',
    order='-confirmed_at',
    columns=(
        Column('company', _l('Company'), AccessRequest.company, filter='text'),
        Column('name', _l('Person'), AccessRequest.name, filter='text', note='email'),
        Column('country', _l('Country'), AccessRequest.country, filter='choice',
               choices=countries),  # type: ignore[arg-type]
        Column('vat_id', _l('VAT number'), AccessRequest.vat_id, filter='text'),
        Column('state', _l('Status'), AccessRequest.state, Kind.STATUS, filter='choice', choices=lambda: STATES,
               tones=TONES),
        Column('confirmed_at', _l('Asked'), AccessRequest.confirmed_at, Kind.MOMENT, filter='range'),
        Column('customer', _l('Customer'), Customer.name, link='/office/customers/{account}', note='account'),
        Column('decided_by_name', _l('Decided by'), AccessRequest.decided_by_name, default=False),
    ),
    source=lambda work: sa.select(AccessRequest).outerjoin(
        Customer, col(Customer.id) == AccessRequest.customer_id).where(col(AccessRequest.state) != S.UNCONFIRMED),
    extra={'id': AccessRequest.id, 'email': AccessRequest.email, 'account': Customer.account},
    search=(AccessRequest.company, AccessRequest.name, AccessRequest.email, AccessRequest.vat_id))


class ApproveInput(BaseModel):
    """As what a person comes to an existing customer."""

    model_config = _STRICT

    role: Annotated[Role, Choice(_l('Role'), choices=lambda: ROLES)] = Role.BUYER


class NewCustomerInput(BaseModel):
    """The customer a request becomes, and as what its person comes."""

    model_config = _STRICT

    name: Annotated[str, Text(_l('Company name')), Field(min_length=1, max_length=200)]
    country: Annotated[str, Choice(_l('Country'), half=True, choices=countries), Field(pattern=r'^[A-Z]{2}$')]
    currency: Annotated[str, Choice(_l('Currency'), half=True, choices=currencies), Field(pattern=r'^[A-Z]{3}$')]
    vat_id: Annotated[str, Text(_l('VAT number'), half=True), Field(max_length=40)] = ''
    phone: Annotated[str, Text(_l('Phone'), half=True, input='tel'), Field(max_length=60)] = ''
    prepayment: Annotated[bool, Flag(_l('Pays before delivery'))] = True
    role: Annotated[Role, Choice(_l('Role'), choices=lambda: ROLES)] = Role.ADMIN


class RejectInput(BaseModel):
    """Why not."""

    model_config = _STRICT

    reason: Annotated[str, LongText(_l('Reason'), help=_l('The person reads it in the mail.')),
                      Field(min_length=1, max_length=300)]


@dataclass(frozen=True)
class AccessView:
    """A request with the customers it may belong to, the one it came to, and its history, oldest first."""

    request: AccessRequest
    proposals: tuple[Proposal, ...]
    customer: tuple[str, str] | None
    events: tuple[Event, ...]


class AccessService(Service):
    """Looking at requests whose e-mail is confirmed, and deciding on them."""

    @requires(Permission.CUSTOMERS_INVITE)
    def page(self, query: ListQuery) -> ListPage:
        """A page of the queue."""
        return REQUESTS.page(self.work, query)

    @requires(Permission.CUSTOMERS_INVITE)
    def count_waiting(self) -> int:
        """How many requests wait for a decision."""
        return int(self.session.execute(sa.select(sa.func.count()).select_from(AccessRequest).where(
            col(AccessRequest.state) == S.WAITING)).scalar_one())

    @requires(Permission.CUSTOMERS_INVITE)
    def read(self, request_id: uuid.UUID) -> AccessView:
        """One request; raises NotFound, also before its e-mail is confirmed."""
        request = self._one(request_id)
        customer = self.session.exec(select(Customer).where(Customer.id == request.customer_id)).first()
        events = self.session.exec(select(Event).where(Event.subject_id == request.id).order_by(
            col(Event.at), col(Event.sequence))).all()
        return AccessView(request, proposals(self.work, request) if request.state is S.WAITING else (),
                          (customer.account, customer.name) if customer else None, tuple(events))

    @requires(Permission.CUSTOMERS_INVITE, writes=True)
    def approve(self, given: ApproveInput, *, request_id: uuid.UUID, account: str) -> None:
        """Take the person in at this customer and send the ordinary invitation.

        Raises Conflict when it was decided already or the person has access, NotFound for no such customer, Forbidden
        for a customer without portal when one may not change customers, and what inviting raises.
        """
        request = self._one(request_id)
        customer = company_of(self.work, account)
        if customer.status is CustomerStatus.BLOCKED:
            raise Conflict(_('Portal access of this customer is blocked.'))
        if not customer.is_portal_user:
            CustomerService(self.work).set_portal(
                PortalInput(is_portal_user=True, portal_email=customer.portal_email or request.email), account=account)
        self._decide(request, 'approve', customer_id=customer.id)
        InvitationService(self.work).send(InviteInput(request.email, given.role, account, request.name))
        self.work.record('access.approved', request, number=account, customer_id=customer.id, note=request.email,
                         changes={'role': [None, given.role.value]}, topics=(TOPIC,))

    @requires(Permission.CUSTOMERS_WRITE, writes=True)
    def approve_new(self, given: NewCustomerInput, *, request_id: uuid.UUID) -> str:
        """Add the customer and approve; returns the account number. Raises as adding a customer and `approve` do."""
        request = self._one(request_id)
        account = CustomerService(self.work).create(CustomerInput(
            **given.model_dump(exclude={'role'}), language=request.language))
        self.approve(ApproveInput(role=given.role), request_id=request_id, account=account)
        return account

    @requires(Permission.CUSTOMERS_INVITE, writes=True)
    def reject(self, given: RejectInput, *, request_id: uuid.UUID) -> None:
        """Refuse a request; the person reads the reason in a mail. Raises Conflict when it was decided already."""
        request = self._one(request_id)
        self._decide(request, 'reject', reason=given.reason)
        promise(self.work, message='access_rejected', facts={'name': request.name, 'reason': given.reason},
                to=Recipient(request.email, request.name, request.language))
        self.work.record('access.rejected', request, note=given.reason, topics=(TOPIC,))

    def _one(self, request_id: uuid.UUID) -> AccessRequest:
        found = self.session.exec(select(AccessRequest).where(
            AccessRequest.id == request_id, AccessRequest.state != S.UNCONFIRMED)).first()
        if found is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        return found

    def _decide(self, request: AccessRequest, act: str, **values: Any) -> None:
        move = TRANSITIONS.find(request.state, act)
        if move is None:
            raise Conflict(_('This request was decided already.'))
        self.work.change(request, expect={'state': request.state}, state=move.target, decided_at=self.now,
                         decided_by_id=self.actor.user_id, decided_by_name=self.actor.name, **values)
