"""Orders placed one after the other, to be watched from outside: `python -m tests.killing.placer EMAIL COUNT MODE`.

Each answer is one `write` of `ordered NUMBER`. MODE is what SQLite's `synchronous` is set to.
"""

from __future__ import annotations

import os
import sys

from models.core import database
from models.core.database import Database
from services.carts.service import CartService
from services.core.config import load
from services.orders.checkout import CheckoutInput
from services.orders.placing import CheckoutService
from services.start import make_runtime
from tests.killing.stepper import person


def main(email: str, count: str, mode: str) -> None:
    """Place them."""
    database._PRAGMAS = tuple(f'synchronous={mode}' if pragma.startswith('synchronous=') and mode else pragma
                              for pragma in database._PRAGMAS)
    config = load()
    runtime = make_runtime(config, Database(config.database))
    who = person(runtime, email)
    for turn in range(int(count)):
        runtime.run(who, CartService.add_many, [('BOLT-M8', 50)])
        number = runtime.run(who, CheckoutService.place, CheckoutInput(), key=f'watched-from-outside-{mode}-{turn}')
        os.write(1, f'ordered {number}\n'.encode())


if __name__ == '__main__':
    main(*sys.argv[1:])
