"""What each person wishes to hear of, and by which way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import Lazy, _
from models.reminders import MailWay, NewsWish
from services.core.errors import Forbidden, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.informing.events import EVENTS, GROUPS, Event

NEEDS = {'money': Permission.INVOICES_READ, 'payments': Permission.PAYMENTS_READ, 'house': Permission.OFFICE}
"""Groups of events that only people with a right hear of."""


@dataclass(frozen=True)
class Wish:
    """How a person hears of one event; a compulsory mail cannot be ended."""

    event: str
    label: Lazy
    group: Lazy
    bell: bool
    mail: MailWay
    compulsory: bool


class NewsWishService(Service):
    """A person's own wishes, for the company he acts for or for the office."""

    @requires(Permission.SIGNED_IN)
    def own(self) -> list[Wish]:
        """All events that can concern the person, in the order of the table."""
        said = {row.event: row for row in self._rows()}
        found = []
        for name, event, bell, mail in self._open():
            row = said.get(name)
            found.append(Wish(name, event.label, GROUPS[event.group], row.bell if row else bell,
                              MailWay.AT_ONCE if event.compulsory else row.mail if row else mail, event.compulsory))
        return sorted(found, key=lambda wish: list(GROUPS.values()).index(wish.group))

    @requires(Permission.SIGNED_IN, writes=True)
    def save(self, wishes: Mapping[str, tuple[bool, MailWay]]) -> None:
        """Keep what the person wishes; raises NotFound for an event that does not concern him."""
        if self.actor.viewing_as or self.actor.user_id is None:
            raise Forbidden(_("You are looking through a customer's eyes; nothing can be changed here."))
        usual = {name: (bell, MailWay.AT_ONCE if event.compulsory else mail)
                 for name, event, bell, mail in self._open()}
        rows = {row.event: row for row in self._rows()}
        for name, (bell, mail) in wishes.items():
            if name not in usual:
                raise NotFound(_('There is nothing here, or it is not yours to see.'))
            row = rows.get(name)
            if row is None and (bell, mail) == usual[name]:
                continue
            if row is None:
                row = NewsWish(id=new_id(), user_id=self.actor.user_id, customer_id=self.actor.customer_id, event=name)
            row.bell, row.mail = bell, MailWay.AT_ONCE if EVENTS[name].compulsory else mail
            self.session.add(row)
        self.work.record('news.wished', topics=(f'person:{self.actor.user_id}',))

    def _open(self) -> list[tuple[str, Event, bool, MailWay]]:
        found = []
        for name, event in EVENTS.items():
            ways = event.ways(office=self.actor.customer_id is None)
            if ways is not None and self.actor.may(NEEDS.get(event.group, Permission.SIGNED_IN)):
                found.append((name, event, ways.bell, ways.mail))
        return found

    def _rows(self) -> list[NewsWish]:
        company: uuid.UUID | None = self.actor.customer_id
        mine = col(NewsWish.customer_id)
        return list(self.session.exec(select(NewsWish).where(
            NewsWish.user_id == self.actor.user_id, mine == company if company else mine.is_(None))))
