"""What a payment gateway does for us, whichever it is: one Protocol, and the words we talk to it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

STRIPE, TEST = 'stripe', 'test'
"""What our gateways are called, where their attempts are kept too."""


class GatewayRefused(Exception):
    """The gateway will not do this; its answer is the text."""


class GatewayAway(Exception):
    """The gateway gave no answer, so what it did is unknown; asking again with the same key does no harm."""


class Forged(Exception):
    """A message that bears the gateway's name was not signed by it, or not just now."""


@dataclass(frozen=True)
class Charge:
    """What we want a gateway to take; `key` makes however many calls one attempt, `number` is what we call it."""

    key: str
    number: str
    amount: Decimal
    currency: str
    words: str
    email: str
    back: str
    until: dt.datetime


@dataclass(frozen=True)
class Hosted:
    """The gateway's page for an attempt: its reference there and its address."""

    reference: str
    address: str


class Outcome(StrEnum):
    """Where an attempt stands at the gateway."""

    OPEN = 'open'
    PAID = 'paid'
    FAILED = 'failed'
    ENDED = 'ended'
    CHARGED_BACK = 'charged_back'


@dataclass(frozen=True)
class Seen:
    """What a gateway says about an attempt just now; `amount` is all it took, `paid_at` when, if it knows."""

    outcome: Outcome
    amount: Decimal
    currency: str
    paid_at: dt.datetime | None = None
    failure: str = ''


class Sent(StrEnum):
    """What became of a refund at the gateway."""

    DONE = 'done'
    WAITING = 'waiting'
    FAILED = 'failed'


@dataclass(frozen=True)
class Returned:
    """The gateway's answer to a refund."""

    reference: str
    state: Sent
    failure: str = ''


@dataclass(frozen=True)
class Told:
    """A message of a gateway whose signature is right; `reference` is the attempt it is about, if any.

    `says` is what it tells us to believe without asking back, where asking cannot show it (a charge-back).
    """

    event_id: str
    kind: str
    reference: str
    body: Mapping[str, object]
    says: Outcome | None = None


class PaymentGateway(Protocol):
    """A gateway with a page of its own for the customer. All calls may raise GatewayAway and GatewayRefused."""

    name: str

    def begin(self, charge: Charge) -> Hosted:
        """Open the page for an attempt; the same key gives the same page."""

    def look(self, reference: str) -> Seen:
        """How an attempt stands just now."""

    def end(self, reference: str) -> Seen:
        """Let nobody pay an attempt any more, and say how it ended: perhaps it was paid just before."""

    def refund(self, reference: str, amount: Decimal, currency: str, key: str) -> Returned:
        """Send money of an attempt back to where it came from; the same key gives the same refund."""

    def hear(self, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Told:
        """Read a message by its signature; raises Forged."""
