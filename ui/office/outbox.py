"""The outbox: every mail that was written, whether it left, and what it said."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from models.core.words import _, _l
from models.mail import Mail, MailState
from services.core import formats
from services.core.permissions import Permission
from services.mail.outbox import OUTBOX, STATES, TOPIC, OutboxService
from ui.kernel import design, documents
from ui.kernel.documents import Document, Head
from ui.kernel.module import Group, Module
from ui.kernel.tables import Act, Empty, Table
from ui.kernel.view import View

module = Module('office_outbox', _l('Outbox'), icon='mail', group=Group.MANAGE, needs=Permission.OUTBOX_READ,
                keywords=_l('mails, e-mail, sent, queue, messages'))
TONES = {MailState.QUEUED: 'info', MailState.SENDING: 'info', MailState.SENT: 'ok', MailState.DEAD: 'bad'}


@module.view('/office/outbox')
async def index(view: View) -> None:
    """All mails, the newest first."""
    head = Head(view, view.title, sub=await counted(view))

    async def recount() -> None:
        head.show(view.title, sub=await counted(view))
    view.on(TOPIC, recount)

    def given_up(row: Mapping[str, Any]) -> bool | str:
        return row['state'] == MailState.DEAD or _('Only a mail that was given up can be sent again.')
    Table(view, OUTBOX, load=OutboxService.page, row_path='/office/outbox/{id}', topic=TOPIC,
          card=('subject', 'state', 'recipient', 'created_at'),
          context=[Act(_('Open'), 'external-link', path='/office/outbox/{id}', kbd='Enter'),
                   Act(_('Send again'), 'send', run=lambda row: again(view, uuid.UUID(str(row['id']))),
                       needs=Permission.SETTINGS_WRITE, when=given_up)],
          empty=Empty('mail', _('No mail was written yet'), _('Invitations and order confirmations stand here.')))


async def counted(view: View) -> str:
    """How many mails are in each state."""
    counts = await view.do(OutboxService.counts)
    found = {label: counts[state] for state, label in STATES.items() if counts.get(state)}
    return ' · '.join(f'{label}: {formats.number(count)}' for label, count in found.items())


async def again(view: View, mail_id: uuid.UUID) -> None:
    """Try a mail that was given up once more."""
    await view.do(OutboxService.try_again, mail_id)
    view.say(_('The mail is sent again.'))


@module.view('/office/outbox/{key}')
async def document(view: View, key: str) -> None:
    """One mail as the person got it, as plain text."""
    mail_id = _id(key)
    mail = await view.do(OutboxService.open, mail_id)
    frame = Document(view, mail.subject)
    with frame.main, design.card(_('Text')):
        design.words(mail.plain or _('The text holds a secret link and is shown to its reader only.'), tag='div',
                     classes='p-message')
    with frame.side:
        facts = documents.facts(view, _('Delivery'), [('', '')])

    async def again_here() -> None:
        await again(view, mail_id)

    def paint(found: Mail) -> None:
        acts = [Act(_('Send again'), 'send', run=again_here, main=True, needs=Permission.SETTINGS_WRITE)]
        to = f'{found.recipient_name} <{found.recipient}>' if found.recipient_name else found.recipient
        frame.head.show(found.subject, sub=_('To {person}').format(person=to),
                        chip=(str(STATES[found.state]), TONES[found.state]),
                        acts=acts if found.state is MailState.DEAD else ())
        facts.show([{'label': label, 'text': text, 'path': ''} for label, text in (
            (_('Written'), formats.moment(found.created_at)), (_('Sent'), formats.moment(found.sent_at)),
            (_('Tries'), formats.number(found.tries)), (_('Last fault'), found.error)) if text])

    async def look() -> None:
        paint(await view.do(OutboxService.open, mail_id))
    paint(mail)
    view.on(TOPIC, look)


def _id(key: str) -> uuid.UUID:
    """The id in a path; one that is none belongs to no mail."""
    plain = key.replace('-', '')
    is_id = len(plain) == 32 and all(c in '0123456789abcdef' for c in plain.lower())
    return uuid.UUID(plain) if is_id else uuid.UUID(int=0)
