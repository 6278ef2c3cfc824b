"""Access requests: strangers who confirmed their e-mail, and the decision on each."""

from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import Field

from models.access import AccessRequest, AccessState
from models.core.words import _, _l
from models.users import Role
from services.access.asking import TOPIC
from services.access.deciding import (
    REQUESTS,
    STATES,
    TONES,
    AccessService,
    AccessView,
    ApproveInput,
    NewCustomerInput,
    RejectInput,
)
from services.access.proposing import WHY, Proposal
from services.activity import ACTIONS
from services.core import formats
from services.core.fields import SearchChoice
from services.core.permissions import Permission
from services.customers.countries import country_name
from services.settings import SettingService
from ui.kernel import design, documents
from ui.kernel.documents import Cell, Document, Happened
from ui.kernel.forms import ask
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.office.disputes import an_id
from ui.pieces.looking import customers
from ui.pieces.rows import Row, Rows

P = Permission

module = Module('office_access_requests', _l('Access requests'), icon='user-plus', group=Group.SELL,
                needs=Permission.CUSTOMERS_INVITE, waiting=AccessService.count_waiting, topics=(TOPIC,),
                keywords=_l('registration, register, sign up, self-registration, new customers, applications'))


class ChosenInput(ApproveInput):
    """Another customer than those proposed."""

    account: Annotated[str, SearchChoice(_l('Customer'), placeholder=_l('Name or account number'))] = \
        Field(min_length=1)


@module.view('/office/access-requests')
async def index(view: View) -> None:
    """All requests, those that wait first."""
    with design.head(view):
        pass
    is_on = await view.do(SettingService.get, 'access.requests')
    may = view.actor.may(P.SETTINGS_WRITE) and not is_on
    nothing = _('Whoever asks on the sign-in page and confirms the e-mail waits here for you.') if is_on else \
        _('Visitors cannot ask for access: this is switched off in the settings.')
    Table(view, REQUESTS, load=AccessService.page, row_path='/office/access-requests/{id}', topic=TOPIC,
          card=('company', 'state', 'name', 'confirmed_at'), preset={'state': [AccessState.WAITING.value]},
          context=[Act(_('Open'), 'external-link', path='/office/access-requests/{id}', kbd='Enter'),
                   Act(_('Customer'), 'users', path='/office/customers/{account}',
                       when=lambda row: bool(row['account']))],
          empty=Empty('user-plus', _('Nobody waits for access'), nothing, _('Settings') if may else '',
                      '/office/settings?tab=portal' if may else ''))


@module.view('/office/access-requests/{request}')
async def document(view: View, request: str) -> None:
    """One request, and the decision on it; live."""
    page = RequestPage(view, an_id(request))
    await page.build()


