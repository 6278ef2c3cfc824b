"""The desk of disputes: what customers do not accept, and the answer to each."""

from __future__ import annotations

import uuid

from models.core.words import _, _l, pgettext
from services.claims.disputing import DisputeService
from services.claims.reading import DISPUTES, DisputeView
from services.claims.reasons import STATES, TONES
from services.core import formats
from services.core.errors import NotFound
from services.core.permissions import Permission
from ui.kernel import design, documents
from ui.kernel.documents import Document
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View
from ui.pieces.disputes import Talk

module = Module('office_disputes', _l('Disputes'), icon='message-square', group=Group.MONEY,
                needs=Permission.DISPUTES_ANSWER, waiting=DisputeService.count_open, topics=('office:disputes',),
                keywords=_l('complaints, claims, wrong invoice, deduction, objections'))


@module.view('/office/disputes')
async def index(view: View) -> None:
    """All disputes, the newest first."""
    with design.head(view):
        pass
    Table(view, DISPUTES, load=DisputeService.list, row_path='/office/disputes/{id}', topic='office:disputes',
          card=('number', 'state', 'customer', 'amount'), preset={'state': ['open']},
          context=[Act(_('Open'), 'external-link', path='/office/disputes/{id}', kbd='Enter'),
                   Act(_('Customer'), 'users', path='/office/customers/{account}')],
          empty=Empty('circle-check', _('Nothing is in dispute'), _('What a customer disputes waits here for you.')))


@module.view('/office/disputes/{dispute}')
async def document(view: View, dispute: str) -> None:
    """One dispute with its thread; live."""
    key = an_id(dispute)
    found = await view.do(DisputeService.read, key)
    frame = Document(view, found.invoice.number or '')

    async def again() -> None:
        paint(await view.do(DisputeService.read, key))
    with frame.main:
        talk = Talk(view, found, again)
    with frame.side:
        facts = documents.facts(view, _('Invoice'), [('', '')])

    def paint(found: DisputeView) -> None:
        invoice, customer = found.invoice, found.customer
        frame.head.show(
            _('Dispute of {number}').format(number=invoice.number), sub=f'{customer.name} · {customer.account}',
            chip=(str(STATES[found.dispute.state]), TONES[found.dispute.state]),
            acts=[Act(_('Invoice'), 'receipt-text', path=f'/office/invoices/{invoice.number}'),
                  Act(_('Customer'), 'users', path=f'/office/customers/{customer.account}')])
        facts.show([{'label': label, 'text': text, 'path': ''} for label, text in (
            (_('Total'), formats.money(invoice.gross, invoice.currency)),
            (pgettext('amount', 'Open'), formats.money(invoice.open, invoice.currency)),
            (_('Disputed'), formats.money(invoice.disputed, invoice.currency)),
            (_('Due now'), formats.money(invoice.due_now, invoice.currency)),
            (_('Due on'), formats.date(invoice.due_on)))])
        talk.show(found)
    paint(found)
    view.on(f'dispute:{key}', again)


def an_id(given: str) -> uuid.UUID:
    """The id in a path; raises NotFound for what is none."""
    plain = given.replace('-', '')
    if len(plain) != 32 or any(c not in '0123456789abcdef' for c in plain.lower()):
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    return uuid.UUID(plain)
