"""Column types that keep values exact: amounts, quantities, percentages, UTC instants, choices."""

from __future__ import annotations

import datetime as dt
import operator
import uuid
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from uuid_utils import compat

SCALE = 10_000
LARGEST = Decimal(10) ** 14
_MOST = 10 ** 14 * SCALE


def new_id() -> uuid.UUID:
    """A new UUIDv7: random, not guessable, ordered by time."""
    return compat.uuid7()


class _Scaled(TypeDecorator[Decimal]):
    """A Decimal of at most four places, kept as an integer of ten-thousandths."""

    impl = sa.BigInteger
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[Decimal], sa.BigInteger.Comparator[Decimal]):
        """Sums and differences of such columns are such values too; a plain integer would be 10,000 times too big."""

        def _adapt_expression(self, op: Any, other_comparator: Any) -> tuple[Any, Any]:
            if op in (operator.add, operator.sub):
                return op, self.type
            return super()._adapt_expression(op, other_comparator)

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError('a float is never money or a quantity; use Decimal')
        exact = value * SCALE if type(value) is Decimal else Decimal(value) * SCALE
        scaled = int(exact)
        if scaled != exact or not -_MOST <= scaled <= _MOST:
            raise ValueError(f'{value} has more than four places or is out of range')
        return scaled

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-4)


class Amount(_Scaled):
    """Money in the currency of the row."""

    cache_ok = True


class Quantity(_Scaled):
    """A number of units of an item."""

    cache_ok = True


class Percent(_Scaled):
    """A percentage: 21 % is Decimal('21')."""

    cache_ok = True


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant, always aware and in UTC; a naive datetime is refused."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == 'postgresql'))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError('a naive datetime has no place in the database')
        value = value.astimezone(dt.UTC)
        return value if dialect.name == 'postgresql' else value.replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)


class Choice(TypeDecorator[StrEnum]):
    """A StrEnum stored by value."""

    impl = sa.String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__(32)
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)
