"""The ways goods are delivered, what they cost and where they go."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from models.core.types import new_id
from models.core.words import _, _l
from models.orders import ShippingMethod
from services.core.errors import Conflict, Invalid, NotFound
from services.core.fields import Hidden, Money, Number, PerLanguage, Text
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.customers.countries import countries

TOPIC = 'settings'


class ShippingInput(BaseModel):
    """A way to have goods delivered; `countries` are codes with blanks or commas between them, none means all."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    code: Annotated[str, Text(_l('Code'), half=True), Field(min_length=1, max_length=40, pattern='^[a-z0-9_-]+$')]
    position: Annotated[int, Number(_l('Place in the list'), half=True), Field(ge=0, le=1000)] = 0
    names: Annotated[dict[str, str], PerLanguage(_l('Name')), Field(min_length=1)]
    price: Annotated[Decimal, Money(_l('Price, net'), half=True), Field(ge=0, max_digits=12, decimal_places=2)] = \
        Decimal(0)
    free_from: Annotated[Decimal | None, Money(_l('Free from, net'), half=True, help=_l('Empty means never.')),
                         Field(ge=0, max_digits=12, decimal_places=2)] = None
    countries: Annotated[str, Text(_l('Countries'), help=_l('Codes such as NL, DE. Empty means all.')),
                         Field(max_length=1000)] = ''
    version: Annotated[int, Hidden()] = 1


class ShippingService(Service):
    """The office keeps the ways of delivery; checkout offers the active ones."""

    @requires(Permission.SETTINGS_WRITE)
    def all(self) -> Sequence[ShippingMethod]:
        """All ways of delivery, those out of use last."""
        return self.session.exec(select(ShippingMethod).order_by(
            col(ShippingMethod.active).desc(), col(ShippingMethod.position), col(ShippingMethod.code))).all()

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def create(self, given: ShippingInput) -> None:
        """Add a way of delivery; raises Invalid for a code that is taken or a country there is not."""
        values = _checked(given)
        if self.session.exec(select(ShippingMethod.id).where(ShippingMethod.code == given.code)).first():
            raise Invalid(_('This code is used already.'), field='code')
        row = ShippingMethod(id=new_id(), **values)
        self.session.add(row)
        self.session.flush()
        self.work.record('shipping_method.added', row, number=row.code, topics=(TOPIC,))

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def save(self, given: ShippingInput, *, code: str) -> None:
        """Change a way of delivery; its code stays. Raises Conflict when it changed meanwhile."""
        row = self._one(code)
        if given.code != code:
            raise Invalid(_('The code cannot be changed.'), field='code')
        if given.version != row.version:
            raise Conflict(_('This was changed by someone else meanwhile. Please look again.'))
        changed = {name: value for name, value in _checked(given).items() if getattr(row, name) != value}
        if changed:
            changes = {name: [_plain(getattr(row, name)), _plain(value)] for name, value in changed.items()}
            self.work.change(row, **changed)
            self.work.record('shipping_method.changed', row, number=code, changes=changes, topics=(TOPIC,))

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def activate(self, code: str, *, active: bool) -> None:
        """Offer a way of delivery, or no longer; raises Conflict for the last one that is offered."""
        row = self._one(code)
        others = select(ShippingMethod.id).where(col(ShippingMethod.active), ShippingMethod.code != code)
        if not active and self.session.exec(others).first() is None:
            raise Conflict(_('Checkout needs at least one way of delivery.'))
        if row.active is not active:
            self.work.change(row, active=active)
            self.work.record('shipping_method.changed', row, number=code, changes={'active': [not active, active]},
                             topics=(TOPIC,))

    def _one(self, code: str) -> ShippingMethod:
        row = self.session.exec(select(ShippingMethod).where(ShippingMethod.code == code)).first()
        if row is None:
            raise NotFound(_('There is no such way of delivery.'))
        return row


def _checked(given: ShippingInput) -> dict[str, Any]:
    codes = sorted({code.upper() for code in given.countries.replace(',', ' ').split()})
    unknown = [code for code in codes if code not in countries()]
    if unknown:
        raise Invalid(_('There is no country {code}.').format(code=unknown[0]), field='countries')
    return given.model_dump(exclude={'countries', 'version'}) | {'countries': codes}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
