"""What the tests of customers share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, func, select

from models.audit import Event
from services.core.runtime import Runtime
from tests.world import World

ACCOUNT = 'C-10001'


@pytest.fixture
def look(runtime: Runtime) -> Callable[..., list[Any]]:
    """The rows of a table that meet conditions, as they stand now."""
    def act(kind: Any, *conditions: Any) -> list[Any]:
        with runtime.database.reading() as session:
            return list(session.exec(select(kind).where(*conditions)).all())
    return act


@pytest.fixture
def traces(runtime: Runtime) -> Callable[[], list[str]]:
    """The actions recorded so far, oldest first."""
    def act() -> list[str]:
        with runtime.database.reading() as session:
            return list(session.exec(select(Event.action).order_by(col(Event.at), col(Event.id))).all())
    return act


@pytest.fixture
def counted(runtime: Runtime) -> Callable[[Any], int]:
    """How many rows a table holds."""
    def act(kind: Any) -> int:
        with runtime.database.reading() as session:
            return session.exec(select(func.count()).select_from(kind)).one()
    return act


@pytest.fixture
def account(world: World) -> str:
    """Harbour's account number."""
    return world.harbour.account
