"""From what a person wrote to the item he means: exact first, then folded, then the nearest, never a silent guess."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import Item, PartNumber
from services.catalogue.visibility import visible
from services.core.work import Work

_BLANKS = re.compile(r'[\s\u00a0\u200b]+')


def folded(code: str) -> str:
    """A code without blanks and case, as part numbers are compared."""
    return _BLANKS.sub('', code).upper()


@dataclass(frozen=True)
class Match:
    """What a code can mean: one item is a match, several are to choose from, none is unknown; `how` names the rule."""

    items: tuple[Item, ...] = ()
    how: str = ''
    replaces: str = ''


def match(work: Work, codes: Iterable[str]) -> dict[str, Match]:
    """What each code means to this customer, within his assortment; unknown and forbidden look alike.

    The order of rules is SKU, own part number, EAN, manufacturer's number, successor of an old SKU, and last the
    number without leading zeros where that is unique (flows 3.4).
    """
    wanted = {code: folded(code) for code in codes if code.strip()}
    found: dict[str, Match] = {}
    for rule in (_by_sku, _own_numbers, _by_ean, _by_maker, _successors, _without_zeros):
        missing = {code: short for code, short in wanted.items() if code not in found}
        if not missing:
            break
        for short, items in rule(work, set(missing.values())).items():
            for code in (code for code, value in missing.items() if value == short):
                found[code] = Match(tuple(items), rule.__name__.strip('_'), code if rule is _successors else '')
    return {code: found.get(code, Match()) for code in wanted}


def _grouped(pairs: Iterable[tuple[str, Item]]) -> dict[str, list[Item]]:
    groups: dict[str, dict[uuid.UUID, Item]] = defaultdict(dict)
    for key, item in pairs:
        groups[folded(key)][item.id] = item
    return {key: list(items.values()) for key, items in groups.items()}


def _by_sku(work: Work, codes: set[str]) -> dict[str, list[Item]]:
    items = work.session.exec(visible(work, select(Item).where(sa.func.upper(Item.sku).in_(codes)))).all()
    found = _grouped((item.sku, item) for item in items)
    rest = codes - set(found)
    if rest:
        bare = sa.func.upper(sa.func.replace(Item.sku, ' ', ''))
        more = work.session.exec(visible(work, select(Item).where(bare.in_(rest)))).all()
        found |= _grouped((item.sku, item) for item in more)
    return found


def _own_numbers(work: Work, codes: set[str]) -> dict[str, list[Item]]:
    statement = (select(PartNumber.folded, Item).join(Item, col(Item.id) == PartNumber.item_id)
                 .where(PartNumber.customer_id == work.actor.customer_id, col(PartNumber.folded).in_(codes)))
    return _grouped(work.session.exec(visible(work, statement)).all())


def _by_ean(work: Work, codes: set[str]) -> dict[str, list[Item]]:
    numbers = {code for code in codes if code.isdigit() and 8 <= len(code) <= 14}
    padded = numbers | {code.zfill(13) for code in numbers} | {code.lstrip('0') for code in numbers}
    if not numbers:
        return {}
    items = work.session.exec(visible(work, select(Item).where(col(Item.ean).in_(padded)))).all()
    by_bare = _grouped((item.ean.lstrip('0'), item) for item in items)
    return {code: by_bare[code.lstrip('0')] for code in numbers if code.lstrip('0') in by_bare}


def _by_maker(work: Work, codes: set[str]) -> dict[str, list[Item]]:
    bare = sa.func.upper(sa.func.replace(Item.manufacturer_no, ' ', ''))
    statement = select(Item).where(bare.in_(codes), Item.manufacturer_no != '')
    return _grouped((item.manufacturer_no, item) for item in work.session.exec(visible(work, statement)))


def _successors(work: Work, codes: set[str]) -> dict[str, list[Item]]:
    old = sa.orm.aliased(Item)
    statement = (select(old.sku, Item).join(Item, col(Item.id) == old.successor_id)
                 .where(sa.func.upper(old.sku).in_(codes), col(old.active).is_(False)))
    return _grouped(work.session.exec(visible(work, statement)).all())


def _without_zeros(work: Work, codes: set[str]) -> dict[str, list[Item]]:
    bare = {code: code.lstrip('0') for code in codes if code.lstrip('0')}
    statement = select(Item).where(sa.func.upper(sa.func.ltrim(Item.sku, '0')).in_(set(bare.values())))
    groups = _grouped((item.sku.lstrip('0'), item) for item in work.session.exec(visible(work, statement)))
    return {code: groups[key] for code, key in bare.items() if len(groups.get(key, ())) == 1}
