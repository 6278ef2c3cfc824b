"""What the office may say about an item, checked before anything is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator
from stdnum import ean as gtin

from models.catalogue import BackorderPolicy, TaxClass
from models.core.words import LANGUAGES, _

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
MOST = Decimal(1_000_000)


class ItemInput(BaseModel):
    """All a person may change of an item; texts are per language, quantities in its unit."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    sku: str = Field(min_length=1, max_length=60, pattern=r'^[^\s/\\?#%]+$')
    names: dict[str, Text]
    descriptions: dict[str, LongText] = Field(default_factory=dict)
    brand: str = Field(default='', max_length=80)
    manufacturer_no: str = Field(default='', max_length=80)
    ean: str = Field(default='', max_length=14)
    unit: str = Field(default='pcs', min_length=1, max_length=12)
    pack_size: Decimal = Field(default=Decimal(1), gt=0, le=MOST, decimal_places=4)
    min_quantity: Decimal = Field(default=Decimal(1), gt=0, le=MOST, decimal_places=4)
    max_quantity: Decimal | None = Field(default=None, gt=0, le=MOST, decimal_places=4)
    multiple: Decimal = Field(default=Decimal(1), gt=0, le=MOST, decimal_places=4)
    decimals: int = Field(default=0, ge=0, le=4)
    tax_class: TaxClass = TaxClass.STANDARD
    weight_kg: Decimal | None = Field(default=None, ge=0, le=MOST, decimal_places=4)
    category: str = Field(default='', max_length=60)
    specification: dict[str, Text] = Field(default_factory=dict, max_length=100)
    successor: str = Field(default='', max_length=60)
    backorder: BackorderPolicy = BackorderPolicy.ALLOW
    active: bool = True

    @field_validator('ean')
    @classmethod
    def _check_digit(cls, value: str) -> str:
        value = gtin.compact(value)
        if value and not gtin.is_valid(value):
            raise ValueError(_('This EAN is not right: its check digit does not fit.'))
        return str(value)

    @field_validator('names', 'descriptions')
    @classmethod
    def _languages(cls, value: dict[str, str]) -> dict[str, str]:
        if any(code not in LANGUAGES for code in value):
            raise ValueError(_('There is no such language.'))
        return {code: text for code, text in value.items() if text}

    @model_validator(mode='after')
    def _fits(self) -> ItemInput:
        if not self.names:
            raise ValueError(_('An item needs a name.'))
        if self.max_quantity is not None and self.max_quantity < self.min_quantity:
            raise ValueError(_('The largest quantity is below the smallest.'))
        return self


class BulkChange(BaseModel):
    """What to change on many items at once; what is left out stays as it is, `price_percent` changes base prices."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    category: str | None = Field(default=None, max_length=60)
    brand: str | None = Field(default=None, max_length=80)
    active: bool | None = None
    backorder: BackorderPolicy | None = None
    price_percent: Decimal | None = Field(default=None, ge=-90, le=1000, decimal_places=2)
