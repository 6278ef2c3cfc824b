"""Number series: one row a kind and year."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class NumberSeries(SQLModel, table=True):
    """The last number given in a series."""

    __tablename__ = 'number_series'

    kind: str = Field(primary_key=True, max_length=20)
    year: int = Field(primary_key=True)
    last: int = 0
