"""What the office says when it picks, packs and ships; checked here, limits included."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Tracking = Annotated[str, Field(max_length=60, pattern=r'^[A-Za-z0-9 ./_-]*$')]


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
    """What leaves: lines by warehouse, the carrier's code, and the parcels."""

    model_config = ConfigDict(extra='forbid', str_strip_whitespace=True)

    lines: list[GoingInput] = Field(min_length=1, max_length=2000)
    carrier: str = Field(default='', max_length=20)
    parcels: list[ParcelInput] = Field(default_factory=list, max_length=200)
    expected_on: dt.date | None = None
    note: str = Field(default='', max_length=300)
