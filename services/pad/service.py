"""The order pad: rows typed, pasted or uploaded become lines with price and stock, or say what is wrong with them."""

from __future__ import annotations

import tempfile
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlmodel import col, select

from models.catalogue import Item, PartNumber
from models.core.money import ZERO, line_net
from models.core.words import _, pick
from services.carts.quantities import a_quantity, largest, meant
from services.carts.service import Added, CartService, customer_of
from services.carts.view import Severity, line_problems
from services.catalogue.visibility import visible
from services.core import formats
from services.core.errors import Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.pad.matching import Match, folded, match
from services.pad.parsing import raw_rows
from services.pad.rows import PadInput, PadRow, PadState, PadView, Proposal
from services.pricing.engine import PriceQuote, quotes
from services.search.finding import nearest
from services.settings import setting
from services.sheets import csv_bytes, rows_of, text_rows
from services.stock.levels import Availability, availability

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_TEXT = 2_000_000
MOST_PROPOSALS = 50


class PadService(Service):
    """Quick entry of many lines."""

    @requires(Permission.ORDER_PAD_USE)
    def resolve(self, rows: Sequence[PadInput]) -> PadView:
        """Match, price and check rows; every row given comes back, in its order, nothing is cut."""
        most = self.most_rows()
        if len(rows) > most:
            raise Invalid(_('The pad takes {most} rows; these are {count}.').format(
                most=formats.number(most), count=formats.number(len(rows))))
        customer = customer_of(self.work)
        found = match(self.work, (row.code for row in rows))
        hits = [found.get(row.code, Match()) for row in rows]
        limit = largest(self.work)
        quantities = [_quantity(row, hit, limit) for row, hit in zip(rows, hits, strict=True)]
        sums: dict[uuid.UUID, Decimal] = {}
        counts: Counter[str] = Counter()
        for hit, (quantity, _message) in zip(hits, quantities, strict=True):
            if len(hit.items) == 1 and quantity is not None:
                sums[hit.items[0].id] = sums.get(hit.items[0].id, ZERO) + quantity
                counts[hit.items[0].sku] += 1
        known = _Known(quotes(self.work, customer, sums), availability(self.work, list(sums)), sums,
                       _near(self.work, (row.code for row, hit in zip(rows, hits, strict=True) if not hit.items)))
        out = tuple(_resolved(row, hit, given, known)
                    for row, hit, given in zip(rows, hits, quantities, strict=True))
        ready = [row for row in out if row.state is PadState.READY]
        return PadView(out, len(ready), sum(row.state not in (PadState.READY, PadState.EMPTY) for row in out),
                       sum((row.net or ZERO for row in ready), ZERO), customer.currency,
                       tuple(sku for sku, count in counts.items() if count > 1))

    @requires(Permission.ORDER_PAD_USE)
    def most_rows(self) -> int:
        """How many rows the pad takes."""
        return int(setting(self.work, 'orders.pad_rows'))

    @requires(Permission.ORDER_PAD_USE)
    def parse(self, text: str) -> list[PadInput]:
        """Rows out of a pasted block or written text; a header row is recognised and left out."""
        if len(text) > LONGEST_TEXT:
            raise Invalid(_('This is too much text to paste. Please upload it as a file.'))
        return raw_rows(text_rows(text))

    @requires(Permission.ORDER_PAD_USE)
    def parse_file(self, name: str, data: bytes) -> list[PadInput]:
        """Rows out of a CSV or XLSX file of at most 10 MB; raises Invalid for anything else."""
        if len(data) > LARGEST_FILE:
            raise Invalid(_('The file is larger than 10 MB.'), field='file')
        with tempfile.NamedTemporaryFile(suffix=Path(name).suffix[:10]) as target:
            target.write(data)
            target.flush()
            return raw_rows(rows_of(Path(target.name), name))

    @requires(Permission.ORDER_PAD_USE)
    def sample(self) -> bytes:
        """A CSV file that shows the form: two rows of items this customer can order."""
        best = select(Item).order_by(col(Item.sold).desc(), Item.sku).limit(2)
        items = self.session.exec(visible(self.work, best)).all()
        return csv_bytes([['SKU', 'Quantity'], *([item.sku, str(int(item.min_quantity))] for item in items)])

    @requires(Permission.ORDER_PAD_USE)
    def errors(self, rows: Sequence[PadInput]) -> bytes:
        """The rows that cannot be ordered as they are, as CSV with their original row numbers and what is wrong."""
        bad = [(given, row) for given, row in zip(rows, self.resolve(rows).rows, strict=True)
               if row.state not in (PadState.READY, PadState.EMPTY)]
        return csv_bytes([[_('Row'), 'SKU', _('Quantity'), _('What is wrong')],
                          *([str(given.source_row or ''), given.code, given.quantity, ' '.join(row.messages)]
                            for given, row in bad)])

    @requires(Permission.ORDER_PAD_USE, writes=True)
    def add(self, rows: Sequence[PadInput]) -> Added:
        """Put the rows that are ready in the cart, all at once; the others stay where they are."""
        ready = [row for row in self.resolve(rows).rows if row.state is PadState.READY and row.item and row.quantity]
        if not ready:
            raise Invalid(_('There is no line that can be added yet.'))
        return CartService(self.work).add_many([(row.item.sku, row.quantity) for row in ready if row.item])

    @requires(Permission.ORDER_PAD_USE, writes=True)
    def learn(self, part_number: str, sku: str) -> None:
        """Remember that this company's own number means that item, as its person confirmed."""
        item = self.session.exec(visible(self.work, select(Item).where(Item.sku == sku))).first()
        short = folded(part_number)[:80]
        if item is None or not short:
            raise NotFound(_('There is no item {sku}.').format(sku=sku), field='sku')
        known = self.session.exec(self.work.reach(PartNumber).where(PartNumber.folded == short)).first()
        row = known or PartNumber(customer_id=customer_of(self.work).id, part_number=part_number.strip()[:80],
                                  folded=short, item_id=item.id)
        row.item_id, row.learned = item.id, True
        self.session.add(row)
        self.work.record('part_number.learned', row, changes={'part_number': row.part_number, 'sku': item.sku})


