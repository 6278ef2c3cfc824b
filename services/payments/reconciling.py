"""The reconciler: every minute it asks the gateways what became of attempts, and frees what nobody came back for."""

from __future__ import annotations

import logging

from services.core.actor import SYSTEM
from services.core.errors import DomainError
from services.core.runtime import Runtime
from services.orders.prepaying import PrepaidOrders
from services.payments.attempts import Asked, AttemptService, ask
from services.payments.methods import test_gateway
from services.payments.refunding import send_waiting

log = logging.getLogger('portico')


def reconcile(runtime: Runtime) -> int:
    """Ask about all attempts whose time has come, and send refunds on their way again; returns how many were asked.

    Each is a matter of its own: one that fails is tried again the next time and keeps no other waiting.
    """
    test_gateway(runtime).ripen(runtime.now())
    found = runtime.run(SYSTEM, AttemptService.due)
    for asked in found:
        try:
            settle_one(runtime, asked)
        except DomainError as error:
            log.warning('attempt %s stays as it is: %s', asked.number, error)
    send_waiting(runtime)
    return len(found)


def settle_one(runtime: Runtime, asked: Asked) -> None:
    """Find out about one attempt; when its time is over it is ended at the gateway first, so that nobody pays it."""
    if not asked.reference and not asked.has_left:
        runtime.run(SYSTEM, AttemptService.let_go, asked.number, 'expire')
    elif ask(runtime, asked, end='expire' if asked.is_late else '') == 'open':
        runtime.run(SYSTEM, AttemptService.wait, asked.number)


def end_unpaid_orders(runtime: Runtime) -> int:
    """Cancel orders whose prepayment never came; returns how many."""
    numbers = runtime.run(SYSTEM, PrepaidOrders.given_up)
    for number in numbers:
        runtime.run(SYSTEM, PrepaidOrders.end, number)
    return len(numbers)
