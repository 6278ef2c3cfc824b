"""The kind `prices`: net prices by list, SKU and quantity; missing lists are made where the file says their kind."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.catalogue import Item
from models.core.types import new_id
from models.core.words import _, _l
from models.customers import Customer
from models.pricing import Price, PriceKind, PriceList
from services.core.permissions import Permission
from services.core.work import Work
from services.imports import values as v
from services.imports.declaring import Change, Field, Kind, Plan, Record, Verdict, Writer
from services.imports.kinds.base_list import base_code
from services.imports.rows import fold, found, insert, update
from services.pricing.lists import touch

ONE = Decimal(1)
OWNED = (PriceKind.CONTRACT, PriceKind.CUSTOMER)

FIELDS = (
    Field('price_list', _l('Price list'), v.identifier(60), aliases=(
        'list', 'price group', 'Preisliste', 'Preisgruppe', 'tarif', 'tarifa', 'prijslijst', 'cennik',
        'قائمة الأسعار')),
    Field('list_name', _l('Name of the list'), v.text(120)),
    Field('list_kind', _l('Kind of the list'), v.one_of(PriceKind), aliases=('kind', 'type')),
    Field('currency', _l('Currency'), v.currency, aliases=('Währung', 'devise', 'moneda', 'valuta', 'waluta',
        'العملة')),
    Field('customer', _l('Customer'), v.code(40), aliases=('account', 'customer number', 'Kunde', 'Kundennummer',
        'client',
                                                           'cliente', 'klant', 'klient', 'العميل')),
    Field('valid_from', _l('Valid from'), v.date, dated=True, aliases=('from', 'gültig ab', 'valable du',
        'válido desde',
                                                                       'geldig vanaf', 'ważny od')),
    Field('valid_to', _l('Valid to'), v.date, dated=True, aliases=('until', 'to', 'gültig bis', "valable jusqu'au",
                                                                   'válido hasta', 'geldig tot', 'ważny do')),
    Field('sku', _l('SKU'), v.code(60), required=True, aliases=(
        'stock code', 'item code', 'item', 'item number', 'item no', 'article', 'article number', 'product code',
        'code',
        'Artikelnummer', 'Artikelnr', 'Artikel', 'référence', 'code article', 'referencia', 'código', 'artikelcode',
        'indeks', 'kod produktu', 'رقم الصنف', 'رمز الصنف')),
    Field('min_quantity', _l('From quantity'), v.positive, numeric=True, aliases=(
        'quantity', 'qty', 'from', 'minimum quantity', 'break', 'tier', 'ab Menge', 'Staffel', 'Menge', 'à partir de',
        'quantité', 'desde cantidad', 'cantidad', 'vanaf aantal', 'aantal', 'od ilości', 'ilość', 'الكمية')),
    Field('price', _l('Price'), v.not_negative, required=True, numeric=True, aliases=(
        'unit price', 'net price', 'Preis', 'Einzelpreis', 'Nettopreis', 'prix', 'prix unitaire', 'prix net', 'precio',
        'precio neto', 'prijs', 'nettoprijs', 'cena', 'cena netto', 'السعر')),
)


class PriceWriter(Writer):
    """New and changed prices."""

    def key(self, values: dict[str, Any]) -> Any:
        """List, SKU and quantity."""
        if 'sku' not in values:
            return None
        return fold(values.get('price_list', '')), fold(values['sku']), values.get('min_quantity', ONE)

    def plan(self, work: Work, records: Sequence[Record]) -> Plan:
        """Compare each row with the price in its list."""
        default = base_code(work, self.options.get('currency', 'EUR'))
        lists = _Lists(work, records, default, self.options.get('currency', 'EUR'))
        items = found(work.session, Item.sku, {r.values['sku'] for r in records if 'sku' in r.values}, Item.id)
        known = _known(work, lists.ids(), [row[1] for row in items.values()])
        plan = Plan()
        fresh: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for record in records:
            values = record.values
            listed, reason = lists.wanted(record)
            item = items.get(fold(values.get('sku', '')))
            if not reason and item is None:
                reason = _('There is no item {sku}.').format(sku=values['sku'])
            if reason or item is None or listed is None:
                plan.judge(record.number, Verdict.WRONG, reason)
                continue
            quantity, price = values.get('min_quantity', ONE), values['price']
            there = known.get((listed, item[1], quantity))
            if there is None:
                fresh.append({'id': new_id(), 'price_list_id': listed, 'item_id': item[1], 'min_quantity': quantity,
                              'price': price})
                plan.judge(record.number, Verdict.NEW)
            elif there[1] != price:
                changed.append({'id': there[0], 'price': price})
                plan.judge(record.number, Verdict.CHANGED)
                plan.changes.append(Change(f'{item[0]} · {values.get("price_list", default)}', there[1], price))
            else:
                plan.judge(record.number, Verdict.UNCHANGED)
        plan.made = {'price_lists': set(lists.fresh)}
        plan.write = lambda work: _write(work, lists, fresh, changed)
        return plan


def _known(work: Work, lists: list[uuid.UUID], items: list[uuid.UUID]) -> dict[Any, tuple[uuid.UUID, Decimal]]:
    statement = sa.select(Price.price_list_id, Price.item_id, Price.min_quantity, Price.id, Price.price).where(  # type: ignore[call-overload]
        col(Price.item_id).in_(items), col(Price.price_list_id).in_(lists))
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in work.session.execute(statement)}


def _write(work: Work, lists: _Lists, fresh: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    insert(work.session, PriceList, list(lists.fresh.values()))
    insert(work.session, Price, fresh)
    update(work.session, Price, changed)
    if fresh or changed:
        touch(work.session, lists.ids())


class _Lists:
    """The price lists a chunk names, as they are or as they will be made."""

    def __init__(self, work: Work, records: Sequence[Record], default: str, currency: str) -> None:
        self._default, self._currency = default, currency
        codes = {record.values.get('price_list', default) for record in records}
        self._there: dict[str, Any] = found(work.session, PriceList.code, codes, PriceList.id, PriceList.currency)
        owners = {record.values['customer'] for record in records if 'customer' in record.values}
        self._owners = found(work.session, Customer.account, owners, Customer.id)
        self.fresh: dict[str, dict[str, Any]] = {}

    def ids(self) -> list[uuid.UUID]:
        """The lists of this chunk."""
        return [row[1] for row in self._there.values()]

    def wanted(self, record: Record) -> tuple[uuid.UUID | None, str]:
        """The list of a row, or why it cannot be had."""
        values = record.values
        code = values.get('price_list', self._default)
        if record.wrong:
            return None, record.wrong
        if fold(code) not in self._there and (reason := self._make(code, values)):
            return None, reason
        row = self._there[fold(code)]
        if values.get('currency', row[2]) != row[2]:
            return None, _('The price list {code} is in {currency}.').format(code=row[0], currency=row[2])
        return row[1], ''

    def _make(self, code: str, values: dict[str, Any]) -> str:
        kind = values.get('list_kind', PriceKind.BASE if code == self._default else None)
        owner = self._owners.get(fold(values.get('customer', '')))
        if kind is None:
            return _('There is no price list {code}; a column for its kind would make it.').format(code=code)
        if kind in OWNED and owner is None:
            return _('The price list {code} needs a customer who is there.').format(code=code)
        row = {'id': new_id(), 'code': code, 'name': values.get('list_name', code), 'kind': kind,
               'currency': values.get('currency', self._currency), 'customer_id': owner[1] if owner else None,
               'valid_from': values.get('valid_from'), 'valid_to': values.get('valid_to')}
        self.fresh[code] = row
        self._there[fold(code)] = (code, row['id'], row['currency'])
        return ''


def rows(work: Work) -> Iterator[tuple[Any, ...]]:
    """All prices by list, SKU and quantity."""
    statement = (
        sa.select(PriceList.code, PriceList.name, PriceList.kind, PriceList.currency, Customer.account,  # type: ignore[call-overload]
                  PriceList.valid_from, PriceList.valid_to, Item.sku, Price.min_quantity, Price.price)
        .join(PriceList, col(Price.price_list_id) == PriceList.id).join(Item, col(Price.item_id) == Item.id)
        .join(Customer, col(PriceList.customer_id) == Customer.id, isouter=True)
        .order_by(PriceList.code, Item.sku, Price.min_quantity))
    for row in work.session.execute(statement.execution_options(yield_per=2000)):
        yield tuple(row)


KIND = Kind(
    'prices', _l('Prices'), _l('Net prices by list, SKU and quantity; without a list they are base prices.'), 'tag',
    FIELDS, PriceWriter, rows, topics=('prices',), has_currency=True,
    needs=(Permission.IMPORTS_RUN, Permission.PRICE_LISTS_WRITE),
    reads=(Permission.OFFICE, Permission.PRICE_LISTS_READ))

