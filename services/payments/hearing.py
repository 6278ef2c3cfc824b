"""Messages of gateways: believed only by their signature, effective once, and never more than a reason to ask back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _
from models.payments import GatewayEvent, Payment
from services.core.actor import SYSTEM
from services.core.errors import Invalid, Unavailable
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.gateways.payment import Forged, GatewayAway, GatewayRefused, Outcome, PaymentGateway, Seen, Told
from services.payments.attempts import again, settle
from services.payments.methods import gateway_of
from services.payments.news import topics_of


class Heard(StrEnum):
    """What became of a message."""

    DONE = 'done'
    KNOWN = 'known'
    STORED = 'stored'
    REFUSED = 'refused'


class HearingService(Service):
    """What messages do, each in one transaction with its own row."""

    @requires(Permission.SYSTEM, writes=True)
    def effect(self, gateway: str, told: Told, seen: Seen | None) -> Heard:
        """Keep a message and do what it means; one that was kept before does nothing."""
        if not self._keep(gateway, told):
            return Heard.KNOWN
        event = self.session.exec(select(GatewayEvent).where(
            GatewayEvent.gateway == gateway, GatewayEvent.event_id == told.event_id)).one()
        payment = self.session.exec(select(Payment).where(
            Payment.gateway == gateway, Payment.gateway_reference == told.reference)).first() if told.reference \
            else None
        if told.reference and payment is None:
            event.effect = 'unknown'
            self.work.record('gateway.refused', note=f'{gateway}: {told.kind}', changes={'event': told.event_id})
        elif payment is not None and seen is not None:
            event.effect = settle(self.work, payment, _believed(payment, told, seen))
            self.work.announce(*topics_of(payment))
        self.session.add(event)
        if event.effect in ('unknown', 'differs'):
            return Heard.REFUSED
        return Heard.DONE if event.effect else Heard.STORED

    @requires(Permission.SYSTEM, writes=True)
    def forged(self, gateway: str, why: str) -> None:
        """Note that somebody sent a message that is not the gateway's."""
        self.work.record('gateway.forged', note=f'{gateway}: {why}'[:300])

    def _keep(self, gateway: str, told: Told) -> bool:
        """Put the message's row in first; whether it was not there before."""
        insert = postgresql.insert if self.session.get_bind().dialect.name == 'postgresql' else sqlite.insert
        row = insert(GatewayEvent).values(
            id=new_id(), gateway=gateway, event_id=told.event_id, kind=told.kind[:80], reference=told.reference,
            body=dict(told.body), effect='', received_at=self.now).on_conflict_do_nothing()
        return self.session.execute(row.returning(col(GatewayEvent.id))).first() is not None


def hear(runtime: Runtime, gateway: str, body: bytes, headers: Mapping[str, str]) -> Heard:
    """Take in one message of a gateway: check its signature, ask how things stand now, and book that once.

    Raises Invalid for a forged one, Unavailable when the gateway does not answer; it then sends the message again.
    """
    link = gateway_of(runtime, gateway)
    try:
        told = link.hear(body, headers, runtime.now())
    except Forged as error:
        runtime.run(SYSTEM, HearingService.forged, gateway, str(error))
        raise Invalid(_('This message is not signed as it must be.')) from None
    except (KeyError, TypeError, ValueError, GatewayRefused):
        raise Invalid(_('This message cannot be read.')) from None
    except GatewayAway:
        raise Unavailable(_('This cannot be done just now. Please try again in a moment.')) from None
    seen = _look(link, told) if told.reference else None
    return again(lambda: runtime.run(SYSTEM, HearingService.effect, gateway, told, seen))


def _look(link: PaymentGateway, told: Told) -> Seen | None:
    """How the attempt stands now; None for one the gateway does not know."""
    try:
        return link.look(told.reference)
    except GatewayRefused:
        return None
    except GatewayAway:
        raise Unavailable(_('This cannot be done just now. Please try again in a moment.')) from None


def _believed(payment: Payment, told: Told, seen: Seen) -> Seen:
    """What is to be done: as the gateway says now, but a charge-back as told, since the session stays paid."""
    if told.says is not Outcome.CHARGED_BACK:
        return seen
    return Seen(Outcome.CHARGED_BACK, payment.charged, payment.currency)
