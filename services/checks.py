"""The invariants that hold whenever Portico holds data; `python app.py check` looks at all of them."""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

import services
from models.audit import AuditHead, Event
from models.core import lasting
from models.core.money import rounded
from models.files import StoredFile
from models.mail import Mail, MailState
from models.orders import OPEN_STATUSES, Order, OrderLine
from models.stock import Reservation, StockLevel, StockMovement
from services import ledger_checks
from services.core.chain import NIL, link
from services.core.runtime import Runtime

BATCH = 2000
_TEN_MINUTES = dt.timedelta(minutes=10)
Progress = Callable[[str], None]
Check = Callable[[Session, Runtime], Iterator[str]]


@dataclass(frozen=True)
class Finding:
    """One breach: which invariant, and what was found."""

    check: str
    message: str


def run(runtime: Runtime, progress: Progress = lambda name: None) -> list[Finding]:
    """Look at every invariant in one consistent state of the database; nothing found means all hold."""
    findings: list[Finding] = []
    with runtime.database.reading() as session:
        if not runtime.database.is_sqlite:
            session.execute(sa.text('SET LOCAL statement_timeout = 0'))
        for name, look in CHECKS.items():
            progress(name)
            findings.extend(Finding(name, message) for message in look(session, runtime))
    return findings


def _file_is_sound(session: Session, runtime: Runtime) -> Iterator[str]:
    if runtime.database.is_sqlite:
        for row in session.execute(sa.text('PRAGMA integrity_check')):
            if row[0] != 'ok':
                yield row[0]
        for row in session.execute(sa.text('PRAGMA foreign_key_check')):
            yield f'a row of {row[0]} refers to a row of {row[2]} that is not there'


def _guards(session: Session, runtime: Runtime) -> Iterator[str]:
    for table in lasting.TABLES:
        if not lasting.is_kept(session.connection(), table):
            yield f'rows of {table} can be changed, as triggers that refuse it are missing'


def _audit_chain(session: Session, runtime: Runtime) -> Iterator[str]:
    chain = sa.func.coalesce(sa.column('customer_id', sa.Uuid), NIL)
    links: dict[Any, tuple[int, str]] = {}
    query = select(Event).order_by(chain, sa.column('sequence')).execution_options(yield_per=BATCH)
    for event in session.exec(query):
        company = event.customer_id or NIL
        sequence, previous = links.get(company, (0, ''))
        if event.sequence != sequence + 1 or event.hash != link(previous, event):
            yield f'event {event.sequence} of {company} was changed or its predecessor is missing'
        links[company] = event.sequence, event.hash
    for head in session.exec(select(AuditHead)):
        if links.get(head.chain) != (head.sequence, head.hash):
            yield f'the newest events of {head.chain} are missing'


def _stock(session: Session, runtime: Runtime) -> Iterator[str]:
    moved = _sums(session, StockMovement)
    promised = _sums(session, Reservation, Reservation.active)
    held: set[Any] = set()
    for level in session.exec(select(StockLevel).execution_options(yield_per=BATCH)):
        place = (level.item_id, level.warehouse_id)
        held.add(place)
        if level.on_hand < 0 or level.reserved < 0 or level.reserved > level.on_hand:
            yield f'item {level.item_id}: {level.reserved} reserved of {level.on_hand} on hand'
        if level.on_hand != moved.get(place, 0):
            yield f'item {level.item_id}: {level.on_hand} on hand, but movements add up to {moved.get(place, 0)}'
        if level.reserved != promised.get(place, 0):
            yield f'item {level.item_id}: {level.reserved} reserved, but reservations are {promised.get(place, 0)}'
    for item, warehouse in {place for place, sum_ in promised.items() if sum_} - held:
        yield f'item {item} is promised from warehouse {warehouse}, which keeps none'


def _sums(session: Session, entity: Any, *conditions: Any) -> dict[Any, Decimal]:
    query = select(entity.item_id, entity.warehouse_id, sa.func.sum(entity.quantity, type_=entity.quantity.type))
    rows = session.execute(query.where(*conditions).group_by(entity.item_id, entity.warehouse_id))
    return {(item, warehouse): amount or Decimal(0) for item, warehouse, amount in rows}


