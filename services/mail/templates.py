"""Mails in words: Jinja templates of assets/mail, in the receiver's language, with the seller's name and colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.core.words import RIGHT_TO_LEFT, _, current_language, language, ngettext
from services.mail.addresses import one_line

FOLDER = Path(__file__).resolve().parents[2] / 'assets' / 'mail'


@dataclass(frozen=True)
class Words:
    """A mail as it will be read: its subject, its HTML and its plain text."""

    subject: str
    html: str
    plain: str


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True, autoescape=lambda name: bool(name and name.endswith('.html')))
    environment.globals.update(_=_, ngettext=ngettext)
    return environment


def worded(message: str, facts: Mapping[str, Any], *, code: str, seller: Mapping[str, str]) -> Words:
    """Put a message into words; `seller` has name, colour, address, and url of this Portico.

    The first line of the text template is the subject. Raises jinja2.UndefinedError when a fact is missing.
    """
    with language(code):
        known = {'unsubscribe': '', 'given': ()} | dict(facts) | {'seller': seller, 'language': current_language(),
                               'direction': 'rtl' if current_language() in RIGHT_TO_LEFT else 'ltr'}
        subject, _line, plain = _environment().get_template(f'{message}.txt').render(known).partition('\n')
        subject = one_line(subject)
        if known['unsubscribe']:
            plain = f'{plain.rstrip()}\n\n{_("No more mails of this kind")}: {known["unsubscribe"]}\n'
        html = _environment().get_template(f'{message}.html').render(known | {'subject': subject})
    return Words(subject, html, plain.strip() + '\n')
