"""“Tell me when it is back”: who waits for an item hears once, by bell and mail, when some of it is free again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from urllib.parse import quote

import sqlalchemy as sa
from sqlmodel import col, select

from models.catalogue import Item
from models.core.types import new_id
from models.core.words import _, language, pick
from models.shipments import StockWish
from models.users import Membership, User
from services.catalogue.visibility import visible
from services.core.errors import Conflict, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.mail.outbox import Recipient, promise
from services.notifications import notify
from services.stock.levels import availability
from services.switches import address_of


class WishService(Service):
    """A customer's person waits for items."""

    @requires(Permission.CATALOGUE_READ)
    def waits(self, sku: str) -> bool:
        """Whether he asked to be told of this item and was not yet."""
        row = self._own(self._item(sku))
        return row is not None and row.told_at is None

    @requires(Permission.CART_USE, writes=True)
    def ask(self, sku: str) -> None:
        """Be told when an item is back; asking twice is asking once. Raises Conflict while it is there."""
        item = self._item(sku)
        if availability(self.work, [item.id])[item.id].available > 0:
            raise Conflict(_('{sku} is in stock.').format(sku=item.sku))
        row = self._own(item) or StockWish(id=new_id(), customer_id=self._company(), user_id=self._me(),
                                           item_id=item.id, asked_at=self.now)
        row.asked_at, row.told_at = self.now, None
        self.session.add(row)
        self.session.flush()
        self.work.record('stock.wished', item, number=item.sku, topics=(f'person:{self.actor.user_id}',))

    @requires(Permission.CART_USE, writes=True)
    def withdraw(self, sku: str) -> None:
        """No longer wait for an item."""
        item = self._item(sku)
        row = self._own(item)
        if row is not None and row.told_at is None:
            self.session.delete(row)
            self.session.flush()
            self.work.record('stock.no_longer_wished', item, number=item.sku, topics=(f'person:{self.actor.user_id}',))

    def _own(self, item: Item) -> StockWish | None:
        found: StockWish | None = self.session.exec(self.work.reach(StockWish).where(
            StockWish.user_id == self.actor.user_id, StockWish.item_id == item.id)).first()
        return found

    def _item(self, sku: str) -> Item:
        item: Item | None = self.session.exec(visible(self.work, select(Item).where(Item.sku == sku))).first()
        if item is None:
            raise NotFound(_('There is no such item.'), field='sku')
        return item

    def _company(self) -> uuid.UUID:
        if self.actor.customer_id is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        return self.actor.customer_id

    def _me(self) -> uuid.UUID:
        if self.actor.user_id is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        return self.actor.user_id


def tell_wishes(work: Work, item_ids: Sequence[uuid.UUID]) -> None:
    """Tell everybody who waits for these items and still belongs to his company, of those that are free; once."""
    stock = availability(work, item_ids)
    there = [item_id for item_id in item_ids if stock[item_id].available > 0]
    if not there:
        return
    told = (sa.update(StockWish).where(col(StockWish.item_id).in_(there), col(StockWish.told_at).is_(None))
            .values(told_at=work.now).returning(col(StockWish.user_id), col(StockWish.customer_id),
                                                col(StockWish.item_id))
            .execution_options(synchronize_session=False))
    for user_id, customer_id, item_id in work.session.execute(told).all():
        user = work.session.exec(select(User).join(Membership, col(Membership.user_id) == User.id).where(
            User.id == user_id, col(User.active), Membership.customer_id == customer_id,
            col(Membership.active))).first()
        item = work.session.get_one(Item, item_id)
        if user is not None:
            _tell(work, user, customer_id, item)


def _tell(work: Work, user: User, customer_id: uuid.UUID, item: Item) -> None:
    with language(user.language):
        name = pick(item.names, fallback=item.name)
    path = f'/shop/i/{quote(item.sku, safe="")}'
    notify(work, [user.id], 'back_in_stock', facts={'item': name, 'sku': item.sku}, path=path, customer_id=customer_id)
    promise(work, message='back_in_stock', to=Recipient(user.email, user.name, user.language), customer_id=customer_id,
            facts={'name': user.name, 'item': name, 'sku': item.sku, 'link': address_of(work, path, customer_id)})
