"""The demo catalogue: categories, collections, items with pictures, price lists."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from models.catalogue import BackorderPolicy, Category, Collection, CollectionItem, Item, ItemPicture, TaxClass
from models.core.types import new_id
from models.files import StoredFile
from models.pricing import Price, PriceKind, PriceList
from services.demo.sources import Row, maybe, number, picture, rows, texts
from services.demo.stage import Stage
from services.files import store
from services.pictures import MEDIA_TYPE
from services.search.indexing import index_all

NEW_DAYS = 20


def add_catalogue(stage: Stage) -> None:
    """All items with their places, pictures and search words."""
    categories = _categories(stage)
    pictures = _pictures(stage)
    made = rows('items')
    for row in made:
        stage.items[row['sku']] = _item(stage, row, categories[row['category']], pictures.get(row['picture']))
    stage.keep(*stage.items.values())
    for row in made:
        if row['successor']:
            stage.items[row['sku']].successor_id = stage.items[row['successor']].id
    stage.keep(*(ItemPicture(item_id=item.id, file_id=item.picture_id)
                 for item in stage.items.values() if item.picture_id is not None))
    _collections(stage, made)
    index_all(stage.work.session)


def add_prices(stage: Stage) -> None:
    """The base prices, and all other lists; those of one customer come with him."""
    base = PriceList(code='base', name='Base prices', kind=PriceKind.BASE)
    stage.lists = {'base': base} | {row['code']: _price_list(stage, row) for row in rows('price_lists')}
    stage.keep(*stage.lists.values())
    stage.keep(*(Price(id=new_id(), price_list_id=base.id, item_id=stage.items[row['sku']].id,
                       price=Decimal(row['base_price'])) for row in rows('items')))
    stage.keep(*(Price(id=new_id(), price_list_id=stage.lists[row['list']].id, item_id=stage.items[row['sku']].id,
                       min_quantity=number(row['min_quantity']), price=number(row['price'])) for row in rows('prices')))


def _categories(stage: Stage) -> dict[str, Category]:
    """The tree, parents first, as the file has them."""
    known: dict[str, Category] = {}
    for row in rows('categories'):
        above = known.get(row['parent'])
        known[row['code']] = Category(
            id=new_id(), code=row['code'], parent_id=above.id if above else None, position=int(row['position']),
            path=f'{above.path if above else ""}{row["code"]}/', icon=row['icon'] or 'box', names=texts(row, 'name'))
        stage.keep(known[row['code']])
    return known


def _pictures(stage: Stage) -> dict[str, StoredFile]:
    """Each picture once, however many items show it; they are in our format already and stay as they are."""
    names = sorted({row['picture'] for row in rows('items') if row['picture']})
    return {name: store(stage.work, picture(name), kind='item', name=name, media_type=MEDIA_TYPE) for name in names}


def _item(stage: Stage, row: Row, category: Category, shown: StoredFile | None) -> Item:
    is_new = 'new-this-season' in row['collections'].split('|')
    age = stage.chance.randint(1, NEW_DAYS) if is_new else stage.chance.randint(200, 1500)
    specification = dict(part.split('=', 1) for part in row['specification'].split('|') if '=' in part)
    return Item(
        id=new_id(), sku=row['sku'], name=row['name_en'], names=texts(row, 'name'), brand=row['brand'],
        descriptions=texts(row, 'description'), manufacturer_no=row['manufacturer_no'], ean=row['ean'],
        unit=row['unit'], pack_size=number(row['pack_size'], '1'), min_quantity=number(row['min_quantity'], '1'),
        max_quantity=maybe(row['max_quantity']), multiple=number(row['multiple'], '1'),
        decimals=int(row['decimals'] or 0), tax_class=TaxClass(row['tax_class']), weight_kg=maybe(row['weight_kg']),
        category_id=category.id, picture_id=shown.id if shown else None, specification=specification,
        backorder=BackorderPolicy(row['backorder']), active=row['active'] == '1',
        created_at=stage.now - dt.timedelta(days=age))


def _collections(stage: Stage, made: list[Row]) -> None:
    known = {row['code']: Collection(code=row['code'], position=int(row['position']), names=texts(row, 'name'))
             for row in rows('collections')}
    stage.keep(*known.values())
    stage.keep(*(CollectionItem(collection_id=known[code].id, item_id=stage.items[row['sku']].id, position=position)
                 for position, row in enumerate(made) for code in row['collections'].split('|') if code))


def _price_list(stage: Stage, row: Row) -> PriceList:
    def day(given: str) -> dt.date | None:
        return stage.today + dt.timedelta(days=int(given)) if given else None
    return PriceList(code=row['code'], name=row['name'], kind=PriceKind(row['kind']), currency=row['currency'],
                     valid_from=day(row['valid_from_days']), valid_to=day(row['valid_to_days']),
                     stacks=row['stacks'] == '1',
                     customer_id=stage.customers[row['account']].id if row['account'] else None)
