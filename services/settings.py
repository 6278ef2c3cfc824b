"""The seller's settings: one table of keys with kind and default, read from a cache that every change empties."""

from __future__ import annotations

import re
import threading
import time
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from babel.numbers import list_currencies
from sqlmodel import Session, select

from models.core.words import LANGUAGES, Lazy, _, _l
from models.settings import Setting
from services.auth.proof import want_proof
from services.core.errors import Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.reminders import law

if TYPE_CHECKING:
    from services.core.runtime import Runtime

TOPIC = 'settings'
RESTS = 'restore.rests'
FRESH_SECONDS = 60.0
GUARDED = ('seller.iban', 'seller.bic', 'auth.two_step_staff')
_COLOUR = re.compile(r'#[0-9a-fA-F]{6}')
_CLOCK = re.compile(r'([01][0-9]|2[0-3]):[0-5][0-9]')


@dataclass(frozen=True)
class Spec:
    """What one setting is: its default (whose type it keeps), its label, and its choices or bounds if it has any."""

    default: Any
    label: Lazy
    choices: Mapping[str, Lazy] | None = None
    lowest: int = 0
    highest: int = 1_000_000
    longest: int = 300
    rule: Callable[[Any], bool] | None = None


def _is_zone(value: str) -> bool:
    return value in zoneinfo.available_timezones()


