"""Where the benchmarks stand: one copy of the generated store per run, and its people."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import col, select

from models.core.database import Database
from models.users import Membership, User
from services.core.actor import Actor
from services.core.config import Config
from services.core.runtime import Runtime
from services.start import make_runtime
from tests.bench.store import store

ADMIN, BUYER, OWNER = 'admin@harbour.example', 'buyer@harbour.example', 'owner@nordwerk.example'


def copied(folder: Path) -> Config:
    """Settings over a copy of the store in this new folder, so that the kept one stays as it was made."""
    shutil.copytree(store(), folder / 'data')
    return Config(data_dir=folder / 'data')


@contextmanager
def opened(config: Config) -> Iterator[Runtime]:
    """The installation while the block runs."""
    runtime = make_runtime(config, Database(config.database))
    try:
        yield runtime
    finally:
        runtime.database.close()


def person(runtime: Runtime, email: str) -> Actor:
    """The person with this e-mail, as the session of a browser would make him."""
    with runtime.database.reading() as session:
        user, member = session.exec(select(User, Membership).join(
            Membership, col(Membership.user_id) == User.id).where(User.email == email)).one()
        return Actor.as_member(user_id=user.id, name=user.name, role=member.role, customer_id=member.customer_id)