@dataclass(frozen=True)
class _Known:
    """What was looked up for all rows at once: prices, stock and summed quantity by item, what is near by code."""

    prices: Mapping[uuid.UUID, PriceQuote]
    stock: Mapping[uuid.UUID, Availability]
    sums: Mapping[uuid.UUID, Decimal]
    near: Mapping[str, Sequence[Item]]


def _resolved(row: PadInput, hit: Match, given: tuple[Decimal | None, str], known: _Known) -> PadRow:
    if not row.code.strip():
        if not row.quantity.strip():
            return PadRow(row.code, given[0], PadState.EMPTY, row.source_row)
        return PadRow(row.code, given[0], PadState.WRONG, row.source_row, messages=(_('This line has no item.'),))
    code = row.code.strip()[:60]
    if not hit.items:
        return PadRow(row.code, given[0], PadState.UNKNOWN, row.source_row,
                      proposals=_proposals(known.near.get(row.code, ())),
                      messages=(_('{code} is no item we know.').format(code=code),))
    if len(hit.items) > 1:
        return PadRow(row.code, given[0], PadState.CHOOSE, row.source_row, proposals=_proposals(hit.items),
                      messages=(_('{code} can mean several items. Please choose.').format(code=code),))
    return _settled(row, hit, given, known)


def _near(work: Work, codes: Iterable[str]) -> dict[str, Sequence[Item]]:
    """What unknown codes may mean; only the first ones, since each is a search."""
    distinct = dict.fromkeys(code for code in codes if code.strip())
    return {code: nearest(work, code) for code in list(distinct)[:MOST_PROPOSALS]}


def _proposals(items: Iterable[Item]) -> tuple[Proposal, ...]:
    return tuple(Proposal(item.sku, pick(item.names, fallback=item.name)) for item in items)


def _settled(row: PadInput, hit: Match, given: tuple[Decimal | None, str], known: _Known) -> PadRow:
    item, (quantity, wrong) = hit.items[0], given
    name = pick(item.names, fallback=item.name)
    if quantity is None:
        return PadRow(row.code, None, PadState.WRONG, row.source_row, item, name, messages=(wrong,))
    price, left, wanted = known.prices[item.id], known.stock[item.id], known.sums[item.id]
    problems = line_problems(item, wanted, price, left)
    stops = [problem for problem in problems if problem.severity is Severity.STOPS]
    hints = [problem.message for problem in problems if problem.severity is not Severity.STOPS]
    if hit.replaces:
        hints.append(_('{old} is replaced by {new}.').format(old=row.code.strip(), new=item.sku))
    if price.next_tier is not None and price.unit_price is not None and price.next_tier.quantity > wanted:
        hints.append(next_tier_hint(price, wanted))
    net = None if price.unit_price is None else line_net(price.unit_price, quantity, price.currency)
    proposals = tuple(Proposal(item.sku, name, problem.quantity) for problem in stops
                      if problem.quantity is not None and problem.quantity > 0 and wanted == quantity)
    return PadRow(row.code, quantity, PadState.WRONG if stops else PadState.READY, row.source_row, item, name, price,
                  left, net, tuple(problem.message for problem in stops), tuple(hints), proposals)


def next_tier_hint(price: PriceQuote, quantity: Decimal) -> str:
    """How much more makes the unit price fall, and to what."""
    tier = price.next_tier
    if tier is None:
        return ''
    return _('{count} more and the unit price falls to {price}').format(
        count=formats.quantity(tier.quantity - quantity), price=formats.money(tier.price, price.currency))


def _quantity(row: PadInput, hit: Match, most: Decimal) -> tuple[Decimal | None, str]:
    """The quantity a row means (none given means one), or the sentence that says why it is none."""
    if not row.quantity.strip():
        return Decimal(1), ''
    item = hit.items[0] if len(hit.items) == 1 else None
    try:
        return a_quantity(meant(row.quantity, item), item, most=most), ''
    except Invalid as refusal:
        return None, refusal.message