def _is_file(value: str) -> bool:
    return not value or bool(re.fullmatch(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', value))


def _is_web_address(value: str) -> bool:
    return not value or bool(re.fullmatch(r'https?://[a-zA-Z0-9.:\[\]-]+(/[^\s"<>]*)?', value))


def _is_amount(value: str) -> bool:
    return bool(re.fullmatch(r'\d{1,6}(\.\d{1,4})?', value))


def _is_currency(value: str) -> bool:
    return value in list_currencies()


SETTINGS: dict[str, Spec] = {
    'seller.name': Spec('My company', _l('Company name'), rule=bool),
    'seller.legal_name': Spec('', _l('Legal name')),
    'seller.street': Spec('', _l('Street')),
    'seller.postcode': Spec('', _l('Postcode')),
    'seller.city': Spec('', _l('City')),
    'seller.country': Spec('NL', _l('Country'), rule=re.compile('[A-Z]{2}').fullmatch),  # type: ignore[arg-type]
    'seller.vat_id': Spec('', _l('VAT number')),
    'seller.registration': Spec('', _l('Company register')),
    'seller.iban': Spec('', _l('IBAN')),
    'seller.bic': Spec('', _l('BIC')),
    'seller.email': Spec('', _l('E-mail')),
    'seller.phone': Spec('', _l('Phone')),
    'seller.website': Spec('', _l('Website')),
    'seller.currency': Spec('EUR', _l('Currency'), rule=_is_currency),
    'seller.time_zone': Spec('Europe/Amsterdam', _l('Time zone'), rule=_is_zone),
    'seller.language': Spec('en', _l('Language'), choices={code: _l(name) for code, name in LANGUAGES.items()}),
    'brand.colour': Spec('#0f5c56', _l('Brand colour'), rule=_COLOUR.fullmatch),  # type: ignore[arg-type]
    'brand.logo': Spec('', _l('Logo'), rule=_is_file),
    'portal.off': Spec('', _l('Portal modules switched off'), longest=2000),
    'access.requests': Spec(False, _l('Visitors may ask for access on the sign-in page')),
    'auth.forgot_password': Spec(True, _l('People may ask for a new password by mail')),
    'auth.two_step_staff': Spec(False, _l('Staff must sign in in two steps')),
    'auth.terms_version': Spec('1', _l('Version of the terms of use')),
    'auth.terms_url': Spec('', _l('Address of the terms of use'), rule=_is_web_address),
    'invitations.days': Spec(7, _l('Days an invitation stays valid'), lowest=1, highest=60),
    'orders.cancel_until': Spec('confirmed', _l('Customers may cancel an order until it is'), choices={
        'never': _l('Never'), 'placed': _l('Placed'), 'confirmed': _l('Confirmed')}),
    'orders.close_rest': Spec('ask', _l('When customers want to cancel the rest of an order'), choices={
        'ask': _l('Ask us'), 'at_once': _l('At once')}),
    'orders.money_back': Spec('credit', _l('What was paid in advance and will not come'), choices={
        'credit': _l('Becomes credit'), 'refund': _l('Goes back the way it was paid')}),
    'orders.minimum_net': Spec(0, _l('Smallest order, net')),
    'orders.auto_confirm': Spec(False, _l('Confirm orders without a person looking')),
    'orders.pad_rows': Spec(2000, _l('Rows an order pad takes'), lowest=10, highest=20_000),
    'orders.largest_quantity': Spec(1_000_000, _l('Largest quantity of a line'), lowest=1),
    'cart.largest_lines': Spec(1000, _l('Lines a cart may hold'), lowest=10, highest=10_000),
    'claims.promise_days': Spec(14, _l('Days ahead a customer may promise to pay'), lowest=1, highest=90),
    'claims.promises': Spec(2, _l('Promises for one invoice'), lowest=0, highest=10),
    'payments.lock_minutes': Spec(15, _l('Minutes somebody has to pay what he chose'), lowest=5, highest=60),
    'payments.prepay_hours': Spec(48, _l('Hours an order waits for its prepayment'), lowest=1, highest=720),
    'payments.second_above': Spec(500, _l('Refunds above this amount need a second person'), highest=100_000_000),
    'payments.write_off': Spec('0', _l('Rests up to this amount are let go'), rule=_is_amount),
    'payments.fee_percent': Spec('0', _l('Fee for card payments in percent'), rule=_is_amount),
    'payments.fee_fixed': Spec('0', _l('Fee for each card payment'), rule=_is_amount),
    'payments.test': Spec(False, _l('Offer test payments that move no money')),
    'vat.register': Spec('none', _l('Check VAT numbers of other EU states'), choices={
        'none': _l('By their form only'), 'vies': _l('With VIES, the register of the EU'),
        'simulated': _l('With a simulated register, to try it out')}),
    'vat.trust_days': Spec(30, _l('Days an answer of the register holds'), lowest=1, highest=365),
    'orders.terms': Spec('', _l('Terms of sale shown at checkout'), longest=20_000),
    'reminders.on': Spec(True, _l('Remind customers of invoices by mail')),
    'reminders.at': Spec('08:00', _l('Time of day of reminders'), rule=_CLOCK.fullmatch),  # type: ignore[arg-type]
    'reminders.soon_days': Spec(3, _l('Days before an invoice is due (0: not before)'), highest=60),
    'reminders.on_due': Spec(True, _l('Remind on the day an invoice is due')),
    'reminders.level_1': Spec(7, _l('First reminder: days overdue (0: none)'), highest=365),
    'reminders.level_2': Spec(14, _l('Second reminder: days overdue (0: none)'), highest=365),
    'reminders.level_3': Spec(30, _l('Last reminder: days overdue (0: none)'), highest=365),
    'reminders.gap_days': Spec(3, _l('Least days between two overdue reminders'), lowest=1, highest=60),
    'reminders.least': Spec(5, _l('Amounts below this are not reminded of')),
    'reminders.working_days': Spec(True, _l('Not on weekends and public holidays')),
    'reminders.hold_level': Spec(0, _l('Reminder that puts a customer on hold (0: none)'), highest=3),
    'reminders.cart_days': Spec(0, _l('Days after which a person is reminded of a cart (0: never)'), highest=29),
    'charges.on': Spec(False, _l('Charge fees and interest with reminders of overdue invoices')),
    'charges.fee_1': Spec('0', _l('Fee of the first reminder'), rule=_is_amount),
    'charges.fee_2': Spec('0', _l('Fee of the second reminder'), rule=_is_amount),
    'charges.fee_3': Spec('0', _l('Fee of the last reminder'), rule=_is_amount),
    'charges.interest_level': Spec(0, _l('Reminder from which on interest is charged (0: none)'), highest=3),
    'charges.reference_rate': Spec('0', _l('Reference rate, percent a year'), rule=_is_amount),
    'charges.points': Spec('8', _l('Interest: percentage points above it'), rule=_is_amount),
    'news.digest_at': Spec('16:00', _l('Time of day of summaries'), rule=_CLOCK.fullmatch),  # type: ignore[arg-type]
    'backup.nightly': Spec(True, _l('Back up every night into the data folder')),
    'backup.at': Spec('01:30', _l('Time of day of the backup'), rule=_CLOCK.fullmatch),  # type: ignore[arg-type]
    RESTS: Spec('', _l('Mails rest since this backup was restored')),
    'check.at': Spec('03:00', _l('Time of day of the check'), rule=_CLOCK.fullmatch),  # type: ignore[arg-type]
}


@dataclass
class _Known:
    values: dict[str, Any]
    at: float


class _Cache:
    """The settings of each running installation, emptied by news on the topic."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Runtime, _Known] = WeakKeyDictionary()
        self._changes: WeakKeyDictionary[Runtime, int] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def values(self, work: Work) -> dict[str, Any]:
        runtime = work.runtime
        if TOPIC in work.topics:
            return _load(work.session)
        with self._lock:
            if runtime not in self._changes:
                self._changes[runtime] = 0
                runtime.bus.listen(lambda news: self._hear(runtime, news))
            known, changes = self._known.get(runtime), self._changes[runtime]
        if known is not None and time.monotonic() - known.at < FRESH_SECONDS:
            return known.values
        values = _load(work.session)
        with self._lock:
            if self._changes[runtime] == changes:
                self._known[runtime] = _Known(values, time.monotonic())
        return values

    def _hear(self, runtime: Runtime, news: frozenset[str]) -> None:
        if TOPIC in news:
            with self._lock:
                self._changes[runtime] += 1
                self._known.pop(runtime, None)


def _load(session: Session) -> dict[str, Any]:
    stored = {row.key: row.value.get('value') for row in session.exec(select(Setting)).all()}
    return {key: stored.get(key, spec.default) for key, spec in SETTINGS.items()}


_cache = _Cache()


def setting(work: Work, key: str) -> Any:
    """The value of a setting for code that already works inside an act; raises KeyError for an unknown key."""
    return _cache.values(work)[key]


def setting_values(work: Work) -> dict[str, Any]:
    """All settings by key, as this act sees them."""
    return dict(_cache.values(work))


class SettingService(Service):
    """Read and change what the seller decided."""

    @requires(Permission.ANYONE)
    def get(self, key: str) -> Any:
        """The value of one setting; raises KeyError for an unknown key."""
        return setting(self.work, key)

    @requires(Permission.ANYONE)
    def all(self) -> dict[str, Any]:
        """All settings by key."""
        return setting_values(self.work)

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def put(self, key: str, value: Any) -> None:
        """Set one setting; raises NotFound for an unknown key and Invalid for a value it cannot have.

        Raises Unproven without a recent password for where money goes and how staff sign in.
        """
        self.put_all({key: value})

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def put_all(self, values: Mapping[str, Any]) -> None:
        """Set several settings in one act; raises as `put`, and Invalid where they do not go together."""
        for key, value in values.items():
            self._put(key, value)
        law.refuse(setting_values(self.work))

    def _put(self, key: str, value: Any) -> None:
        spec = SETTINGS.get(key)
        if spec is None:
            raise NotFound(_('There is no such setting.'))
        value = _checked(key, spec, value)
        before = setting(self.work, key)
        if before == value:
            return
        if key in GUARDED:
            want_proof(self.work)
        self.session.merge(Setting(key=key, value={'value': value}))
        self.session.flush()
        self.work.record('setting.changed', note=key, changes={key: [before, value]}, topics=(TOPIC,))


def _checked(key: str, spec: Spec, value: Any) -> Any:
    if isinstance(spec.default, bool):
        good = isinstance(value, bool)
    elif isinstance(spec.default, int):
        good = isinstance(value, int) and not isinstance(value, bool) and spec.lowest <= value <= spec.highest
    else:
        value = value.strip() if isinstance(value, str) else value
        good = isinstance(value, str) and len(value) <= spec.longest
    if good and spec.choices is not None:
        good = value in spec.choices
    if not good or (spec.rule is not None and not spec.rule(value)):
        raise Invalid(_('This setting cannot have this value.'), field=key)
    return value
