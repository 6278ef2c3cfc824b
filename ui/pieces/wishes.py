"""What a person wishes to hear of: for each event the bell, and mail at once, in the summary or never."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, create_model

from models.core.words import Lazy, _, _l
from models.reminders import MailWay
from services.core.fields import Choice, Flag
from services.informing.wishes import NewsWishService, Wish
from services.settings import SettingService
from ui.kernel import design
from ui.kernel.forms import Form
from ui.kernel.view import View

WAYS: dict[str, Lazy] = {MailWay.AT_ONCE: _l('Mail at once'), MailWay.DIGEST: _l('In the daily summary'),
                         MailWay.NEVER: _l('No mail')}
ALWAYS: dict[str, Lazy] = {MailWay.AT_ONCE: _l('Mail at once, always')}


async def build(view: View) -> None:
    """Show the wishes as they are and let them be changed."""
    wishes = await view.do(NewsWishService.own)
    at = await view.do(SettingService.get, 'news.digest_at')

    async def save(given: BaseModel) -> None:
        typed = given.model_dump()
        await view.do(NewsWishService.save, {
            wish.event: (typed[f'{wish.event}_bell'], MailWay(typed[f'{wish.event}_mail'])) for wish in wishes})
    with design.card(_('What you hear of')), design.box('p-stack'):
        design.words(_('The summary comes once a day at {time}. Invoices, reminders and mails about your sign-in are '
                       'always sent.').format(time=at), tag='p', classes='p-soft')
        Form(view, model_of(wishes), save=save, button=_('Save'), said=_('Your wishes are kept.'),
             values=values_of(wishes), key='wishes')


def model_of(wishes: Sequence[Wish]) -> type[BaseModel]:
    """An input model with two fields for each event."""
    fields: dict[str, Any] = {}
    group = ''
    for wish in wishes:
        part = wish.group if str(wish.group) != group else ''
        group = str(wish.group)
        ways = ALWAYS if wish.compulsory else WAYS
        fields[f'{wish.event}_mail'] = (Annotated[str, Choice(wish.label, half=True, part=part,
                                                              choices=lambda ways=ways: ways)], ...)
        label = _('Bell: {event}').format(event=wish.label)
        fields[f'{wish.event}_bell'] = (Annotated[bool, Flag(label, half=True)], ...)
    return create_model('Wishes', __config__=ConfigDict(extra='forbid'), **fields)


def values_of(wishes: Sequence[Wish]) -> dict[str, Any]:
    """The wishes as values of the form."""
    return {name: value for wish in wishes for name, value in (
        (f'{wish.event}_bell', wish.bell), (f'{wish.event}_mail', wish.mail.value))}
