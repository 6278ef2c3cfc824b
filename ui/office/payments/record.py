"""Record payment: from whom, how much and how; then what it is used for, as proposed or otherwise."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from nicegui import ui

from models.core.words import _, pgettext
from models.invoices import Invoice
from services.core import formats
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.customers import CustomerService
from services.payments.inputs import InvoiceShare, RecordHead, RecordInput
from services.payments.recording import RecordService
from services.payments.wording import amount_in
from ui.kernel import design
from ui.kernel.forms import Form
from ui.kernel.view import View
from ui.office.payments.declared import module
from ui.pieces.looking import customers


@module.view('/office/payments/record', needs=Permission.PAYMENTS_WRITE)
async def record(view: View) -> None:
    """Note money that came in by hand or bank."""
    await RecordPage(view).build()


class RecordPage:
    """Two steps on one page: the money, then the invoices it is for."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.head: RecordHead | None = None
        self.fields: dict[str, ui.input] = {}
        self.saving = False

    async def build(self) -> None:
        """Lay out the page; a link may name the customer."""
        view = self.view
        view.title = _('Record payment')
        account = str(view.query.get('account', ''))[:40]
        known = {'account': (await view.do(CustomerService.read, account)).customer.name} if account else {}
        view.state.setdefault('key', secrets.token_urlsafe(24))
        with design.head(view, _('Record payment')):
            design.button(_('Payments'), href='/office/payments', icon='arrow-left')
        with design.card(_('The money')):
            self.form = Form(view, RecordHead, save=self._propose, button=_('Next'), look={'account': customers(view)},
                             options=known, values={
                                 'account': account, 'amount': view.query.get('amount', ''), 'reference': '',
                                 'method': 'bank', 'received_on': view.session.runtime.now().date()})
        self.place = design.box('p-stack').props('aria-live=polite')

    async def _propose(self, given: RecordHead) -> None:
        self.head = given
        items = await self.view.do(RecordService.open_items, given.account)
        shares = await self.view.do(RecordService.propose, given)
        self.fields.clear()
        self.place.clear()
        with self.place, design.card(_('What it is used for')), design.box('p-stack'):
            design.words(_('The rest stays as the credit of the customer.'), tag='p', classes='p-soft')
            if items:
                self._table(items, {share.number: share.money for share in shares})
            with design.box('p-actions'):
                design.button(_('Record payment'), self._save, main=True)

    def _table(self, items: tuple[Invoice, ...], proposed: dict[str, Decimal]) -> None:
        head = ((_('Invoice'), ''), (_('Due'), ''), (pgettext('amount', 'Open'), 'p-num'), (_('Used'), 'p-num'))
        with design.box('p-table is-cards'), design.box(tag='table'):
            with design.box(tag='thead'), design.box(tag='tr'):
                for text, end in head:
                    design.words(text, tag='th', classes=end)
            with design.box(tag='tbody') as body:
                for row in items:
                    self._row(row, proposed.get(str(row.number)))
        design.label_cells(body, [text for text, _end in head])

    def _row(self, row: Invoice, share: Decimal | None) -> None:
        number = str(row.number)
        with design.box(tag='tr'):
            with design.box(tag='td'):
                design.link(number, f'/office/invoices/{number}')
                if row.disputed:
                    design.chip(_('Disputed'), 'warn')
            design.words(formats.date(row.due_on), tag='td')
            design.words(formats.money(row.open, row.currency), tag='td', classes='p-num')
            with design.box('p-num', tag='td'):
                self.fields[number] = ui.input(value='' if share is None else formats.plain_number(share)).props(
                    'outlined dense inputmode=decimal maxlength=14 '
                    f'aria-label="{design.attribute(_("Amount for {number}").format(number=number))}"')

    async def _save(self) -> None:
        if self.head is None or self.saving:
            return
        self.saving = True
        try:
            await self._record(self.head)
        finally:
            self.saving = False

    async def _record(self, head: RecordHead) -> None:
        shares = tuple(InvoiceShare(number=number, amount=amount) for number, field in self.fields.items()
                       if (amount := _amount(number, field.value)))
        given = RecordInput(**head.model_dump(), shares=shares)
        number = await self.view.do(RecordService.record, given, key=self.view.state['key'])
        self.view.state.clear()
        self.view.dirty = False
        self.view.say(_('Payment {number} is recorded.').format(number=number))
        self.view.open(f'/office/payments/{number}')
        self.view.close()


def _amount(number: str, typed: Any) -> Decimal:
    value = amount_in(typed)
    if value is None:
        raise Invalid(_('Please give an amount for {number}.').format(number=number))
    return value
