"""The demo company's orders: which ones were placed when, by whom and for what; most at random, the newest as told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from models.catalogue import BackorderPolicy, Item
from models.customers import Customer
from models.orders import HoldReason, OrderStatus
from models.users import Role, User
from services.demo.sources import number, rows
from services.demo.stage import Stage

S = OrderStatus
YEAR = 365
FRESH = 11
LAST_PO = 7700
SHARES = {'C-10428': 40, 'C-10447': 34, 'C-10435': 32, 'C-10431': 28, 'C-10440': 20, 'C-10442': 18, 'C-10452': 18,
          'C-10456': 14, 'C-10461': 10, 'C-10474': 14, 'C-10465': 5, 'C-10470': 6}
SEASON = (0.8, 0.9, 1.0, 1.05, 1.1, 1.05, 0.75, 0.7, 1.15, 1.25, 1.3, 0.7)
BY_PHONE = 'sales@nordwerk.example'
BESTSELLERS = ('OD-1210', 'CD-1804', 'HB-0860', 'WG-0005', 'CH-0016', 'TM-0008', 'WL-0060', 'SH-0001')
REASONS = {S.DECLINED: 'We cannot deliver to this site in the week you asked for.',
           S.CANCELLED: 'Ordered twice by mistake.'}


@dataclass(frozen=True)
class Wish:
    """An order as it was placed; `shipped` says how much of a SKU went out where that is neither nothing nor all."""

    customer: Customer
    person: User
    placed_at: dt.datetime
    status: OrderStatus
    lines: tuple[tuple[Item, Decimal], ...]
    po_number: str = ''
    hold: HoldReason | None = None
    shipped: dict[str, int] | None = None
    reason: str = ''


@dataclass(frozen=True)
class Taste:
    """What a company can buy and what it likes best."""

    wanted: list[Item]
    retired: list[Item]


def wishes(stage: Stage) -> list[Wish]:
    """All orders of the last twelve months, oldest first."""
    stock = {row['sku']: number(row['stock_main']) + number(row['stock_north']) for row in rows('items')}
    found = list(told(stage))
    for account, count in SHARES.items():
        taste = _taste(stage, account)
        found += [_random(stage, account, taste, stock) for _number in range(count)]
    return sorted(found, key=lambda wish: (wish.placed_at, wish.customer.account))


def told(stage: Stage) -> list[Wish]:
    """The newest orders, those the pictures of the design show first."""
    def wish(account: str, email: str, placed_at: dt.datetime, status: OrderStatus, lines: str, **more: object) -> Wish:
        wanted = tuple((stage.items[sku], Decimal(count)) for sku, count in
                       (part.split(':') for part in lines.split()))
        return Wish(stage.customers[account], stage.people[email], placed_at, status, wanted, **more)  # type: ignore[arg-type]

    def ago(minutes: int) -> dt.datetime:
        return stage.now - dt.timedelta(minutes=minutes)

    mara, tom = 'admin@harbour.example', 'buyer@harbour.example'
    return [
        wish('C-10428', mara, stage.at(9, '14:20'), S.COMPLETED, 'OD-1210:200 CD-1804:4 WG-0005:10 CH-0016:6 '
             'TM-0008:12 SH-0001:10 PW-0018:8 OD-2010:60 CS-5060:6 WP-0840:4 DM-0002:40 WG-0109:60 SB-0043:4 '
             'IR-1000:6 CP-0004:6', po_number='PO-7752'),
        wish('C-10428', tom, stage.at(4, '10:31'), S.CONFIRMED,
             'CS-5060:4 WG-0005:6 PW-0018:4 DM-0002:20 WG-0109:36 SB-0043:2 CP-0004:4 OD-2010:40', po_number='PO-7774'),
        wish('C-10428', mara, stage.at(3, '09:12'), S.IN_FULFILMENT, 'OP-2440:40 HB-0860:30 WL-0060:20',
             po_number='PO-7781', shipped={'OP-2440': 40, 'HB-0860': 12, 'WL-0060': 0}),
        wish('C-10428', mara, ago(55), S.CONFIRMED, 'OD-1210:120 CD-1804:2 WG-0005:4 CH-0016:4 SH-0001:6 CS-5060:3 '
             'PW-0018:2 DM-0002:20 WG-0109:12 SB-0043:2 IR-1000:2 CP-0004:4', po_number='PO-7790'),
        wish('C-10428', tom, ago(14), S.PLACED, 'WP-0840:3 OD-2010:30 CS-5060:2 WG-0010:2', po_number='PO-7791'),
        wish('C-10431', 'admin@atelier.example', ago(130), S.PLACED,
             'OD-1210:150 CS-4040:4 PB-0050:12 CN-7016:2', po_number='CMD-2218'),
        wish('C-10447', 'lager@krueger.example', ago(31), S.PLACED,
             'CD-1804:6 CS-5060:20 WG-0109:48 SH-0001:24 DM-0002:80', po_number='B-40117'),
        wish('C-10435', 'inkoop@vandijk.example', stage.at(1, '15:48'), S.PLACED, 'CH-0016:10 WL-0060:4 CP-0004:12'),
        wish('C-10465', 'purchasing@lakeshore.example', stage.at(1, '16:05'), S.PLACED,
             'OD-1210:400 OD-2010:120 WG-0010:12', po_number='LF-3391', hold=HoldReason.PAYMENT),
        wish('C-10442', 'post@fjord.example', stage.at(2, '11:17'), S.CONFIRMED,
             'CN-7016:10 PT-0001:36 WG-0010:6', po_number='FI-881'),
    ]


def _taste(stage: Stage, account: str) -> Taste:
    active = [item for item in stage.items.values() if item.active]
    liked = [stage.items[sku] for sku in stage.own_numbers.get(account, {}) if stage.items[sku].active]
    best = [stage.items[sku] for sku in BESTSELLERS]
    usual = stage.chance.sample(active, 45)
    return Taste([*liked, *liked, *best, *usual, *usual], [item for item in stage.items.values() if not item.active])


def _random(stage: Stage, account: str, taste: Taste, stock: dict[str, Decimal]) -> Wish:
    chance = stage.chance
    placed_at = _moment(stage)
    age = (stage.today - placed_at.date()).days
    status = _status(chance.random(), age)
    wanted = _lines(stage, taste, is_old=age > 150)
    if status in (S.PLACED, S.CONFIRMED):
        wanted = [(item, count) for item, count in wanted if item.backorder is BackorderPolicy.ALLOW or stock[item.sku]]
    customer = stage.customers[account]
    has_po = customer.po_required or chance.random() < 0.4
    po_number = f'PO-{LAST_PO - age * 16 + chance.randint(0, 9)}' if has_po else ''
    lines = tuple(wanted) or ((stage.items['CH-0016'], Decimal(4)),)
    return Wish(customer, _person(stage, account), placed_at, status, lines, po_number, reason=REASONS.get(status, ''))


def _moment(stage: Stage) -> dt.datetime:
    """A working hour of the last year, the busy months more often."""
    while True:
        days = stage.chance.randint(FRESH, YEAR)
        day = stage.today - dt.timedelta(days=days)
        if day.weekday() < 5 and stage.chance.random() * 1.3 < SEASON[day.month - 1]:
            return stage.at(days, f'{stage.chance.randint(7, 17)}:{stage.chance.randint(0, 59):02d}')


def _status(draw: float, age: int) -> OrderStatus:
    if draw < 0.02:
        return S.DECLINED
    if draw < 0.05:
        return S.CANCELLED
    return S.CONFIRMED if age < 14 and draw > 0.7 else S.COMPLETED


def _person(stage: Stage, account: str) -> User:
    """Who ordered: mostly the buyers; for a company without access somebody of the office, on the phone."""
    those = [user for user, role in stage.members.get(account, []) for _share in range(3 if role is Role.BUYER else 2)
             if role in (Role.ADMIN, Role.BUYER)]
    return stage.chance.choice(those) if those else stage.people[BY_PHONE]


def _lines(stage: Stage, taste: Taste, *, is_old: bool) -> list[tuple[Item, Decimal]]:
    chance = stage.chance
    picked = [chance.choice(taste.wanted) for _line in range(round(chance.triangular(1, 20, 4)))]
    if is_old and chance.random() < 0.25:
        picked.append(chance.choice(taste.retired))
    return [(item, _quantity(stage, item)) for item in {item.sku: item for item in picked}.values()]


def _quantity(stage: Stage, item: Item) -> Decimal:
    """Many of what is cheap, few of what is dear, and always what can be ordered."""
    weight = item.weight_kg or Decimal(1)
    most = 60 if weight < Decimal('0.3') else 24 if weight < 2 else 8 if weight < 10 else 3
    drawn = stage.chance.randint(1, most)
    return item.valid_quantity(Decimal(drawn if drawn < 10 else drawn // 5 * 5))
