"""A prepaid order in a process of its own that dies at a named step: `python -m tests.killing.stepper STEP EMAIL KEY`.

The step is where it is killed as if the power failed; nothing of the application knows of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

from sqlmodel import select

from models.core.database import Database
from models.orders import PaymentMethod
from models.users import Membership, Role, User
from services.carts.service import CartService
from services.core.actor import Actor
from services.core.config import load
from services.core.runtime import Runtime
from services.orders import placing
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.payments import attempts
from services.payments.attempts import go
from services.payments.hearing import hear
from services.payments.inputs import PayInput
from services.payments.methods import test_gateway
from services.payments.starting import PaymentService
from services.start import make_runtime

STEPS = ('after_reserve', 'before_capture', 'after_capture', 'before_commit', 'after_commit')
DEAD = 9


def dying(act: Callable[..., Any]) -> Callable[..., Any]:
    """The act, after which the process is gone: nothing is flushed, closed or rolled back."""
    def carried_out(*args: Any, **kwargs: Any) -> Any:
        act(*args, **kwargs)
        os._exit(DEAD)
    return carried_out


def person(runtime: Runtime, email: str) -> Actor:
    """The member of this e-mail."""
    with runtime.database.reading() as session:
        user, member = session.exec(select(User, Membership).join(Membership, Membership.user_id == User.id)
                                    .where(User.email == email)).one()
    return Actor.as_member(user_id=user.id, name=user.name, role=Role(member.role), customer_id=member.customer_id)


def main(step: str, email: str, key: str) -> None:
    """Order two lamps and pay them, as far as the step."""
    config = load()
    runtime = make_runtime(config, Database(config.database))
    who, gateway = person(runtime, email), test_gateway(runtime)
    runtime.run(who, CartService.add_many, [('LAMP-5', 2)])
    patches = {'after_reserve': (placing, 'reserve_all'), 'before_commit': (attempts, 'take')}
    target, name = patches.get(step, (placing, 'reserve_all'))
    with mock.patch.object(target, name, dying(getattr(target, name))) if step in patches else mock.MagicMock():
        wish = CheckoutInput(payment_method=PaymentMethod.PREPAYMENT)
        order = runtime.run(who, CheckoutService.place, wish, key=key)
        started = runtime.run(who, PaymentService.start, PayInput(order=order, method='test'), key=f'{key} pays')
        reference = go(runtime, who, started.number).rpartition('/')[2]
        if step == 'before_capture':
            os._exit(DEAD)
        gateway.pay(reference, runtime.now())
        if step == 'after_capture':
            os._exit(DEAD)
        hear(runtime, 'test', *gateway.message('paid', reference, runtime.now()))
        os._exit(DEAD)


if __name__ == '__main__':
    main(*sys.argv[1:])
