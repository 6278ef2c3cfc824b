"""Loads the demo company into an empty database."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlmodel import col, select

from models.customers import Customer
from models.users import Membership, User
from services.carts.service import CartService
from services.core.actor import SYSTEM, Actor
from services.core.permissions import Permission
from services.core.runtime import Runtime
from services.core.service import Service, requires
from services.demo.catalogue import add_catalogue, add_prices
from services.demo.claiming import claim
from services.demo.company import add_company
from services.demo.customers import add_customers, add_people, add_terms
from services.demo.desks import MARA, lay_desks
from services.demo.invoicing import agree, invoice_all
from services.demo.paying import pay_all
from services.demo.proving import prove
from services.demo.reminding import remind
from services.demo.selling import sell, write_history
from services.demo.shipping import add_carriers, pick, ship
from services.demo.stage import Stage
from services.demo.stocking import fill_shelves

Progress = Callable[[int, int, str], object]
CART = (('OP-2440', 6), ('WL-0060', 4), ('CS-5060', 6), ('WG-0005', 4), ('DM-0002', 20), ('PW-0018', 3), ('HB-0860', 8))
PARTS = (
    ('Company', add_company), ('Carriers', add_carriers), ('Catalogue', add_catalogue),
    ('Customers', add_customers), ('Prices', add_prices),
    ('People', add_people), ('Terms', add_terms), ('Billing', agree),
)


class DemoService(Service):
    """Building the demo company, in one act: a load that is interrupted leaves nothing."""

    @requires(Permission.SYSTEM, writes=True)
    def build(self, progress: Progress) -> tuple[str, ...]:
        """Fill the empty database; returns the e-mails of the people who can sign in."""
        stage = Stage(self.work)
        for done, (name, add) in enumerate(PARTS):
            progress(done, len(PARTS) + 4, name)
            add(stage)
        progress(len(PARTS), len(PARTS) + 4, 'Orders')
        book = sell(stage)
        progress(len(PARTS) + 1, len(PARTS) + 4, 'Stock')
        ship(stage, book)
        fill_shelves(stage, book)
        pick(stage, book)
        invoice_all(stage, book)
        pay_all(stage, book)
        prove(stage, book)
        progress(len(PARTS) + 2, len(PARTS) + 4, 'Desks')
        write_history(stage, book.events + lay_desks(stage, book))
        return tuple(stage.people)

    @requires(Permission.SYSTEM)
    def person(self, email: str) -> Actor:
        """A demo person, to do something in his name."""
        user, membership = self.session.exec(select(User, Membership).join(
            Membership, col(Membership.user_id) == User.id).where(User.email == email)).one()
        customer = self.session.exec(select(Customer).where(Customer.id == membership.customer_id)).one()
        return Actor.as_member(user_id=user.id, name=user.name, role=membership.role, customer_id=customer.id)


def load(runtime: Runtime, progress: Progress) -> tuple[str, ...]:
    """Make the demo company in an empty database; returns the e-mails of its accounts.

    `progress` is called with what is done, of how much, and what comes now.
    """
    accounts = runtime.run(SYSTEM, DemoService.build, progress)
    progress(len(PARTS) + 3, len(PARTS) + 4, 'Cart')
    mara = runtime.run(SYSTEM, DemoService.person, MARA)
    runtime.run(mara, CartService.add_many, [(sku, Decimal(count)) for sku, count in CART])
    remind(runtime)
    claim(runtime)
    progress(len(PARTS) + 4, len(PARTS) + 4, 'Ready')
    return accounts
