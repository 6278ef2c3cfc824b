"""The kind `items`: what is sold, with texts per language; categories that are missing are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col
from stdnum import ean as gtin

from models.catalogue import BackorderPolicy, Category, Item, TaxClass
from models.core.types import new_id
from models.core.words import LANGUAGES, Lazy, _, _l
from services.core.permissions import Permission
from services.core.work import Work
from services.imports import values as v
from services.imports.categories import Categories
from services.imports.declaring import Field, Kind, Plan, Record, Verdict, Writer
from services.imports.rows import fold, found, insert, update
from services.imports.values import Reading, Wrong
from services.search.indexing import index
from services.settings import setting

PLAIN = ('brand', 'manufacturer_no', 'ean', 'unit', 'pack_size', 'min_quantity', 'max_quantity', 'multiple', 'decimals',
         'tax_class', 'weight_kg', 'specification', 'backorder', 'active')
LOOKED_AT = (
    Item.id,
    Item.name,
    Item.names,
    Item.descriptions,
    Item.category_id,
    *(getattr(Item, name) for name in PLAIN),
)


def _ean(cell: str, reading: Reading) -> str:
    number = gtin.compact(v.code(20)(cell, reading))
    if not gtin.is_valid(number):
        raise Wrong(_('“{cell}” is not an EAN: its check digit does not fit.').format(cell=cell[:40]))
    return str(number)


class ItemWriter(Writer):
    """New and changed items by SKU; empty cells change nothing."""

    def __init__(self, options: Mapping[str, str]) -> None:
        super().__init__(options)
        self._successors: dict[str, str] = {}

    def key(self, values: dict[str, Any]) -> str | None:
        """The SKU."""
        return fold(values['sku']) if 'sku' in values else None

    def plan(self, work: Work, records: Sequence[Record]) -> Plan:
        """Compare each row with its item."""
        there = found(work.session, Item.sku, {r.values['sku'] for r in records if 'sku' in r.values}, *LOOKED_AT)
        language = setting(work, 'seller.language')
        categories = Categories(work, language)
        plan = Plan()
        fresh: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for record in records:
            row = there.get(self.key(record.values) or '')
            reason = record.wrong or ('' if row or _names(record.values, language) else _('A new item needs a name.'))
            if reason:
                plan.judge(record.number, Verdict.WRONG, reason)
                continue
            new = _wanted(record.values, row, language) | categories.wanted(record.values.get('category', ''), row)
            self._follow(record.values)
            if row is None:
                fresh.append({'id': new_id(), 'sku': record.values['sku'], 'created_at': work.now, **new})
                plan.judge(record.number, Verdict.NEW)
            elif differing := {name: value for name, value in new.items() if getattr(row, name) != value}:
                changed.append({'id': row.id, **differing})
                plan.judge(record.number, Verdict.CHANGED)
            else:
                plan.judge(record.number, Verdict.UNCHANGED)
        plan.made = {'categories': set(categories.fresh)}
        plan.write = lambda work: _write(work, categories, fresh, changed)
        return plan

    def _follow(self, values: dict[str, Any]) -> None:
        if 'successor' in values:
            self._successors[values['sku']] = values['successor']

    def finish(self, work: Work) -> None:
        """Point items to their successors, which may stand further down in the file; unknown ones are left out."""
        ids = found(work.session, Item.sku, {*self._successors, *self._successors.values()}, Item.id, Item.successor_id)
        rows = []
        for sku, successor in self._successors.items():
            one, other = ids.get(fold(sku)), ids.get(fold(successor))
            if one and other and one is not other and one.successor_id != other.id:
                rows.append({'id': one.id, 'successor_id': other.id})
        update(work.session, Item, rows)


def _write(work: Work, categories: Categories, fresh: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    categories.make(work)
    names = sorted({name for row in fresh for name in row})
    defaults = Item(sku='-').model_dump()
    insert(work.session, Item, [{name: row.get(name, defaults.get(name)) for name in names} for row in fresh])
    update(work.session, Item, changed)
    index(work.session, [row['id'] for row in (*fresh, *changed)])


def _names(values: Mapping[str, Any], language: str) -> dict[str, str]:
    named = {code: values[f'name_{code}'] for code in LANGUAGES if f'name_{code}' in values}
    return ({language: values['name']} if 'name' in values else {}) | named


def _wanted(values: dict[str, Any], row: Any, language: str) -> dict[str, Any]:
    """The columns this record speaks of; texts are laid over those in other languages."""
    wanted = {name: values[name] for name in PLAIN if name in values}
    if names := _names(values, language):
        wanted['names'] = (dict(row.names) if row else {}) | names
        wanted['name'] = wanted['names'].get(language) or next(iter(names.values()))
    texts = {code: values[f'description_{code}'] for code in LANGUAGES if f'description_{code}' in values}
    texts = ({language: values['description']} if 'description' in values else {}) | texts
    if texts:
        wanted['descriptions'] = (dict(row.descriptions) if row else {}) | texts
    return wanted


def rows(work: Work) -> Iterator[tuple[Any, ...]]:
    """All items by SKU."""
    after = aliased(Item)
    statement = (
        sa.select(Item.sku, *LOOKED_AT[1:4], Category.path, after.sku.label('successor'), *LOOKED_AT[5:])  # type: ignore[call-overload, attr-defined]
        .join(Category, col(Item.category_id) == Category.id, isouter=True)
        .join(after, col(Item.successor_id) == after.id, isouter=True).order_by(Item.sku))
    for row in work.session.execute(statement.execution_options(yield_per=1000)):
        cells = row._asdict() | {'category': (row.path or '').rstrip('/')}
        cells['name'] = '' if row.names else row.name
        for code in LANGUAGES:
            cells[f'name_{code}'] = row.names.get(code, '')
            cells[f'description_{code}'] = row.descriptions.get(code, '')
        cells['description'] = ''
        yield tuple(cells[field.name] for field in FIELDS)



def _texts(name: str, labels: Mapping[str, Lazy], longest: int) -> tuple[Field, ...]:
    return tuple(
        Field(f'{name}_{code}', labels[code], v.text(longest), aliases=(f'{name} {code}',)) for code in LANGUAGES
    )


_NAMES = {
    'en': _l('Name in English'),
    'de': _l('Name in German'),
    'fr': _l('Name in French'),
    'es': _l('Name in Spanish'),
    'nl': _l('Name in Dutch'),
    'pl': _l('Name in Polish'),
    'ar': _l('Name in Arabic'),
}
_TEXTS = {'en': _l('Description in English'), 'de': _l('Description in German'), 'fr': _l('Description in French'),
          'es': _l('Description in Spanish'), 'nl': _l('Description in Dutch'), 'pl': _l('Description in Polish'),
          'ar': _l('Description in Arabic')}

FIELDS = (
    Field('sku', _l('SKU'), v.identifier(60), required=True, aliases=(
        'stock code', 'item code', 'item', 'item number', 'item no', 'article', 'article number', 'product code',
        'code',
        'Artikelnummer', 'Artikelnr', 'Artikel', 'référence', 'code article', 'referencia', 'código', 'artikelcode',
        'indeks', 'kod produktu', 'رقم الصنف', 'رمز الصنف')),
    Field('name', _l('Name'), v.text(300), aliases=(
        'item name', 'product', 'product name', 'title', 'Bezeichnung', 'Artikelbezeichnung', 'désignation', 'nom',
        'nombre',
        'denominación', 'naam', 'nazwa', 'الاسم', 'اسم الصنف')),
    *_texts('name', _NAMES, 300),
    Field('description', _l('Description'), v.text(20_000), aliases=(
        'text', 'long text', 'Beschreibung', 'descripción', 'omschrijving', 'opis', 'الوصف')),
    *_texts('description', _TEXTS, 20_000),
    Field('brand', _l('Brand'), v.text(80), aliases=(
        'manufacturer', 'Marke', 'Hersteller', 'marque', 'fabricant', 'marca', 'fabricante', 'merk', 'fabrikant',
        'marka',
        'producent', 'العلامة التجارية', 'الماركة')),
    Field('manufacturer_no', _l('Manufacturer number'), v.code(80), aliases=(
        'mpn', 'manufacturer part number', 'Herstellernummer', 'référence fabricant', 'referencia fabricante',
        'fabrikantcode', 'numer producenta', 'رقم الشركة المصنعة')),
    Field('ean', _l('EAN'), _ean, aliases=('gtin', 'barcode', 'upc', 'Strichcode', 'code-barres', 'código de barras',
                                           'streepjescode', 'kod kreskowy', 'الباركود')),
    Field('unit', _l('Unit'), v.text(12), aliases=('uom', 'Einheit', 'Mengeneinheit', 'unité', 'unidad', 'eenheid',
                                                   'jednostka', 'الوحدة')),
    Field('pack_size', _l('Pack size'), v.positive, numeric=True, aliases=(
        'pack', 'Packungsgröße', 'VPE', 'conditionnement', 'unidades por paquete', 'verpakkingseenheid',
        'wielkość opakowania', 'حجم العبوة')),
    Field('min_quantity', _l('Smallest quantity'), v.positive, numeric=True, aliases=(
        'minimum', 'moq', 'Mindestmenge', 'quantité minimale', 'cantidad mínima', 'minimumaantal', 'ilość minimalna',
        'الحد الأدنى')),
    Field('max_quantity', _l('Largest quantity'), v.positive, numeric=True, aliases=(
        'maximum', 'Höchstmenge', 'quantité maximale', 'cantidad máxima', 'maximumaantal', 'ilość maksymalna',
        'الحد الأقصى')),
    Field('multiple', _l('In multiples of'), v.positive, numeric=True, aliases=(
        'step', 'Staffelung', 'Vielfaches', 'multiple de', 'múltiplo', 'veelvoud', 'wielokrotność', 'مضاعفات')),
    Field('decimals', _l('Decimals of the quantity'), v.whole(0, 4), numeric=True, aliases=('Nachkommastellen',)),
    Field('tax_class', _l('Tax class'), v.one_of(TaxClass), aliases=('vat class', 'Steuerklasse', 'classe de TVA',
                                                                     'clase de IVA', 'btw-klasse', 'klasa VAT')),
    Field('weight_kg', _l('Weight in kg'), v.not_negative, numeric=True, aliases=(
        'weight', 'Gewicht', 'poids', 'peso', 'gewicht kg', 'waga', 'الوزن')),
    Field('category', _l('Category'), v.text(300), aliases=(
        'group', 'product group', 'Kategorie', 'Warengruppe', 'catégorie', 'famille', 'categoría', 'familia',
        'categorie',
        'kategoria', 'grupa', 'الفئة')),
    Field('specification', _l('Specification'), v.pairs, aliases=(
        'attributes', 'Merkmale', 'caractéristiques', 'características', 'kenmerken', 'cechy', 'المواصفات')),
    Field('successor', _l('Successor'), v.identifier(60), aliases=(
        'replaced by', 'Nachfolger', 'remplacé par', 'sucesor', 'opvolger', 'następca', 'البديل')),
    Field('backorder', _l('When out of stock'), v.one_of(BackorderPolicy), aliases=('backorder policy', 'Rückstand')),
    Field('active', _l('Active'), v.flag, aliases=('enabled', 'Aktiv', 'actif', 'activo', 'actief', 'aktywny', 'نشط')),
)

KIND = Kind(
    'items',
    _l('Items'),
    _l('What you sell, by SKU. Empty cells change nothing; missing categories are made.'),
    'package',
    FIELDS,
    ItemWriter,
    rows,
    topics=('catalogue',),
    needs=(Permission.IMPORTS_RUN, Permission.ITEMS_WRITE),
    reads=(Permission.ITEMS_READ,),
)
