"""The one place where a refusal or a fault becomes words on the page."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote

from nicegui import Client

from models.core.words import _
from services.core.errors import DomainError, SignedOut

if TYPE_CHECKING:
    from ui.kernel.view import View

log = logging.getLogger('portico')
SIGN_IN = '/sign-in'


class _Known(logging.Filter):
    """Keeps refusals, and faults that already stand in our log, out of NiceGUI's."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, DomainError) and not hasattr(error, 'portico_reference')


logging.getLogger('nicegui').addFilter(_Known())


def reference(error: Exception) -> str:
    """A number for this fault, which is in the log with all the rest and the only thing a person is shown."""
    known: str | None = getattr(error, 'portico_reference', None)
    if known:
        return known
    number = secrets.token_hex(4).upper()
    error.portico_reference = number  # type: ignore[attr-defined]
    log.error('reference %s', number, exc_info=error)
    return number


def sentence(error: Exception) -> str:
    """What a person reads about this error."""
    if isinstance(error, DomainError):
        return error.message
    return _('Something went wrong on our side. Please quote reference {reference} when you ask about it.').format(
        reference=reference(error))


def to_sign_in(path: str) -> str:
    """The address of the sign-in page that leads back to this path."""
    return f'{SIGN_IN}?next={quote(path, safe="/")}'


def show(client: Client, error: Exception, view: View | None) -> None:
    """Show an error of an act where it belongs: at the form's field, else as a toast; a lost session signs in again."""
    if isinstance(error, SignedOut):
        client.open(to_sign_in(view.path if view else '/'))
        return
    if view is not None and isinstance(error, DomainError) and any(refused(error) for refused in view.refusals):
        return
    toast(client, sentence(error), bad=True)


def toast(client: Client, text: str, *, bad: bool = False) -> None:
    """A short message at the foot of the page; refusals stay longer and are read out at once."""
    client.outbox.enqueue_message('notify', {
        'message': text, 'position': 'bottom', 'type': 'negative' if bad else 'positive', 'icon': None,
        'timeout': 8000 if bad else 4000, 'attrs': {'role': 'alert' if bad else 'status'},
        'closeBtn': _('Close') if bad else None, 'group': text}, client.id)