def _order_totals(session: Session, runtime: Runtime) -> Iterator[str]:
    nets = {row[0]: row[1] for row in session.execute(
        select(OrderLine.order_id, sa.func.sum(OrderLine.net, type_=OrderLine.net.type).label('net'))  # type: ignore[attr-defined]
        .group_by(OrderLine.order_id))}  # type: ignore[arg-type]
    for order in session.exec(select(Order).execution_options(yield_per=BATCH)):
        tax = sum((Decimal(str(entry['tax'])) for entry in order.taxes), Decimal(0))
        if order.lines_net != nets.get(order.id, Decimal(0)):
            yield f'{order.number}: its lines add up to {nets.get(order.id, 0)}, not to {order.lines_net}'
        if order.net != order.lines_net + order.shipping_net or order.net + order.tax != order.gross:
            yield f'{order.number}: net, shipping and tax do not add up to {order.gross}'
        if tax != order.tax:
            yield f'{order.number}: tax per rate adds up to {tax}, not to {order.tax}'


def _order_lines(session: Session, runtime: Runtime) -> Iterator[str]:
    query = (select(OrderLine, Order.number, Order.currency, Order.customer_id)
             .join(Order, OrderLine.order_id == Order.id).execution_options(yield_per=BATCH))  # type: ignore[arg-type]
    for line, number, currency, customer_id in session.execute(query):
        if line.customer_id != customer_id:
            yield f'{number}: line {line.position} belongs to another company'
        if line.net != rounded(line.ordered * line.unit_price, currency) and not line.cancelled:
            yield f'{number}: line {line.position} is {line.net}, not {line.ordered} × {line.unit_price}'


def _reservations(session: Session, runtime: Runtime) -> Iterator[str]:
    query = (select(Order.number, Order.status).join(OrderLine, OrderLine.order_id == Order.id)  # type: ignore[arg-type]
             .join(Reservation, Reservation.order_line_id == OrderLine.id)  # type: ignore[arg-type]
             .where(Reservation.active, sa.not_(sa.column('status').in_(OPEN_STATUSES))).distinct())
    for number, status in session.execute(query):
        yield f'{number} is {status} but still holds stock'


def _mail(session: Session, runtime: Runtime) -> Iterator[str]:
    stuck = select(sa.func.count()).select_from(Mail).where(
        Mail.state == MailState.SENDING, Mail.next_try_at < runtime.now() - _TEN_MINUTES)
    count = session.execute(stuck).scalar_one()
    if count:
        yield f'{count} mails have been on their way for more than ten minutes'



def _files(session: Session, runtime: Runtime) -> Iterator[str]:
    for stored in session.exec(select(StoredFile).execution_options(yield_per=BATCH)):
        path = runtime.config.data_dir / 'files' / stored.id.hex[-2:] / str(stored.id)
        if not path.is_file():
            yield f'{stored.name} ({stored.id}) is missing'
        elif path.stat().st_size != stored.size:
            yield f'{stored.name} ({stored.id}) has {path.stat().st_size} bytes instead of {stored.size}'


def _found() -> dict[str, Check]:
    """The checks that stand beside the services they are about: `CHECKS` of each `services.<noun>.checks`."""
    found: dict[str, Check] = {}
    for package in pkgutil.iter_modules(services.__path__):
        name = f'services.{package.name}.checks'
        if package.ispkg and importlib.util.find_spec(name) is not None:
            found |= importlib.import_module(name).CHECKS
    return found


CHECKS: dict[str, Check] = {
    'database': _file_is_sound, 'guards': _guards, 'audit trail': _audit_chain, 'stock': _stock,
    'reservations': _reservations, 'order totals': _order_totals, 'order lines': _order_lines, 'outbox': _mail,
    'files': _files, **ledger_checks.CHECKS, **_found(),
}
"""Every check by its name."""
