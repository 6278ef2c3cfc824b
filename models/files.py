"""Stored files: pictures and documents, kept outside the web root under random names."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlmodel import Field

from models.core.entity import Entity, maybe_reference, moment, text


class StoredFile(Entity, table=True):
    """One file in the data folder, named by its id; without a customer it is the seller's and open to all signed in."""

    __tablename__ = 'stored_file'

    kind: str = text(20)
    name: str = text(200)
    media_type: str = text(80)
    size: int = 0
    sha256: str = text(64)
    customer_id: uuid.UUID | None = maybe_reference('customer.id')
    owner_id: uuid.UUID | None = Field(default=None, sa_type=sa.Uuid)
    created_at: dt.datetime = moment()
