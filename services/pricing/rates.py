"""VAT rates for the office."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from models.catalogue import TaxClass
from models.core.types import new_id
from models.core.words import _
from models.pricing import TaxRate
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.pricing.taxes import SINCE


class TaxRateInput(BaseModel):
    """The VAT of a country and class from a day on; `category` is the EN 16931 code."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    country: str = Field(pattern='^[A-Z]{2}$')
    tax_class: TaxClass
    category: str = Field(default='S', pattern='^(S|Z|E|AE|K|G|O)$')
    rate: Decimal = Field(ge=0, le=100, decimal_places=4)
    valid_from: dt.date = SINCE


class TaxRateService(Service):
    """Reading and changing VAT rates."""

    @requires(Permission.ITEMS_READ)
    def all(self, country: str = '') -> Sequence[TaxRate]:
        """All rates, or those of one country, newest first within a class."""
        statement = select(TaxRate).order_by(col(TaxRate.country), col(TaxRate.tax_class),
                                             col(TaxRate.valid_from).desc())
        return self.session.exec(statement.where(col(TaxRate.country) == country) if country else statement).all()

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def put(self, given: TaxRateInput) -> None:
        """Set the rate of a country and class from a day on, in place of one that began the same day."""
        there = self.session.exec(select(TaxRate).where(
            col(TaxRate.country) == given.country, col(TaxRate.tax_class) == given.tax_class,
            col(TaxRate.valid_from) == given.valid_from)).first()
        before = str(there.rate) if there else ''
        row = there or TaxRate(id=new_id(), **given.model_dump())
        row.rate, row.category = given.rate, given.category
        self.session.add(row)
        self.session.flush()
        self.work.record('tax_rate.changed', row, number=given.country, topics=('prices',),
                         changes={given.tax_class.value: [before, str(given.rate)]})

    @requires(Permission.SETTINGS_WRITE, writes=True)
    def remove(self, rate_id: uuid.UUID) -> None:
        """Take a rate away."""
        row = self.session.exec(select(TaxRate).where(col(TaxRate.id) == rate_id)).first()
        if row is None:
            raise NotFound(_('There is no such VAT rate.'))
        self.session.delete(row)
        self.work.record('tax_rate.removed', row, number=row.country, topics=('prices',))
