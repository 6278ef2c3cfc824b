"""The carriers parcels go with, and where each parcel is followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select

from models.core.types import new_id
from models.core.words import _, _l
from models.shipments import Carrier
from services.core.errors import Conflict, Invalid, NotFound
from services.core.fields import Choice, Hidden, Number, Text
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.core.work import Work
from services.gateways.carrier import GATEWAYS

TOPIC = 'settings'
BEGINNING = (
    ('dhl', 'DHL', 'https://www.dhl.com/en/express/tracking.html?AWB={number}'),
    ('ups', 'UPS', 'https://www.ups.com/track?tracknum={number}'),
    ('fedex', 'FedEx', 'https://www.fedex.com/fedextrack/?trknbr={number}'),
    ('dpd', 'DPD', 'https://www.dpdgroup.com/be/mydpd/my-parcels/track?parcelNumber={number}'),
    ('gls', 'GLS', 'https://gls-group.com/track/{number}'),
    ('postnl', 'PostNL', 'https://www.postnl.nl/tracktrace/?B={number}'),
    ('van', 'Own van', ''))
"""Code, name and link template of the carriers a new company begins with."""


def gateways() -> Mapping[str, Any]:
    """How a carrier may be asked for news: not at all, or by one of the gateways."""
    return {'': _l('Not asked; statuses by hand or import'), **{name: one.label for name, one in GATEWAYS.items()}}


class CarrierInput(BaseModel):
    """A carrier; in its link {number} stands for the parcel's number, empty means there is no page."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    code: Annotated[str, Text(_l('Code'), half=True), Field(min_length=1, max_length=20, pattern='^[a-z0-9_-]+$')]
    position: Annotated[int, Number(_l('Place in the list'), half=True), Field(ge=0, le=1000)] = 0
    name: Annotated[str, Text(_l('Name')), Field(min_length=1, max_length=80)]
    link: Annotated[str, Text(_l('Tracking page'), input='url', help=_l('{number} is the number of the parcel.')),
                    Field(max_length=300)] = ''
    gateway: Annotated[str, Choice(_l('News of parcels'), choices=gateways), Field(max_length=20)] = ''
    version: Annotated[int, Hidden()] = 1


class CarrierService(Service):
    """The office keeps its carriers."""

    @requires(Permission.OFFICE)
    def in_use(self) -> tuple[tuple[str, str], ...]:
        """Codes and names of the carriers in use, in their order."""
        rows = self.session.exec(select(Carrier).where(col(Carrier.active)).order_by(
            col(Carrier.position), col(Carrier.code)))
        return tuple((row.code, row.name) for row in rows)

    @requires(Permission.SETTINGS_WRITE)
    def all(self) -> Sequence[Carrier]:
        """All carriers, those out of use last."""
        return self.session.exec(select(Carrier).order_by(
            col(Carrier.active).desc(), col(Carrier.position), col(Carrier.code))).all()

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def create(self, given: CarrierInput) -> None:
        """Add a carrier; raises Invalid for a code that is taken or a link that leads nowhere safe."""
        _check(given)
        if self.session.exec(select(Carrier.id).where(Carrier.code == given.code)).first():
            raise Invalid(_('This code is used already.'), field='code')
        row = Carrier(id=new_id(), **given.model_dump(exclude={'version'}))
        self.session.add(row)
        self.session.flush()
        self.work.record('carrier.added', row, number=row.code, topics=(TOPIC,))

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def save(self, given: CarrierInput, *, code: str) -> None:
        """Change a carrier; its code stays. Raises Conflict when it changed meanwhile."""
        row = self._one(code)
        if given.code != code:
            raise Invalid(_('The code cannot be changed.'), field='code')
        if given.version != row.version:
            raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
        _check(given)
        changed = {name: value for name, value in given.model_dump(exclude={'version'}).items()
                   if getattr(row, name) != value}
        if changed:
            changes = {name: [getattr(row, name), value] for name, value in changed.items()}
            self.work.change(row, **changed)
            self.work.record('carrier.changed', row, number=code, changes=changes, topics=(TOPIC,))

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def activate(self, code: str, *, active: bool) -> None:
        """Offer a carrier to the shipping desk, or no longer."""
        row = self._one(code)
        if row.active is not active:
            self.work.change(row, active=active)
            self.work.record('carrier.changed', row, number=code, changes={'active': [not active, active]},
                             topics=(TOPIC,))

    def _one(self, code: str) -> Carrier:
        row = self.session.exec(select(Carrier).where(Carrier.code == code)).first()
        if row is None:
            raise NotFound(_('There is no such carrier.'))
        return row


def seed(session: Session) -> None:
    """Put the carriers of the beginning into an empty table."""
    session.add_all(Carrier(id=new_id(), code=code, name=name, link=link, position=position)
                    for position, (code, name, link) in enumerate(BEGINNING, 1))


def carrier_names(work: Work) -> dict[str, str]:
    """The name of every carrier by its code."""
    return {row.code: row.name for row in work.session.exec(select(Carrier))}


def _check(given: CarrierInput) -> None:
    if given.gateway not in gateways():
        raise Invalid(_('This is not one of the choices.'), field='gateway')
    if not given.link:
        return
    if not _is_safe(given.link):
        raise Invalid(_('Please give an address that begins with https:// and contains {number} once.'), field='link')


def _is_safe(link: str) -> bool:
    """Whether a template leads to a page over https and has its one place for the parcel's number, not in the host."""
    if link.count('{number}') != 1 or any(c.isspace() or c in '"\'<>\\' for c in link):
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    rest = link.replace('{number}', '')
    return (parts.scheme == 'https' and bool(parts.hostname) and '{' not in parts.netloc and '@' not in parts.netloc
            and '{' not in rest and '}' not in rest)
