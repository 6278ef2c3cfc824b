"""Saved views: a person's own sets of columns, filters and sort of a list, and those his colleagues share."""

from __future__ import annotations

import builtins
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from models.core.words import _
from models.users import User
from models.workstation import SavedView
from services.core.errors import Forbidden, Invalid, NotFound
from services.core.listing import LISTINGS
from services.core.permissions import Permission
from services.core.service import Service, requires

MOST = 50
LONGEST = 80


@dataclass(frozen=True)
class ViewRow:
    """A saved view as its list offers it; `by` names the colleague who shares it."""

    id: uuid.UUID
    name: str
    shared: bool
    own: bool
    by: str
    query: dict[str, Any]


class ViewService(Service):
    """Keeps what people save of their lists."""

    @requires(Permission.SIGNED_IN)
    def list(self, listing: str) -> builtins.list[ViewRow]:
        """The actor's own views of a list and those shared in his company (or among the staff), by name."""
        found = self.session.execute(
            select(SavedView, User.name).join(User, User.id == SavedView.user_id)  # type: ignore[arg-type]
            .where(SavedView.listing == listing, SavedView.customer_id == self.actor.customer_id,
                   sa.or_(SavedView.user_id == self.actor.user_id, SavedView.shared))  # type: ignore[arg-type]
            .order_by(SavedView.name).limit(MOST * 2)).all()
        return [ViewRow(view.id, view.name, view.shared, own := view.user_id == self.actor.user_id,
                        '' if own else name, view.query) for view, name in found]

    @requires(Permission.SIGNED_IN, writes=True)
    def save(self, listing: str, name: str, *, query: dict[str, Any], shared: bool = False) -> uuid.UUID:
        """Keep a view under a name; an own one of that name is replaced. Raises Invalid, Forbidden for sharing."""
        name = ' '.join(name.split())
        if not name or len(name) > LONGEST:
            raise Invalid(_('Give the view a name of at most {count} characters.').format(count=LONGEST), field='name')
        if listing not in LISTINGS:
            raise NotFound(_('There is no such list.'))
        self._refuse_looking()
        if shared:
            self.work.require(Permission.VIEWS_SHARE)
        mine = (SavedView.user_id == self.actor.user_id, SavedView.listing == listing)
        row = self.session.exec(select(SavedView).where(*mine, SavedView.name == name)).first()
        if row is None:
            count = self.session.execute(select(sa.func.count()).select_from(SavedView).where(*mine)).scalar_one()
            if count >= MOST:
                raise Invalid(_('You have {count} views of this list already. Delete one first.').format(count=count))
            assert self.actor.user_id is not None
            row = SavedView(user_id=self.actor.user_id, listing=listing, name=name)
        row.query, row.shared, row.customer_id = query, shared, self.actor.customer_id
        self.session.add(row)
        self.session.flush()
        return row.id

    @requires(Permission.VIEWS_SHARE, writes=True)
    def share(self, view_id: str, *, shared: bool) -> None:
        """Share an own view with the colleagues, or stop that."""
        row = self._own(view_id)
        row.shared = shared
        self.session.add(row)

    @requires(Permission.SIGNED_IN, writes=True)
    def delete(self, view_id: str) -> None:
        """Delete an own view; raises NotFound for a colleague's."""
        self._refuse_looking()
        self.session.delete(self._own(view_id))

    def _refuse_looking(self) -> None:
        if self.actor.viewing_as:
            raise Forbidden(_("You are looking through a customer's eyes; nothing can be changed here."))

    def _own(self, view_id: str) -> SavedView:
        try:
            key = uuid.UUID(view_id)
        except ValueError:
            key = uuid.UUID(int=0)
        row = self.session.exec(select(SavedView).where(
            SavedView.id == key, SavedView.user_id == self.actor.user_id,
            SavedView.customer_id == self.actor.customer_id)).first()
        if row is None:
            raise NotFound(_('There is no such view of yours.'))
        return row
