"""The generated store of the benchmarks: the demo company grown to the size of a wholesaler, made once and kept.

100,000 items in 300 categories with prices in a base list and three groups' lists, stock, 5,000 customers, 100,000
orders with 1,000,000 lines, of which one customer has 1,000 orders. The same rows each time, counted from today.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random  # noqa: TID251 - seeded: the same store on every machine, nothing secret
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from models.core.database import Database, sqlite_driver
from services.core.actor import SYSTEM
from services.core.config import Config
from services.search.indexing import index_all
from services.start import make_runtime

ITEMS, CATEGORIES, CUSTOMERS, ORDERS, LINES, ORDERS_OF_ONE = 100_000, 300, 5_000, 100_000, 10, 1_000
ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / 'build' / 'bench'
GROUPS = ('trade-x', 'trade-y', 'trade-z')
SEED = 11
MADE = '42'
"""What the EAN of a generated item begins with."""
SCALE = 10_000
DAYS = 3 * 365
Row = dict[str, Any]


def store(folder: Path = KEPT) -> Path:
    """The data folder of the generated store, made anew when tables, demo or this file changed."""
    data, mark, wanted = folder / 'data', folder / 'made', _fingerprint()
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        subprocess.run([sys.executable, 'app.py', 'demo', '--data-dir', str(data)], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)
        connection = sqlite_driver().connect(data / 'portico.sqlite')
        connection.execute('PRAGMA synchronous=OFF')
        connection.execute('PRAGMA cache_size=-200000')
        Growth(connection).grow()
        connection.commit()
        connection.close()
        _finish(data)
        mark.write_text(wanted)
    return data


def _fingerprint() -> str:
    files = [*sorted((ROOT / 'models' / 'migrations' / 'versions').glob('*.py')), Path(__file__),
             *sorted((ROOT / 'assets' / 'demo').glob('*.csv')), *sorted((ROOT / 'services' / 'search').glob('*.py'))]
    return hashlib.sha256(b''.join(file.read_bytes() for file in files)).hexdigest()


def _finish(data: Path) -> None:
    """Build the search index as the application does, and give the planner its statistics."""
    config = Config(data_dir=data)
    runtime = make_runtime(config, Database(config.database))
    with runtime.work(SYSTEM, writes=True) as work:
        index_all(work.session)
    runtime.database.close()
    connection = sqlite_driver().connect(data / 'portico.sqlite')
    connection.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    connection.close()


class Growth:
    """Rows like those of the demo company, many times over, written straight into the tables."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.chance = random.Random(SEED)
        self.now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)

    def grow(self) -> None:
        """All of it, parents first."""
        categories = self._categories()
        items = self._items(categories)
        self._prices(items)
        self._stock(items)
        customers = self._customers()
        self._orders(customers, items)

    def _key(self) -> str:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4).hex

    def _all(self, table: str, what: str = '*', where: str = '1') -> list[Row]:
        cursor = self.connection.execute(f'SELECT {what} FROM "{table}" WHERE {where} ORDER BY rowid')
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _add(self, table: str, like: Row, rows: Iterable[Row]) -> None:
        """Insert rows that are `like` one of the demo's but for what they say themselves."""
        names = list(like)
        statement = (f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})')
        base = list(like.values())
        at = {name: place for place, name in enumerate(names)}

        def whole() -> Iterator[Sequence[Any]]:
            for row in rows:
                values = base.copy()
                for name, value in row.items():
                    values[at[name]] = value
                yield values
        self.connection.executemany(statement, whole())

    def _categories(self) -> list[str]:
        known = self._all('category')
        leaves = [row for row in known if row['parent_id']]
        made = [{'id': self._key(), 'code': f'{above["code"][:40]}-{number}', 'parent_id': above['id'],
                 'path': f'{above["path"]}{above["code"][:40]}-{number}/', 'position': number,
                 'names': json.dumps({'en': f'{json.loads(above["names"])["en"]} {number}'})}
                for number in range(CATEGORIES - len(known)) for above in (leaves[number % len(leaves)],)]
        self._add('category', known[0], made)
        return [row['id'] for row in made]

    def _items(self, categories: Sequence[str]) -> list[Row]:
        known = [row for row in self._all('item') if row['active']]
        names = [json.loads(row['names']) for row in known]
        made = []
        for number in range(ITEMS - len(known)):
            first, second = number % len(known), self.chance.randrange(len(known))
            says = {language: f'{text.split(",")[0]} {names[second][language].split()[-1]} {number}'
                    for language, text in names[first].items()}
            made.append({
                'id': self._key(), 'sku': f'{known[first]["sku"][:2]}{number:06d}', 'name': says['en'],
                'names': json.dumps(says), 'brand': known[second]['brand'], 'manufacturer_no': f'M{number:07d}',
                'ean': f'{MADE}{number:011d}', 'category_id': categories[number * 7 % len(categories)],
                'successor_id': None, 'picture_id': known[first]['picture_id'], 'place': None,
                'sold': int(self.chance.paretovariate(1)) % 5000, 'backorder': 'allow', 'unit': 'pcs',
                'pack_size': SCALE, 'created_at': _moment(self.now - dt.timedelta(days=self.chance.randrange(2000)))})
        self._add('item', known[0] | {'min_quantity': SCALE, 'multiple': SCALE, 'max_quantity': None}, made)
        return made

    def _prices(self, items: Sequence[Row]) -> None:
        lists = {row['code']: row for row in self._all('price_list')}
        groups = [{'id': self._key(), 'code': code, 'name': code.title()} for code in GROUPS]
        group = next(row for row in lists.values() if row['kind'] == 'group')
        self._add('price_list', group, groups)
        base, cheaper = lists['base']['id'], [(row['id'], part) for row, part in zip(groups, (92, 88, 84), strict=True)]

        def rows() -> Iterator[Row]:
            for number, item in enumerate(items):
                price = self.chance.randint(50, 40_000) * 100
                item['price'] = price
                yield {'id': self._key(), 'price_list_id': base, 'item_id': item['id'], 'price': price}
                if number % 2:
                    for key, part in cheaper:
                        yield {'id': self._key(), 'price_list_id': key, 'item_id': item['id'],
                               'price': price // 100 * part}
        self._add('price', self._all('price')[0] | {'min_quantity': SCALE}, rows())

    def _stock(self, items: Sequence[Row]) -> None:
        main, north = (row['id'] for row in self._all('warehouse'))
        levels = [{'id': self._key(), 'item_id': item['id'], 'warehouse_id': place, 'reserved': 0,
                   'on_hand': self.chance.randint(0, 900) * SCALE}
                  for number, item in enumerate(items) for place in ((main, north) if number % 3 == 0 else (main,))]
        self._add('stock_level', self._all('stock_level')[0], levels)
        like = self._all('stock_movement', where="reason = 'count'")[0]
        self._add('stock_movement', like, (
            {'id': self._key(), 'item_id': level['item_id'], 'warehouse_id': level['warehouse_id'],
             'quantity': level['on_hand']} for level in levels if level['on_hand']))

    def _customers(self) -> list[Row]:
        known = self._all('customer')
        groups = [row['id'] for row in self._all('price_list') if row['code'] in GROUPS]
        like = next(row for row in known if row['currency'] == 'EUR' and row['vat_id'])
        made = []
        for number in range(CUSTOMERS - len(known)):
            other, second = known[number % len(known)], known[self.chance.randrange(len(known))]
            made.append({
                'id': self._key(), 'account': f'C-{20_000 + number}', 'vat_id': f'NL{number:09d}B01',
                'name': f'{other["name"].split()[0]} {second["name"].split()[-2]} {number}', 'city': second['city'],
                'country': other['country'], 'price_list_id': groups[number % 3], 'portal_email': '',
                'is_portal_user': 0})
        self._add('customer', like, made)
        self._add('address', self._all('address')[0], (
            {'id': self._key(), 'customer_id': row['id'], 'name': row['name'], 'kind': kind, 'city': row['city'],
             'country': row['country']} for row in made for kind in ('shipping', 'billing')))
        return made

    def _orders(self, customers: Sequence[Row], items: Sequence[Row]) -> None:
        whole = self._all('order', where="status = 'completed'")[-1]
        one = next(row for row in self._all('customer') if row['account'] == 'C-10428')
        person = self._all('order', 'placed_by_id', f"customer_id = '{one['id']}'")[0]['placed_by_id']
        had = len(self._all('order', 'id', f"customer_id = '{one['id']}'"))
        orders: list[Row] = []
        for number in range(ORDERS):
            mine = number % 100 == 0 and number // 100 < ORDERS_OF_ONE - had
            orders.append(self._order(number, one if mine else self.chance.choice(customers), person if mine else None))
        cheap = [item for item in items if item['price'] < 300_000]
        like = self._all('order_line', where=f"order_id = '{whole['id']}'")[0]
        for first in range(0, ORDERS, 5_000):
            some = orders[first:first + 5_000]
            lines = [line for order in some for line in self._lines(order, cheap)]
            self._add('order', whole, some)
            self._add('order_line', like, lines)
        event = self._all('event', where="action = 'order.placed'")[0]
        self._add('event', event, (
            {'id': self._key(), 'at': order['placed_at'], 'customer_id': order['customer_id'],
             'number': order['number'], 'subject_id': order['id'], 'sequence': 0, 'hash': '',
             'changes': json.dumps({'gross': str(order['gross'] / SCALE), 'lines': LINES})} for order in orders))

    def _order(self, number: int, customer: Row, person: str | None) -> Row:
        at = self.now - dt.timedelta(seconds=(ORDERS - number) * DAYS * 86_400 // ORDERS + 3_600)
        status = 'placed' if number % 100 == 99 and number > ORDERS * 0.9 else 'completed'
        status = 'confirmed' if status == 'completed' and number > ORDERS * 0.99 else status
        return {'id': self._key(), 'number': f'SO-{at.year}-{100_000 + number}', 'customer_id': customer['id'],
                'status': status, 'placed_at': _moment(at), 'placed_by_id': person, 'po_number': f'PO-{number:06d}',
                'placed_by_name': 'Mara Lindqvist' if person else customer['name'].split()[0], 'hold': None,
                'closed_at': _moment(at) if status == 'completed' else None, 'line_count': LINES}

    def _lines(self, order: Row, items: Sequence[Row]) -> list[Row]:
        done, made, net = order['status'] == 'completed', [], 0
        for position in range(1, LINES + 1):
            item = items[int(len(items) * self.chance.random() ** 3)]
            count = self.chance.randint(1, 12)
            ordered, worth = count * SCALE, item['price'] // 100 * 100 * count
            net += worth
            made.append({'id': self._key(), 'customer_id': order['customer_id'], 'order_id': order['id'],
                         'position': position, 'item_id': item['id'], 'sku': item['sku'], 'name': item['name'],
                         'own_number': '', 'unit': 'pcs', 'ordered': ordered, 'shipped': ordered if done else 0,
                         'cancelled': 0, 'invoiced': ordered if done else 0, 'unit_price': item['price'],
                         'list_price': item['price'], 'net': worth, 'promised_on': None})
        tax = net * 21 // 100
        order.update(lines_net=net, shipping_net=0, net=net, tax=tax, gross=net + tax, taxes=json.dumps(
            [{'category': 'S', 'rate': '21', 'taxable': str(net / SCALE), 'tax': str(tax / SCALE)}]))
        return made


def _moment(at: dt.datetime) -> str:
    return at.strftime('%Y-%m-%d %H:%M:%S.000000')
