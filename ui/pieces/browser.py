"""What only the browser can do: copy to the clipboard, send a form of its own, leave for another page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nicegui import ui

from models.core.words import _
from ui.kernel import design
from ui.kernel.confirm import Dialog

if TYPE_CHECKING:
    from ui.kernel.view import View

COPY = """
const text = GIVEN;
try { await navigator.clipboard.writeText(text); return true; } catch {}
const field = document.createElement('textarea');
field.value = text;
field.style.position = 'fixed';
(document.querySelector('[role=dialog]') || document.body).appendChild(field);
field.select();
const done = document.execCommand('copy');
field.remove();
return done;
"""
POST = """
const [action, fields] = GIVEN;
const form = document.createElement('form');
form.method = 'post';
form.action = action;
for (const [name, value] of Object.entries(fields)) {
  const input = document.createElement('input');
  Object.assign(input, { type: 'hidden', name, value });
  form.appendChild(input);
}
document.body.appendChild(form);
form.submit();
"""


async def copy(view: View, text: str, said: str) -> None:
    """Put a text into the clipboard; where the browser forbids that, show it to be copied by hand."""
    try:
        done = await view.session.client.run_javascript(COPY.replace('GIVEN', json.dumps(text)), timeout=4)
    except TimeoutError:
        done = False
    if done:
        view.say(said)
        return
    title = _('Copy this link')
    with Dialog(title) as dialog, design.box('p-card'), \
            design.box('p-card-body p-stack'):
        design.words(title, tag='h2')
        ui.input(_('Link'), value=text).props('outlined dense readonly autofocus')
        with design.box('p-actions'):
            design.button(_('Close'), dialog.close)
    await dialog.answer()


def post(view: View, path: str, fields: Mapping[str, str]) -> None:
    """Send a form as the browser itself does, e.g. to an address that changes the session's cookie."""
    view.session.client.run_javascript(POST.replace('GIVEN', json.dumps([path, dict(fields)])))


def view_portal_as(view: View, account: str) -> None:
    """Look at the portal through this customer's eyes."""
    post(view, '/view-as', {'account': account})
