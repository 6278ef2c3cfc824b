"""What the pad is made of: rows as written and rows as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from models.catalogue import Item
from services.pricing.engine import PriceQuote
from services.stock.levels import Availability


class PadState(StrEnum):
    """What a row of the pad is."""

    EMPTY = 'empty'
    READY = 'ready'
    CHOOSE = 'choose'
    UNKNOWN = 'unknown'
    WRONG = 'wrong'


class PadInput(BaseModel):
    """A row as written: a code or words, a quantity as text, and the row it had in the file it came from."""

    model_config = ConfigDict(extra='forbid')

    code: str = Field(default='', max_length=300)
    quantity: str = Field(default='', max_length=40)
    source_row: int = 0


@dataclass(frozen=True)
class Proposal:
    """An item that may be meant, or a quantity that could be ordered."""

    sku: str
    name: str
    quantity: Decimal | None = None


@dataclass(frozen=True)
class PadRow:
    """A row as it stands: the item it means, its price, stock and net, and in words what is wrong or worth knowing."""

    code: str
    quantity: Decimal | None
    state: PadState
    source_row: int = 0
    item: Item | None = None
    name: str = ''
    price: PriceQuote | None = None
    stock: Availability | None = None
    net: Decimal | None = None
    messages: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class PadView:
    """All rows, how many are ready, how many need attention, the net of the ready ones, and which SKUs were summed."""

    rows: tuple[PadRow, ...]
    ready: int
    attention: int
    net: Decimal
    currency: str
    summed: tuple[str, ...] = ()
