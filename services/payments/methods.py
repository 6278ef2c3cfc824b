"""The ways to pay: what they are called, which are offered just now, what they cost, and the gateway behind each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.core.money import rounded
from models.core.words import Lazy, _, _l
from services.core.errors import Unavailable
from services.core.runtime import Runtime
from services.core.work import Work
from services.gateways import payment
from services.gateways.payment import PaymentGateway
from services.gateways.test_payment import TestGateway
from services.settings import setting

CARD, TEST, BANK, CASH, OTHER = 'card', 'test', 'bank', 'cash', 'other'
LABELS: Mapping[str, Lazy] = {CARD: _l('Card'), TEST: _l('Test payment'), BANK: _l('Bank transfer'),
                              CASH: _l('Cash'), OTHER: _l('Other')}
BY_HAND = (BANK, CASH, OTHER)
"""What the office may note as received."""
BEHIND = {CARD: payment.STRIPE, TEST: payment.TEST}


@dataclass(frozen=True)
class Offer:
    """A way to pay that a customer may choose; without a gateway he pays by himself and nothing is under way."""

    method: str
    gateway: str | None = None
    percent: Decimal = Decimal(0)
    fixed: Decimal = Decimal(0)

    @property
    def label(self) -> str:
        """What it is called in the current language."""
        return str(LABELS[self.method])

    def fee(self, amount: Decimal, currency: str) -> Decimal:
        """What it costs on top of an amount, rounded to the currency; nothing for nothing."""
        if amount <= 0 or not (self.percent or self.fixed):
            return Decimal(0)
        return rounded(amount * self.percent / 100 + self.fixed, currency)


def offers(work: Work) -> tuple[Offer, ...]:
    """The ways to pay that are open just now, the quickest first."""
    config = work.runtime.config
    fee = {'percent': Decimal(setting(work, 'payments.fee_percent')),
           'fixed': Decimal(setting(work, 'payments.fee_fixed'))}
    found = []
    if config.stripe_secret_key and config.stripe_webhook_secret:
        found.append(Offer(CARD, BEHIND[CARD], **fee))
    if setting(work, 'payments.test'):
        found.append(Offer(TEST, BEHIND[TEST], **fee))
    if setting(work, 'seller.iban'):
        found.append(Offer(BANK))
    return tuple(found)


def label_of(method: str) -> str:
    """A method in words; one nobody knows any more keeps its name."""
    return str(LABELS.get(method, method))


def gateway_of(runtime: Runtime, name: str) -> PaymentGateway:
    """The gateway of this name; raises Unavailable for one that is not set up."""
    make = GATEWAYS.get(name)
    if make is None or (name == payment.STRIPE and not runtime.config.stripe_secret_key):
        raise Unavailable(_('This way of paying is not open just now.'))
    return make(runtime)


def test_gateway(runtime: Runtime) -> TestGateway:
    """The built-in test gateway with its books in the data folder."""
    return TestGateway(runtime.config.data_dir, runtime.secrets, runtime.config.url)


def _stripe(runtime: Runtime) -> PaymentGateway:
    from services.gateways.stripe_payment import StripeGateway  # late: most have no key for it
    config = runtime.config
    return StripeGateway(config.stripe_secret_key, config.stripe_webhook_secret, config.stripe_api_base)


GATEWAYS: dict[str, Callable[[Runtime], PaymentGateway]] = {payment.STRIPE: _stripe,
                                                            payment.TEST: test_gateway}
"""Each gateway by its name, made for one installation."""
