"""The seller's settings, one row a key."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, SQLModel

from models.core.entity import document


class Setting(SQLModel, table=True):
    """One setting; `value` is wrapped as {'value': …} so that any JSON fits."""

    __tablename__ = 'setting'

    key: str = Field(primary_key=True, max_length=80)
    value: dict[str, Any] = document()


class Submission(SQLModel, table=True):
    """One submit by its idempotency key: the same key gives the same result and no second document."""

    __tablename__ = 'submission'

    key: str = Field(primary_key=True, max_length=120)
    request_hash: str = Field(default='', max_length=64)
    result: dict[str, Any] = document()
