"""What the office may say about an item, checked before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator
from stdnum import ean as gtin

from models.catalogue import BackorderPolicy, TaxClass
from models.core.words import LANGUAGES, Lazy, _, _l
from services.core import fields as f

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
MOST = Decimal(1_000_000)
Count = Field(default=Decimal(1), gt=0, le=MOST, decimal_places=4)
POLICIES: Mapping[str, Lazy] = {
    BackorderPolicy.ALLOW: _l('May be ordered'), BackorderPolicy.BLOCK: _l('Not beyond stock')}
TAX_CLASSES: Mapping[str, Lazy] = {
    TaxClass.STANDARD: _l('Standard rate'), TaxClass.REDUCED: _l('Reduced rate'), TaxClass.ZERO: _l('Zero rate')}


class ItemDetails(BaseModel):
    """What a person may change of an item in its form; texts are per language, quantities in its unit."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    sku: Annotated[str, f.Text(_l('SKU'), half=True, help=_l('Without blanks and slashes; it stays as it is.'))] = \
        Field(min_length=1, max_length=60, pattern=r'^[^\s/\\?#%]+$')
    names: Annotated[dict[str, Text], f.PerLanguage(_l('Name'))]
    descriptions: Annotated[dict[str, LongText], f.PerLanguage(_l('Description'), long=True)] = \
        Field(default_factory=dict)
    category: Annotated[str, f.Choice(_l('Category'), half=True)] = Field(default='', max_length=60)
    brand: Annotated[str, f.Text(_l('Brand'), half=True)] = Field(default='', max_length=80)
    manufacturer_no: Annotated[str, f.Text(_l('Manufacturer number'), half=True)] = Field(default='', max_length=80)
    ean: Annotated[str, f.Text(_l('EAN'), half=True, help=_l('8, 12, 13 or 14 digits; the last one is checked.'))] = \
        Field(default='', max_length=20)
    unit: Annotated[str, f.Text(_l('Unit'), half=True, part=_l('Ordering'))] = \
        Field(default='pcs', min_length=1, max_length=12)
    pack_size: Annotated[Decimal, f.Number(_l('Pack size'), half=True)] = Count
    min_quantity: Annotated[Decimal, f.Number(_l('Smallest quantity'), half=True)] = Count
    max_quantity: Annotated[Decimal | None, f.Number(_l('Largest quantity'), half=True)] = \
        Field(default=None, gt=0, le=MOST, decimal_places=4)
    multiple: Annotated[Decimal, f.Number(_l('Multiple of'), half=True)] = Count
    decimals: Annotated[int, f.Number(_l('Decimals of a quantity'), half=True)] = Field(default=0, ge=0, le=4)
    backorder: Annotated[BackorderPolicy, f.Choice(_l('Beyond stock'), half=True, choices=lambda: POLICIES)] = \
        BackorderPolicy.ALLOW
    successor: Annotated[str, f.SearchChoice(_l('Replaced by'), half=True, placeholder=_l('SKU, name or EAN'))] = \
        Field(default='', max_length=60)
    tax_class: Annotated[TaxClass, f.Choice(_l('VAT class'), half=True, choices=lambda: TAX_CLASSES,
                                            part=_l('Tax and shipping'))] = TaxClass.STANDARD
    weight_kg: Annotated[Decimal | None, f.Number(_l('Weight'), half=True, unit='kg')] = \
        Field(default=None, ge=0, le=MOST, decimal_places=4)
    active: Annotated[bool, f.Flag(_l('Shown in the shop'))] = True

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
    def _fits(self) -> ItemDetails:
        if not self.names:
            raise ValueError(_('An item needs a name.'))
        if self.max_quantity is not None and self.max_quantity < self.min_quantity:
            raise ValueError(_('The largest quantity is below the smallest.'))
        return self


class ItemInput(ItemDetails):
    """All a person may change of an item, its specification as words by name too."""

    specification: dict[str, Text] = Field(default_factory=dict, max_length=100)


class BulkChange(BaseModel):
    """What to change on many items at once; what is left out stays as it is, `price_percent` changes base prices."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    category: str | None = Field(default=None, max_length=60)
    brand: str | None = Field(default=None, max_length=80)
    active: bool | None = None
    backorder: BackorderPolicy | None = None
    price_percent: Decimal | None = Field(default=None, ge=-90, le=1000, decimal_places=2)
