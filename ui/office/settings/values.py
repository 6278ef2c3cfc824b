"""Forms over the seller's settings, made from their one table."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from models.core.words import _
from services.core.fields import Choice, Flag, LongText, Number, Shown, Text, Words
from services.customers.countries import countries, currencies
from services.settings import SETTINGS, TOPIC, SettingService, Spec
from ui.kernel import design
from ui.kernel.forms import Form
from ui.kernel.view import View

LONG = 1000


def zones() -> Mapping[str, Words]:
    """The time zones there are."""
    every = sorted(zoneinfo.available_timezones())
    return {name: name for name in every if '/' in name and not name.startswith('Etc/')}


CHOICES: dict[str, Callable[[], Mapping[str, Words]]] = {
    'seller.country': countries, 'seller.currency': currencies, 'seller.time_zone': zones}


def shown(key: str, spec: Spec) -> Shown:
    """How a setting is shown in a form."""
    if isinstance(spec.default, bool):
        return Flag(spec.label)
    if isinstance(spec.default, int):
        return Number(spec.label, half=True)
    choices = CHOICES.get(key) or ((lambda: spec.choices or {}) if spec.choices else None)
    if choices is not None:
        return Choice(spec.label, half=True, choices=choices)
    if spec.longest > LONG:
        return LongText(spec.label)
    return Text(spec.label, half=True, input='color' if key == 'brand.colour' else 'text')


def needed(spec: Spec) -> list[Any]:
    """What keeps a text that has a rule or choices from being left empty."""
    is_needed = isinstance(spec.default, str) and bool(spec.default) and bool(spec.rule or spec.choices)
    return [Field(min_length=1)] if is_needed else []


def model_of(name: str, keys: list[str]) -> type[BaseModel]:
    """An input model with a field for each of these settings; the field is called like the last part of its key."""
    fields: dict[str, Any] = {
        key.split('.')[-1]: (Annotated[type(spec.default), shown(key, spec), *needed(spec)], spec.default)
        for key, spec in ((key, SETTINGS[key]) for key in keys)}
    return create_model(name, __config__=ConfigDict(extra='forbid', str_strip_whitespace=True), **fields)


class SettingForm:
    """A card with some settings; drawn anew when somebody changes them, unless it is half filled."""

    def __init__(self, view: View, title: str, keys: list[str], *, hint: str = '') -> None:
        self.view, self.keys = view, keys
        self.model = model_of(f'Settings{keys[0].title()}', keys)
        with design.card(title), design.box('p-stack'):
            if hint:
                design.words(hint, tag='p', classes='p-soft')
            self.place = design.box()

    async def build(self) -> None:
        """Show the settings as they are, and follow them."""
        await self._draw()
        self.view.on(TOPIC, self._look)

    async def _look(self) -> None:
        if not self.form.is_dirty:
            await self._draw()

    async def _draw(self) -> None:
        now = await self.view.do(SettingService.all)
        self.place.clear()
        with self.place:
            self.form = Form(self.view, self.model, save=self._save, button=_('Save'), said=_('Settings saved.'),
                             values={key.split('.')[-1]: now[key] for key in self.keys}, key=self.keys[0])

    async def _save(self, given: BaseModel) -> None:
        typed = given.model_dump()
        await self.view.do(SettingService.put_all, {key: typed[key.split('.')[-1]] for key in self.keys})


async def company(view: View) -> None:
    """Who the seller is, as it stands on documents and mails."""
    await SettingForm(view, _('Company'), [key for key in SETTINGS if key.startswith('seller.')],
                      hint=_('Stands on documents and in mails.')).build()


async def sign_in(view: View) -> None:
    """Passwords, terms of use and invitations."""
    await SettingForm(view, _('Sign-in and invitations'),
                      [key for key in SETTINGS if key.startswith(('auth.', 'invitations.'))],
                      hint=_('Staff who have not set up two-step sign-in are signed out when you ask for it, and do so '
                             'when they sign in again.')).build()


async def orders(view: View) -> None:
    """Rules of ordering."""
    others = ('seller.', 'portal.', 'access.', 'brand.', 'auth.', 'invitations.', 'vat.', 'payments.', 'claims.',
              'reminders.', 'charges.', 'news.', 'backup.', 'check.', 'restore.')
    await SettingForm(view, _('Orders and stock'), [key for key in SETTINGS if not key.startswith(others)]).build()


async def reminders(view: View) -> None:
    """When customers are reminded, how often and of what, and when summaries go out."""
    await SettingForm(view, _('Reminders'), [key for key in SETTINGS if key.startswith(('reminders.', 'news.'))],
                      hint=_('One mail for each customer and day, with all that is due.')).build()
    await charges(view)


async def charges(view: View) -> None:
    """What overdue reminders cost the customer, with what to know before it is switched on."""
    await SettingForm(view, _('Reminder fees and interest'), [key for key in SETTINGS if key.startswith('charges.')],
                      hint=_('Check the national law before switching this on. Between businesses in the EU, '
                             'Directive 2011/7 allows €40 for each late invoice and interest of the reference rate '
                             'plus 8 points; some countries allow more or less. Nothing is charged for invoices that '
                             'are disputed or paused, and no VAT is added.')).build()


async def claims(view: View) -> None:
    """How customers may promise to pay."""
    await SettingForm(view, _('Promises to pay'), [key for key in SETTINGS if key.startswith('claims.')],
                      hint=_('Reminders rest until two days after the promised day.')).build()


async def payments(view: View) -> None:
    """How customers pay, what it costs them, and refunds."""
    await SettingForm(view, _('Payments'), [key for key in SETTINGS if key.startswith('payments.')],
                      hint=_('Cards are offered once the keys of Stripe are set; bank transfer once there is an IBAN.')
                      ).build()


async def invoices(view: View) -> None:
    """How VAT numbers are checked."""
    await SettingForm(view, _('VAT numbers'), [key for key in SETTINGS if key.startswith('vat.')], hint=_(
        'Goods to a business in another EU state bear no VAT while its number is known; else VAT is charged.')).build()
