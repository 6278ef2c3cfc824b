"""Every place of Portico: the views of all registered modules, each with an example of what its path names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import col, select

from models.access import AccessRequest, AccessState
from models.claims import Dispute
from models.customers import Customer
from models.imports import ImportRun
from models.invoices import Invoice, InvoiceKind
from models.mail import Mail
from models.payments import BankEntry, EntryState, Payment
from models.shipments import Shipment
from models.users import User
from services.core.actor import Actor
from services.core.permissions import Permission
from services.imports.running import take_in
from tests.demo import BUYER, HARBOUR, OWNER, Portico
from ui.kernel.module import Module, Route
from ui.modules import modules

EXAMPLES = {'sku': 'OP-2440', 'account': HARBOUR, 'category': 'hand-tools', 'collection': 'workshop-basics',
            'code': 'trade-a'}
FURTHER = {'/office/import/{run}': Permission.STOCK_WRITE}
"""What the thing of the example wants beyond its page: an import is seen with the rights of its kind."""
OTHERS = {'/office/promotions/{code}': {'code': 'november-offers'}}


@dataclass(frozen=True)
class Spot:
    """One view of a module with a path that leads to it."""

    module: Module
    route: Route
    path: str

    def is_open_to(self, actor: Actor) -> bool:
        """Whether this person may see it."""
        further = FURTHER.get(self.route.pattern)
        return self.module.is_for(actor) and actor.may(self.route.needs) and (further is None or actor.may(further))

    @property
    def name(self) -> str:
        """A name for files: `office-orders-number`, `shop`."""
        return re.sub(r'\W+', '-', self.route.pattern).strip('-') or 'dashboard'


def spots(examples: dict[str, str]) -> Iterator[Spot]:
    """All of them, in menu order; a parameter without an example is a KeyError, and asks for one here.

    Where `number` is not that of an order, `examples` has it under the whole pattern.
    """
    for module in modules():
        for route in module.routes:
            own = {'number': examples[route.pattern]} if route.pattern in examples else {}
            yield Spot(module, route, route.pattern.format(**examples | own | OTHERS.get(route.pattern, {})))


def examples(portico: Portico) -> dict[str, str]:
    """Things of the demo company that paths can name; the file of an import is handed in once per installation."""
    with portico.runtime.database.reading() as session:
        mail = session.exec(select(Mail.id).order_by(Mail.id).limit(1)).one()
        shipment = session.exec(select(Shipment.number).join(User, col(User.id) == Shipment.ordered_by_id).where(
            User.email == BUYER, col(Shipment.shipped_at).is_not(None)).order_by(
            col(Shipment.number).desc()).limit(1)).one()
        run = session.exec(select(ImportRun.id).limit(1)).first()
        entry = session.exec(select(BankEntry).where(BankEntry.state == EntryState.OPEN).order_by(
            col(BankEntry.id)).limit(1)).one()
        request = session.exec(select(AccessRequest.id).where(
            AccessRequest.state == AccessState.WAITING).limit(1)).first()
        dispute = session.exec(select(Dispute.id).order_by(Dispute.id).limit(1)).first()
    if run is None:
        source = portico.config.data_dir / 'stock.csv'
        source.write_text('SKU;Warehouse;On hand\nOP-2440;NOWHERE;5\n;RTM;5\n')
        run = take_in(portico.runtime, portico.actor(OWNER), 'stock', source, source.name)
    shipments = dict.fromkeys(('/shipments/{number}', '/office/shipments/{number}'), shipment)
    claims = {'entry': str(entry.id), 'statement': str(entry.statement_id), 'dispute': str(dispute or entry.id),
              'request': str(request)}
    return EXAMPLES | shipments | claims | _bills(portico) | _payment(portico) | {
        'number': portico.orders(HARBOUR)[0], 'key': str(mail), 'run': str(run)}


def _payment(portico: Portico) -> dict[str, str]:
    """A payment the company's buyer made himself, on both sides."""
    with portico.runtime.database.reading() as session:
        number = session.exec(select(Payment.number).join(User, col(User.id) == Payment.created_by_id).where(
            User.email == BUYER).order_by(col(Payment.created_at).desc()).limit(1)).one()
    return dict.fromkeys(('/payments/{number}', '/office/payments/{number}'), number)


def _bills(portico: Portico) -> dict[str, str]:
    """The newest invoice and credit note of the company, on both sides."""
    found = {}
    with portico.runtime.database.reading() as session:
        for kind, noun in ((InvoiceKind.INVOICE, 'invoices'), (InvoiceKind.CREDIT_NOTE, 'credit-notes')):
            number = session.exec(select(Invoice.number).join(Customer, col(Customer.id) == Invoice.customer_id).where(
                Customer.account == HARBOUR, Invoice.kind == kind).order_by(col(Invoice.issued_on).desc())).first()
            found |= dict.fromkeys((f'/{noun}/{{number}}', f'/office/{noun}/{{number}}'), str(number))
    return found
