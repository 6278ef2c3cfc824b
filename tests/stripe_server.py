"""localstripe as a server of its own, with the hosted Checkout it lacks built on its payment intents.

    python -m tests.stripe_server PORT

The page a person would pay on is `POST /_config/pay/{session}` with `number` (a card); everything else is the API.
"""

from __future__ import annotations

import sys
from typing import Any

from aiohttp import web
from localstripe import resources, server
from localstripe.errors import UserError
from localstripe.webhooks import schedule_webhook

ADDRESS = '127.0.0.1'


class Session(resources.StripeObject):  # type: ignore[misc]
    """A Checkout session (docs.stripe.com/api/checkout/sessions/object), as far as a payment needs it."""

    object = 'checkout.session'
    _id_prefix = 'cs_'
    _by_key: dict[str, Session] = {}

    def __init__(self, address: str, given: dict[str, Any]) -> None:
        super().__init__()
        items = given['line_items']
        self.amount_total = sum(int(item['quantity']) * int(item['price_data']['unit_amount']) for item in items)
        self.currency = items[0]['price_data']['currency']
        self.client_reference_id = given.get('client_reference_id')
        self.metadata = given.get('metadata') or {}
        self.success_url, self.cancel_url = given['success_url'], given['cancel_url']
        self.expires_at = int(given['expires_at'])
        self.mode, self.status, self.payment_status = given['mode'], 'open', 'unpaid'
        self.url = f'{address}/pay/{self.id}'
        self.payment_intent: str | None = None
        self._intent_metadata = (given.get('payment_intent_data') or {}).get('metadata') or {}

    def _pay(self, number: str) -> None:
        """Pay with this card; a declined one leaves the session open, as Stripe's page does."""
        if self.status != 'open':
            raise UserError(400, 'This session is over.')
        card = {'number': number, 'exp_month': '12', 'exp_year': '2034', 'cvc': '123'}
        method = resources.PaymentMethod(type='card', card=card)
        intent = resources.PaymentIntent(amount=self.amount_total, currency=self.currency, payment_method=method.id,
                                         metadata=self._intent_metadata)
        self.payment_intent = intent.id
        resources.PaymentIntent._api_confirm(intent.id)
        self.status, self.payment_status = 'complete', 'paid'
        schedule_webhook(resources.Event('checkout.session.completed', self))


async def create(request: web.Request) -> web.Response:
    """A new session, the same one for the same key."""
    given = await server.get_post_data(request)
    key = request.headers.get('Idempotency-Key', '')
    found = Session._by_key.get(key) or Session(f'http://{request.host}', given)
    if key:
        Session._by_key[key] = found
    return server.json_response(found._export())  # type: ignore[no-any-return]


def session_of(request: web.Request) -> Session:
    """The session in the path."""
    found: Session = Session._api_retrieve(request.match_info['id'])
    return found


async def retrieve(request: web.Request) -> web.Response:
    """A session, perhaps with its payment intent."""
    found = session_of(request)._export()
    expand = server.unflatten_data(request.query).get('expand') or []
    if 'payment_intent' in expand and found['payment_intent']:
        found['payment_intent'] = resources.PaymentIntent._api_retrieve(found['payment_intent'])._export()
    return server.json_response(found)  # type: ignore[no-any-return]


async def listed(request: web.Request) -> web.Response:
    """The sessions of a payment intent."""
    wanted = request.query.get('payment_intent')
    rows = [row._export() for key, row in resources.store.items()
            if key.startswith('checkout.session:') and row.payment_intent == wanted]
    return server.json_response(  # type: ignore[no-any-return]
        {'object': 'list', 'data': rows, 'has_more': False, 'url': '/v1/checkout/sessions'})


async def expire(request: web.Request) -> web.Response:
    """End a session that is still open."""
    found = session_of(request)
    if found.status != 'open':
        raise UserError(400, 'Only open sessions can be expired.')
    found.status = 'expired'
    schedule_webhook(resources.Event('checkout.session.expired', found))
    return server.json_response(found._export())  # type: ignore[no-any-return]


async def pay(request: web.Request) -> web.Response:
    """A person types a card number."""
    given = await server.get_post_data(request)
    session_of(request)._pay(str(given['number']))
    return web.Response()


def main() -> None:
    """Serve on the port given, keeping nothing on the disk."""
    resources.Store.dump_to_disk = lambda _store: None
    routes = server.app.router
    routes.add_post('/v1/checkout/sessions', create)
    routes.add_get('/v1/checkout/sessions', listed)
    routes.add_get('/v1/checkout/sessions/{id}', retrieve)
    routes.add_post('/v1/checkout/sessions/{id}/expire', expire)
    routes.add_post('/_config/pay/{id}', pay)
    web.run_app(server.app, host=ADDRESS, port=int(sys.argv[1]), print=None)


if __name__ == '__main__':
    main()
