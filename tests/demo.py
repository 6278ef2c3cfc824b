"""The demo company, made once per test run and copied; and Portico served over a copy in a process of its own."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import col, select

from models.core.database import Database
from models.customers import Customer
from models.orders import Order
from models.users import Membership, User
from services.auth.sessions import Browser, open_session
from services.core.actor import SYSTEM, Actor
from services.core.config import Config
from services.core.runtime import Runtime
from services.start import make_runtime
from services.users import ProfileInput, UserService

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = 'demo-portico'
ADMIN, BUYER, VIEWER = 'admin@harbour.example', 'buyer@harbour.example', 'viewer@harbour.example'
ATELIER, OWNER = 'admin@atelier.example', 'owner@nordwerk.example'
COOKIE = 'portal'
HARBOUR = 'C-10428'


class Portico:
    """`python app.py` over one data folder on a free port; it can be stopped and started again on the same one."""

    def __init__(self, folder: Path, *, smtp_url: str = '') -> None:
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.url = f'http://127.0.0.1:{self.port}'
        self.config = Config(data_dir=folder, port=self.port, smtp_url=smtp_url)
        self.runtime: Runtime = make_runtime(self.config, Database(self.config.database))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Come up and answer."""
        given = {'PORTICO_DATA_DIR': str(self.config.data_dir), 'PORTICO_PORT': str(self.port),
                 'PORTICO_SMTP_URL': self.config.smtp_url, 'PORTICO_LOG_LEVEL': 'WARNING'}
        self._process = subprocess.Popen([sys.executable, 'app.py'], cwd=ROOT, stdout=subprocess.DEVNULL,
                                         env={**os.environ, **given})
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.get(self.url + '/healthz')
                return
            except httpx.TransportError:
                if self._process.poll() is not None:
                    raise RuntimeError('Portico ended') from None
        raise RuntimeError('Portico does not answer')

    @property
    def process_id(self) -> int:
        """The process that serves; 0 while none does."""
        return self._process.pid if self._process is not None else 0

    def stop(self, *, hard: bool = False) -> None:
        """End the process; `hard` as if the power failed."""
        if self._process is not None:
            (self._process.kill if hard else self._process.terminate)()
            self._process.wait(30)
            self._process = None

    def session(self, email: str) -> str:
        """A new session of the person with this e-mail; the token for the cookie."""
        with self.runtime.work(SYSTEM, writes=True) as work:
            user, member = work.session.exec(select(User.id, Membership.id).join(
                Membership, col(Membership.user_id) == User.id).where(User.email == email)).one()
            return open_session(work, user_id=user, membership_id=member, browser=Browser())

    def actor(self, email: str) -> Actor:
        """The person with this e-mail as an actor, to ask what he may do."""
        with self.runtime.database.reading() as session:
            user, member = session.exec(select(User, Membership).join(
                Membership, col(Membership.user_id) == User.id).where(User.email == email)).one()
            return Actor.as_member(user_id=user.id, name=user.name, role=member.role, customer_id=member.customer_id)

    def choose(self, email: str, **profile: str) -> None:
        """Give the person this `language` or `theme`."""
        self.runtime.run(self.actor(email), UserService.update, ProfileInput(**profile))

    def customer(self, account: str) -> Customer:
        """The customer of this account number."""
        with self.runtime.database.reading() as session:
            return session.exec(select(Customer).where(Customer.account == account)).one()

    def orders(self, account: str) -> list[str]:
        """The numbers of this customer's orders, newest first."""
        with self.runtime.database.reading() as session:
            return list(session.exec(select(Order.number).join(Customer, col(Customer.id) == Order.customer_id).where(
                Customer.account == account).order_by(col(Order.number).desc())))


@contextmanager
def served(folder: Path, *, run: str = '', smtp_url: str = '') -> Iterator[Portico]:
    """Portico over a copy of the demo in this folder while the block runs.

    the original."""
    copy_demo(run or str(os.getpid()), folder / 'data')
    portico = Portico(folder / 'data', smtp_url=smtp_url)
    portico.start()
    try:
        yield portico
    finally:
        portico.stop(hard=True)
        portico.runtime.database.close()


def copy_demo(run: str, target: Path) -> None:
    """Put a copy of the demo company into this new folder; the first process of the run that asks makes it.

    Whoever made it takes it away when it ends.
    """
    folder = Path(tempfile.gettempdir()) / f'portico-demo-{run}'
    with (Path(tempfile.gettempdir()) / f'portico-demo-{run}.lock').open('w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / 'made').exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            atexit.register(_take_away, folder, lock.name)
            subprocess.run([sys.executable, 'app.py', 'demo', '--data-dir', str(folder / 'data')], cwd=ROOT, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            (folder / 'made').touch()
        shutil.copytree(folder / 'data', target)


def _take_away(folder: Path, lock: str) -> None:
    with Path(lock).open('w') as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        shutil.rmtree(folder, ignore_errors=True)
    Path(lock).unlink(missing_ok=True)


def run_of(config: Any) -> str:
    """The name of this test run, the same in all its processes."""
    worker = getattr(config, 'workerinput', None)
    return str(worker['testrunuid']) if worker else f'alone-{os.getpid()}'
