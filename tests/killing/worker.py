"""Twenty people ordering and paying in a process of their own, to be killed: `python -m tests.killing.worker ROUND`.

Each line it writes was true for its person the moment it was written: `ordered KEY NUMBER` and `paid NUMBER` are
acknowledged acts, `captured REFERENCE` is money the gateway took. The clock is the real one.
"""

from __future__ import annotations

import sys
import threading
from decimal import Decimal
from itertools import count

from sqlmodel import Session, col, select

from models.core.database import Database
from models.invoices import UNSETTLED, Invoice
from models.users import Membership, Role, User
from services.carts.service import CartService
from services.core.actor import Actor
from services.core.config import load
from services.core.errors import DomainError
from services.core.runtime import Runtime
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.payments.attempts import go
from services.payments.hearing import hear
from services.payments.inputs import InvoiceShare, PayInput
from services.payments.methods import test_gateway
from services.payments.starting import PaymentService
from services.start import make_runtime

PEOPLE = 20
_writing = threading.Lock()


def people(session: Session) -> list[Actor]:
    """Those of Harbour who were hired for this, in order of name."""
    rows = session.exec(select(User, Membership).join(Membership, col(Membership.user_id) == User.id).where(
        col(User.email).like('%@killing.test')).order_by(User.email))
    return [Actor.as_member(user_id=user.id, name=user.name, role=Role(member.role), customer_id=member.customer_id)
            for user, member in rows]


def main(round_: str) -> None:
    """Let everybody work until the process is killed."""
    config = load()
    runtime = make_runtime(config, Database(config.database))
    with runtime.database.reading() as session:
        hired = people(session)
    for place, person in enumerate(hired):
        work = _order if place % 2 else _pay
        threading.Thread(target=work, args=(runtime, person, f'{round_}-{place}', place), daemon=True).start()
    threading.Event().wait()


def _order(runtime: Runtime, person: Actor, name: str, _place: int) -> None:
    for turn in count():
        key = f'killed-order-{name}-{turn}'
        try:
            runtime.run(person, CartService.add_many, [('BOLT-M8', 50), ('GLOVE-9', 1)])
            _say(f'ordered {key} {runtime.run(person, CheckoutService.place, CheckoutInput(), key=key)}')
        except DomainError as error:
            _say(f'refused {error.message}')


def _pay(runtime: Runtime, person: Actor, name: str, place: int) -> None:
    gateway = test_gateway(runtime)
    for turn in count():
        with runtime.database.reading() as session:
            open_ = session.exec(select(Invoice.number).where(
                col(Invoice.status).in_(UNSETTLED), Invoice.customer_id == person.customer_id).order_by(Invoice.number))
            own = [number for number in open_ if int(str(number)[-6:]) % PEOPLE == place]
        if not own:
            return
        try:
            wish = PayInput(method='test', invoices=(InvoiceShare(number=own[turn % len(own)], amount=Decimal(1)),))
            started = runtime.run(person, PaymentService.start, wish, key=f'killed-payment-{name}-{turn}')
            reference = go(runtime, person, started.number).rpartition('/')[2]
            gateway.pay(reference, runtime.now())
            _say(f'captured {reference}')
            hear(runtime, 'test', *gateway.message('paid', reference, runtime.now()))
            _say(f'paid {started.number}')
        except DomainError as error:
            _say(f'refused {error.message}')


def _say(text: str) -> None:
    with _writing:
        sys.stdout.write(text + '\n')
        sys.stdout.flush()


if __name__ == '__main__':
    main(sys.argv[1])