class RequestPage:
    """What the person said, who it may be, and what was decided."""

    def __init__(self, view: View, key: uuid.UUID) -> None:
        self.view, self.key = view, key

    async def build(self) -> None:
        """Lay out the page and follow the queue."""
        found = await self.view.do(AccessService.read, self.key)
        self.frame = Document(self.view, found.request.company)
        with self.frame.main:
            self.card = design.box('p-card', tag='section')
            with self.card:
                with design.box('p-card-head'):
                    design.words(_('Who is it?'), tag='h2')
                self.rows = Rows(self.view, _('Who is it?'), [
                    (_('Customer'), False), (_('Fits by'), False), (_('Users'), True)])
                self.nothing = design.box()
                with self.nothing, design.empty('search', _('No customer fits'), _(
                        'Choose one yourself, or add a new customer.')):
                    pass
            self.history = documents.history(self.view, [])
        with self.frame.side:
            self.facts = documents.facts(self.view, _('Request'), [])
        self._show(found)
        self.view.on(TOPIC, self._again)

    async def _again(self) -> None:
        self._show(await self.view.do(AccessService.read, self.key))

    def _show(self, found: AccessView) -> None:
        self.request = request = found.request
        waits = request.state is AccessState.WAITING
        self.frame.head.show(request.company, sub=' · '.join((request.name, request.email)),
                             chip=(str(STATES[request.state]), TONES[request.state]),
                             acts=self._acts(found) if waits else _after(found))
        self.card.set_visibility(waits)
        self.rows.set_visibility(bool(found.proposals))
        self.nothing.set_visibility(not found.proposals)
        self.rows.show([self._row(one) for one in found.proposals])
        self.facts.show([{'label': label, 'text': text, 'path': ''} for label, text in _facts(request) if text])
        self.history.show([vars(Happened(str(ACTIONS.get(event.action, _('Changed'))), formats.moment(event.at),
                                         event.actor_name)) for event in reversed(found.events)])

    def _row(self, one: Proposal) -> Row:
        async def take() -> None:
            await self._approve(one.account, one.name, first=not one.users)
        why = ', '.join(str(WHY[reason]) for reason in one.why)
        return Row(one.account, [
            Cell(one.name, note=' · '.join(filter(None, (one.account, one.city))),
                 path=f'/office/customers/{one.account}'), why, formats.number(one.users)],
            [Act(_('Approve for this customer'), 'user-check', run=take)])

    def _acts(self, found: AccessView) -> list[Act]:
        best = found.proposals[0] if found.proposals else None

        async def take() -> None:
            if best is not None:
                await self._approve(best.account, best.name, first=not best.users)
        acts = [Act(_('Reject'), 'circle-x', run=self._reject, danger=True),
                Act(_('Another customer'), 'search', run=self._choose),
                Act(_('New customer'), 'plus', run=self._new, needs=P.CUSTOMERS_WRITE, main=best is None)]
        if best is not None:
            acts.append(Act(_('Approve for {customer}').format(customer=best.name), 'user-check', run=take, main=True))
        return acts

    async def _approve(self, account: str, name: str, *, first: bool) -> None:
        async def save(given: ApproveInput) -> None:
            await self.view.do(AccessService.approve, given, request_id=self.key, account=account)
        role = Role.ADMIN if first else Role.BUYER
        await self._said(await ask(
            self.view, ApproveInput, _('Approve for {customer}').format(customer=name), _('Approve and invite'),
            save=save, values={'role': role.value}, text=_('{email} gets an invitation by mail.').format(
                email=self.request.email)))

    async def _choose(self) -> None:
        async def save(given: ChosenInput) -> None:
            await self.view.do(AccessService.approve, ApproveInput(role=given.role), request_id=self.key,
                               account=given.account)
        await self._said(await ask(
            self.view, ChosenInput, _('Approve for another customer'), _('Approve and invite'), save=save,
            look={'account': customers(self.view)}, values={'account': '', 'role': Role.BUYER.value}))

    async def _new(self) -> None:
        async def save(given: NewCustomerInput) -> None:
            await self.view.do(AccessService.approve_new, given, request_id=self.key)
        request = self.request
        currency = await self.view.do(SettingService.get, 'seller.currency')
        await self._said(await ask(
            self.view, NewCustomerInput, _('New customer'), _('Add, approve and invite'), save=save, values={
                'name': request.company, 'country': request.country, 'currency': currency, 'vat_id': request.vat_id,
                'phone': request.phone, 'prepayment': True, 'role': Role.ADMIN.value}))

    async def _said(self, given: object) -> None:
        if given is not None:
            self.view.say(_('{email} is invited.').format(email=self.request.email))
            await self._again()

    async def _reject(self) -> None:
        async def save(given: RejectInput) -> None:
            await self.view.do(AccessService.reject, given, request_id=self.key)
        if await ask(self.view, RejectInput, _('Reject this request?'), _('Reject'), save=save, danger=True,
                     values={'reason': ''}) is not None:
            self.view.say(_('The request is rejected. {email} reads why.').format(email=self.request.email))
            await self._again()


def _after(found: AccessView) -> list[Act]:
    if found.customer is None:
        return []
    return [Act(_('Customer'), 'users', path=f'/office/customers/{found.customer[0]}?tab=portal')]


def _facts(request: AccessRequest) -> list[tuple[str, str]]:
    decided = ' · '.join(filter(None, (request.decided_by_name, formats.moment(request.decided_at))))
    return [(_('Company'), request.company), (_('Person'), request.name), (_('E-mail'), request.email),
            (_('Phone'), request.phone), (_('Country'), country_name(request.country)),
            (_('VAT number'), request.vat_id), (_('Customer number'), request.account),
            (_('Message'), request.message), (_('E-mail confirmed'), formats.moment(request.confirmed_at)),
            (_('Decided'), decided if request.decided_at else ''), (_('Reason'), request.reason)]
