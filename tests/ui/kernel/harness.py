"""A server with the shell and the small cast, to look at in a browser: `python -m tests.ui.kernel.harness PORT`.

The cookie `person` names who is signed in.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import uuid
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from nicegui import ui
from sqlmodel import select

from models.core.database import Database
from models.users import Membership, UserSession
from services import schema
from services.auth.sessions import Browser, end_sessions, open_session, token_hash
from services.core.actor import SYSTEM
from services.core.config import Config
from services.core.runtime import Runtime, SessionKey
from services.start import make_runtime
from tests.bell import ring
from tests.ui.kernel.modules import MODULES
from tests.world import World, build
from ui.kernel import shell

ASSETS = Path(__file__).resolve().parents[3] / 'assets'
SHEETS = ('tokens', 'base', 'shell', 'widgets', 'tables', 'shop', 'forms', 'documents', 'auth', 'quasar')


def make_app(runtime: Runtime, keys: dict[str, SessionKey]) -> FastAPI:
    """The shell over this installation; the cookie `person` chooses one of the keys."""
    app = FastAPI()

    @app.get('/assets/portal.css')
    def sheet() -> Response:
        texts = [(ASSETS / 'css' / f'{name}.css') for name in SHEETS]
        return Response('\n'.join(text.read_text() for text in texts if text.exists()), media_type='text/css')

    @app.get('/sign-in')
    def sign_in() -> HTMLResponse:
        return HTMLResponse('<h1>Sign in</h1>')

    @app.post('/tell/{user_id}')
    def tell(user_id: uuid.UUID) -> None:
        with runtime.work(SYSTEM, writes=True) as work:
            ring(work, [user_id], 'order_confirmed', facts={'number': 'SO-LIVE'}, path='/orders/SO-LIVE')
        runtime.bus.publish(work.topics)

    @app.post('/end/{name}')
    def end(name: str) -> None:
        with runtime.work(SYSTEM, writes=True) as work:
            end_sessions(work, UserSession.token_hash == keys[name].token_hash)

    app.mount('/assets', StaticFiles(directory=ASSETS))

    def who_of(request: Request) -> SessionKey | None:
        return keys.get(request.cookies.get('person', ''))
    shell.install(runtime, who_of=who_of, modules=MODULES)
    ui.run_with(app, title='Portico', tailwind=False, reconnect_timeout=30, show_welcome_message=False)
    return app


def sign_in_all(runtime: Runtime, world: World) -> dict[str, SessionKey]:
    """A live session for everybody of the cast, by name."""
    keys = {}
    with runtime.work(SYSTEM, writes=True) as work:
        for name, person in vars(world).items():
            user_id = getattr(person, 'user_id', None)
            if user_id is None:
                continue
            membership = work.session.exec(select(Membership).where(Membership.user_id == user_id)).one()
            token = open_session(work, user_id=user_id, membership_id=membership.id, browser=Browser())
            keys[name] = SessionKey(token_hash(token))
    return keys


def main() -> None:
    """Serve on the port given, over a database of its own."""
    port = int(sys.argv[1])
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp(prefix='portico-'))
    config = Config(data_dir=folder)
    fresh = not (folder / 'portico.sqlite').exists()
    folder.mkdir(exist_ok=True)
    database = Database(config.database)
    runtime = make_runtime(config, database, clock=lambda: dt.datetime.now(dt.UTC))
    if fresh:
        schema.upgrade(database)
        world = build(runtime)
        with runtime.work(SYSTEM, writes=True) as work:
            for number in range(1, 5):
                ring(work, [world.mara.user_id], 'order_confirmed', facts={'number': f'SO-2026-00000{number}'},
                       path=f'/orders/SO-2026-00000{number}')
        keys = sign_in_all(runtime, world)
        people = {name: person.user_id for name, person in vars(world).items() if hasattr(person, 'user_id')}
        (folder / 'people').write_text('\n'.join(f'{name} {user_id}' for name, user_id in people.items()))
        (folder / 'keys').write_text('\n'.join(f'{name} {key.token_hash.hex()}' for name, key in keys.items()))
    pairs = (line.split() for line in (folder / 'keys').read_text().splitlines())
    keys = {name: SessionKey(bytes.fromhex(value)) for name, value in pairs}
    uvicorn.run(make_app(runtime, keys), host='127.0.0.1', port=port, log_level='warning')


if __name__ == '__main__':
    main()
