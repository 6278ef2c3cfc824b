"""What can be done with an invoice about money: pay it, note its money, take a settlement back, let the rest go."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from models.core.words import _, _l
from models.invoices import UNSETTLED, InvoiceKind
from services.core.fields import Choice, Text
from services.core.permissions import Permission
from services.invoices.reading import InvoiceView
from services.payments.recording import RecordService
from services.payments.rules import is_payable
from ui.kernel.acts import Act
from ui.kernel.forms import ask
from ui.kernel.view import View

Again = Callable[[], Awaitable[None]]


class Why(BaseModel):
    """Why something is done."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    reason: Annotated[str, Text(_l('Reason')), Field(min_length=1, max_length=300)]


class Settlement(Why):
    """Which settlement is taken back, and why."""

    allocation: Annotated[str, Choice(_l('What'))]


def to_pay(view: View, found: InvoiceView, _again: Again) -> list[Act]:
    """What the customer can do; an invoice is paid with its reminder fees."""
    if not is_payable(found.invoice):
        return []
    open_fees = [str(charge.number) for charge in found.charges if is_payable(charge)]
    wanted = ','.join((str(found.invoice.number), *open_fees))
    return [Act(_('Pay now'), 'credit-card', path=f'/pay?invoices={wanted}', main=True,
                needs=Permission.PAYMENTS_MAKE)]


def pay_act(view: View) -> Act:
    """The bulk act of a customer's invoices: pay the chosen ones together."""
    async def pay(keys: Sequence[str]) -> None:
        view.open(f'/pay?invoices={quote(",".join(keys), safe=",")}')
    return Act(_('Pay now'), 'credit-card', run=pay, needs=Permission.PAYMENTS_MAKE)


def at_the_desk(view: View, found: InvoiceView, again: Again) -> list[Act]:
    """What the office can do."""
    invoice, acts = found.invoice, []
    if is_payable(invoice):
        acts = [Act(_('Record payment'), 'wallet', main=True, needs=Permission.PAYMENTS_WRITE,
                    path=f'/office/payments/record?account={found.customer.account}')]
        if not invoice.is_charge:
            acts.append(Act(_('Let the rest go'), 'scissors', run=lambda: _let_go(view, found, again), danger=True,
                            needs=Permission.PAYMENTS_WRITE))
    if invoice.kind is InvoiceKind.INVOICE and invoice.settled and invoice.number:
        acts.append(Act(_('Take a settlement back'), 'circle-minus', run=lambda: _take_back(view, found, again),
                        needs=Permission.PAYMENTS_WRITE))
    return acts if invoice.status in UNSETTLED or invoice.settled else []


async def _take_back(view: View, found: InvoiceView, again: Again) -> None:
    options = await view.do(RecordService.settlements, str(found.invoice.number))
    given = await ask(view, Settlement, _('Take a settlement back'), _('Take back'), options={'allocation': options},
                      values={'allocation': next(iter(options), ''), 'reason': ''},
                      text=_('The invoice is open again; the money or credit is free.'))
    if given is not None:
        await view.do(RecordService.take_back, uuid.UUID(given.allocation), given.reason)
        view.say(_('The settlement is taken back.'))
        await again()


async def _let_go(view: View, found: InvoiceView, again: Again) -> None:
    given = await ask(view, Why, _('Let the rest of {number} go?').format(number=found.invoice.number),
                      _('Let the rest go'), text=_('It is written off and no longer asked for.'), danger=True)
    if given is not None:
        await view.do(RecordService.write_off, str(found.invoice.number), given.reason)
        view.say(_('The rest is let go.'))
        await again()
