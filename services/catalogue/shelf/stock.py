"""Which items are in stock, as a set of places: news of this process at once, that of others within half a minute."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import Session, col

from models.catalogue import Item
from models.stock import StockLevel, Warehouse
from services.catalogue.shelf.bits import bits_of
from services.catalogue.shelf.items import Shelf

if TYPE_CHECKING:
    from services.core.runtime import Runtime

FRESH_SECONDS = 30.0
TOPIC = 'stock:'
MOST_NEWS = 500


class _Kept:
    """The set as last read, and the SKUs there was news of since."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.bits = 0
        self.read_at = -FRESH_SECONDS
        self.version = -1
        self.news: set[str] = set()

    def hear(self, topics: frozenset[str]) -> None:
        self.news.update(topic.removeprefix(TOPIC) for topic in topics if topic.startswith(TOPIC))


_kept: WeakKeyDictionary[Runtime, _Kept] = WeakKeyDictionary()
_lock = threading.Lock()


def in_stock(runtime: Runtime, session: Session, on: Shelf) -> int:
    """The set of items of which something is available in an active warehouse."""
    with _lock:
        kept = _kept.get(runtime)
        if kept is None:
            kept = _kept[runtime] = _Kept()
            runtime.bus.listen(kept.hear)
    with kept.lock:
        news, kept.news = kept.news, set()
        now = time.monotonic()
        if now - kept.read_at > FRESH_SECONDS or len(news) > MOST_NEWS or kept.version != on.version:
            kept.bits, kept.read_at, kept.version = bits_of(_available(session)), now, on.version
        elif news:
            known = session.execute(sa.select(Item.place).where(col(Item.sku).in_(news), col(Item.place).is_not(None)))  # type: ignore[call-overload]
            kept.bits = kept.bits & ~bits_of(known.scalars()) | bits_of(_available(session, news))
        return kept.bits


def _available(session: Session, skus: set[str] | None = None) -> list[int]:
    statement = (sa.select(Item.place).join(StockLevel, col(StockLevel.item_id) == Item.id)  # type: ignore[call-overload]
                 .join(Warehouse, col(Warehouse.id) == StockLevel.warehouse_id)
                 .where(col(Warehouse.active), col(StockLevel.on_hand) > StockLevel.reserved,
                        col(Item.place).is_not(None)))
    if skus is not None:
        statement = statement.where(col(Item.sku).in_(skus))
    return list(session.execute(statement).scalars())
