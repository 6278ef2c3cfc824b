"""One statement: what became of its entries, and matching them once more."""

from __future__ import annotations

import asyncio
import contextvars
import uuid

from models.core.words import _, ngettext, pgettext
from services.banking.running import match_open
from services.banking.service import BankService, Counts
from services.core import formats
from ui.kernel import design
from ui.kernel.documents import Head
from ui.kernel.tables import Act
from ui.kernel.view import View
from ui.office.bank.declared import an_id, module
from ui.office.bank.index import entries


@module.view('/office/bank/statements/{statement}')
async def document(view: View, statement: str) -> None:
    """Figures and entries of one statement; live."""
    key = an_id(statement)
    found, counts = await view.do(BankService.statement, key)
    view.title = found.name
    sub = ' · '.join(part for part in (found.account, _('read in {moment} by {person}').format(
        moment=formats.moment(found.imported_at), person=found.imported_by_name)) if part)

    async def again() -> None:
        booked = await _match(view, key)
        view.say(ngettext('{count} entry was booked.', '{count} entries were booked.', booked).format(
            count=formats.number(booked)))
    Head(view, found.name, sub=sub, acts=[Act(_('Match again'), 'refresh-cw', run=again)])
    tiles = design.kpis(_tiles(counts))
    entries(view, fixed={'file': found.sha256})

    async def look() -> None:
        tiles.show(_tiles((await view.do(BankService.statement, key))[1]))
    view.on(f'bank:{key}', look)


async def _match(view: View, key: uuid.UUID) -> int:
    context = contextvars.copy_context()
    return await asyncio.to_thread(context.run, match_open, view.session.runtime, view.session.who, key)


def _tiles(counts: Counts) -> list[dict[str, object]]:
    known = _('{count} more were known before').format(count=formats.number(counts.known)) if counts.known else ''
    return [{'label': _('Entries'), 'value': formats.number(counts.entries), 'note': known},
            {'label': _('Booked'), 'value': formats.number(counts.booked)},
            {'label': pgettext('status', 'Open'), 'value': formats.number(counts.open),
             'note': _('wait for you') if counts.open else ''},
            {'label': _('Set aside'), 'value': formats.number(counts.set_aside)}]
