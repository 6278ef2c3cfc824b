"""What the office says when it picks, packs and ships; checked here, limits included."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.core.words import _
from services.core.errors import Invalid

M = TypeVar('M', bound=BaseModel)
Tracking = Annotated[str, Field(max_length=60, pattern=r'^[A-Za-z0-9 ./_-]*$')]


def checked(model: type[M], **values: Any) -> M:
    """An input of what a person typed; raises Invalid with the field that cannot be so."""
    try:
        return model(**values)
    except ValidationError as error:
        field = str(error.errors()[0]['loc'][0]) if error.errors()[0]['loc'] else ''
        words = {'tracking_number': _('A tracking number has letters, digits and dashes, 60 at most.'),
                 'weight_kg': _('Please give the weight in kilograms, with at most four places.'),
                 'quantity': _('Please give a quantity with at most four places.')}
        raise Invalid(words.get(field, _('Please check what you typed.')), field=field) from None


class GoingInput(BaseModel):
    """So much of an order line from the warehouse of this code."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    line_id: uuid.UUID
    warehouse: str = Field(min_length=1, max_length=20)
    quantity: Decimal = Field(gt=0, le=100_000_000, decimal_places=4)


class ParcelInput(BaseModel):
    """One parcel; without a warehouse it belongs to the first shipment, without a carrier to the shipment's own."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    warehouse: str = Field(default='', max_length=20)
    carrier: str = Field(default='', max_length=20)
    tracking_number: Tracking = ''
    weight_kg: Decimal | None = Field(default=None, gt=0, le=100_000, decimal_places=4)


class ShipInput(BaseModel):
    """What leaves: lines by warehouse, the carrier's code, and the parcels.

    `partly` is why a part may leave of an order that the customer wants whole, or wants to be asked about.
    """

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    lines: list[GoingInput] = Field(min_length=1, max_length=2000)
    carrier: str = Field(default='', max_length=20)
    parcels: list[ParcelInput] = Field(default_factory=list, max_length=200)
    expected_on: dt.date | None = None
    note: str = Field(default='', max_length=300)
    partly: str = Field(default='', max_length=300)
