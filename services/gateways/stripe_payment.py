"""Stripe by its official library: hosted Checkout, refunds, and signed messages (docs.stripe.com/api)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import stripe

from models.core.money import digits
from services.gateways.payment import (
    STRIPE,
    Charge,
    Forged,
    GatewayAway,
    GatewayRefused,
    Hosted,
    Outcome,
    Returned,
    Seen,
    Sent,
    Told,
)

SIGNATURE = 'stripe-signature'
TOLERANCE = 300
TIMEOUT_SECONDS = 20
SHORTEST_PAGE = dt.timedelta(minutes=31)
LONGEST_ID = 200
_TWO_DIGITS_AT_STRIPE = {'ISK', 'UGX'}
R = TypeVar('R')


class StripeGateway:
    """Our account at Stripe; `api_base` names another server for tests."""

    name = STRIPE

    def __init__(self, secret_key: str, webhook_secret: str, api_base: str = '') -> None:
        address = {'api': api_base.rstrip('/')} if api_base else {}
        self._client = stripe.StripeClient(
            secret_key, base_addresses=address, max_network_retries=0,  # type: ignore[arg-type]
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS))
        self._webhook_secret = webhook_secret

    def begin(self, charge: Charge) -> Hosted:
        """Open a Checkout page; the same key gives the same page for at least a day."""
        until = charge.until + SHORTEST_PAGE
        session = _asked(lambda: self._client.v1.checkout.sessions.create({
            'mode': 'payment', 'client_reference_id': charge.number, 'customer_email': charge.email,
            'success_url': charge.back, 'cancel_url': f'{charge.back}?left=1', 'expires_at': int(until.timestamp()),
            'metadata': {'number': charge.number}, 'payment_intent_data': {'metadata': {'number': charge.number}},
            'line_items': [{'quantity': 1, 'price_data': {
                'currency': charge.currency.lower(), 'unit_amount': minor(charge.amount, charge.currency),
                'product_data': {'name': charge.words}}}],
        }, {'idempotency_key': charge.key}))
        return Hosted(session.id, session.url or charge.back)

    def look(self, reference: str) -> Seen:
        """How a Checkout session stands just now, with its payment."""
        return _seen(_asked(lambda: self._client.v1.checkout.sessions.retrieve(
            reference, {'expand': ['payment_intent']})))

    def end(self, reference: str) -> Seen:
        """Close the page; a page that was paid or closed before stays as it is."""
        try:
            _asked(lambda: self._client.v1.checkout.sessions.expire(reference))
        except GatewayRefused:
            return self.look(reference)
        return self.look(reference)

    def refund(self, reference: str, amount: Decimal, currency: str, key: str) -> Returned:
        """Send money back to the card it came from."""
        session = _asked(lambda: self._client.v1.checkout.sessions.retrieve(reference))
        intent = session.payment_intent if isinstance(session.payment_intent, str) else \
            getattr(session.payment_intent, 'id', '')
        found = _asked(lambda: self._client.v1.refunds.create(
            {'payment_intent': intent, 'amount': minor(amount, currency), 'metadata': {'number': key}},
            {'idempotency_key': key}))
        states = {'succeeded': Sent.DONE, 'failed': Sent.FAILED, 'canceled': Sent.FAILED}
        return Returned(found.id, states.get(str(found.status), Sent.WAITING),
                        str(getattr(found, 'failure_reason', None) or ''))

    def hear(self, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Told:
        """Read a message by its signature, not older nor younger than five minutes; raises Forged."""
        header = headers.get(SIGNATURE, '')
        try:
            stripe.WebhookSignature.verify_header(body, header, self._webhook_secret)
        except (stripe.SignatureVerificationError, UnicodeDecodeError, ValueError) as error:
            raise Forged(str(error)) from None
        signed_at = next((part[2:] for part in header.split(',') if part.startswith('t=')), '')
        if not signed_at.isdigit() or abs(int(now.timestamp()) - int(signed_at)) > TOLERANCE:
            raise Forged('The message is too old, or from the future.')
        return self._told(json.loads(body))

    def _told(self, event: dict[str, Any]) -> Told:
        kind, thing = str(event['type']), event['data']['object']
        reference, says = '', None
        if kind.startswith('checkout.session.'):
            reference = str(thing['id'])
        elif kind == 'charge.dispute.funds_withdrawn':
            reference, says = self._session_of(str(thing.get('payment_intent') or '')), Outcome.CHARGED_BACK
        return Told(str(event['id'])[:LONGEST_ID], kind, reference[:LONGEST_ID], _kept(event), says)

    def _session_of(self, intent: str) -> str:
        """The Checkout session a payment came from; a charge-back only names the payment."""
        found = _asked(lambda: self._client.v1.checkout.sessions.list({'payment_intent': intent, 'limit': 1}))
        return str(found.data[0].id) if found.data else ''


def minor(amount: Decimal, currency: str) -> int:
    """An amount in the units Stripe counts in: cents, whole units, or thousandths (docs.stripe.com/currencies)."""
    places = 2 if currency in _TWO_DIGITS_AT_STRIPE else digits(currency)
    return int(amount.scaleb(places))


def major(units: int, currency: str) -> Decimal:
    """An amount of Stripe as we write it."""
    places = 2 if currency in _TWO_DIGITS_AT_STRIPE else digits(currency)
    return Decimal(units).scaleb(-places)


def _asked(call: Callable[[], R]) -> R:
    """The answer of Stripe; what it refuses and what it does not answer are told apart."""
    try:
        return call()
    except (stripe.CardError, stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError,
            stripe.IdempotencyError) as error:
        raise GatewayRefused(error.user_message or str(error)) from None
    except stripe.StripeError as error:
        raise GatewayAway(str(error)) from None


def _seen(session: Any) -> Seen:
    currency = str(session.currency).upper()
    amount = major(int(session.amount_total), currency)
    if session.payment_status == 'paid':
        return Seen(Outcome.PAID, amount, currency)
    intent = session.payment_intent
    failed = getattr(intent, 'last_payment_error', None) if intent is not None and not isinstance(intent, str) else None
    if session.status == 'complete' and failed:
        return Seen(Outcome.FAILED, amount, currency, failure=str(getattr(failed, 'message', '') or ''))
    if session.status == 'expired':
        return Seen(Outcome.ENDED, amount, currency)
    return Seen(Outcome.OPEN, amount, currency)


def _kept(event: dict[str, Any]) -> dict[str, Any]:
    """What we keep of a message: enough to see what it was about, no names, addresses or cards."""
    thing = event['data']['object']
    names = ('id', 'object', 'status', 'payment_status', 'payment_intent', 'amount', 'amount_total', 'currency',
             'reason')
    return {'id': event['id'], 'type': event['type'], 'created': event.get('created'),
            'object': {name: thing[name] for name in names if isinstance(thing.get(name), str | int)}}
