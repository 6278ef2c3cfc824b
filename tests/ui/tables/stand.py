"""Pages with a list, a form and a document for a real browser: the parts of the kernel alone, without the shell."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from nicegui import app as nicegui_app
from nicegui import background_tasks, ui

from models.core.database import Database
from models.core.words import set_language
from models.orders import Order, OrderStatus
from services.core.actor import SYSTEM, Actor
from services.core.config import Config
from services.core.runtime import Runtime
from tests.databases import make_tables
from tests.ui.tables.lists import ORDERS, OrderListService
from tests.ui.tables.papers import build_document, build_form
from tests.world import build
from ui.kernel import work
from ui.kernel.tables import Act, Empty, Table
from ui.web import exporting

ASSETS = Path(__file__).resolve().parents[3] / 'assets'
STYLES = ('tokens', 'base', 'shell', 'widgets', 'tables', 'shop', 'forms', 'documents', 'auth', 'quasar')


class Pane:
    """What a page builder gets, without tabs: state is kept in one dict per process, as the server would."""

    kept: dict[str, Any] = {}

    def __init__(self, runtime: Runtime, actor: Actor) -> None:
        self.runtime = runtime
        self.actor = actor
        self.state = Pane.kept
        self.dirty = False
        self.refusals: list[Any] = []
        self.said = ui.label().props('data-said role=status').classes('p-sr')
        self.client = ui.context.client

    async def do(self, act: Any, *args: Any, **kwargs: Any) -> Any:
        return await work.do(self.runtime, self.actor, act, *args, **kwargs)

    def on(self, topic: str, handler: Any) -> None:
        self.runtime.bus.listen(lambda news: topic in news and self.start(handler))

    def start(self, handler: Any) -> None:
        background_tasks.create(handler(), name='stand')

    def remember(self) -> None:
        json.dumps(self.state)

    def open(self, path: str) -> None:
        self.said.text = f'opened {path}'

    @staticmethod
    def href(path: str) -> str:
        return path

    def say(self, text: str, undo: Any = None) -> None:
        self.said.text = text


def orders(runtime: Runtime, world: Any) -> None:
    """Sixty orders of Harbour, one a day."""
    with runtime.work(SYSTEM, writes=True) as unit:
        for n in range(60):
            net = Decimal('100.00') + n
            unit.session.add(Order(
                number=f'SO-2026-{n + 1:06}', customer_id=world.harbour.id, status=list(OrderStatus)[n % 6],
                placed_at=dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC) + dt.timedelta(days=n), placed_by_name='Mara',
                po_number='=2+3' if n == 3 else f'PO-{n}', net=net, tax=net / 5, gross=net * Decimal('1.2'),
                line_count=n))


def main(port: int, folder: Path) -> None:
    """Serve the page until the process ends."""
    config = Config(data_dir=folder, base_url=f'http://127.0.0.1:{port}')
    make_tables(config.database)
    people: list[Actor] = []
    loop: list[asyncio.AbstractEventLoop] = []
    runtime = Runtime(config, Database(config.database), resolver=lambda _session, _key, _now: people[0])
    world = build(runtime)
    people.append(world.mara)
    orders(runtime, world)
    app = FastAPI()
    app.state.runtime = runtime
    app.include_router(exporting.router)

    @app.get('/assets/portal.css')
    def css() -> Response:
        sheets = ((ASSETS / 'css' / f'{name}.css').read_text(encoding='utf-8') for name in STYLES)
        return Response('\n'.join(sheets), media_type='text/css')

    @app.get('/clear')
    def clear() -> str:
        Pane.kept.clear()
        return 'cleared'

    @app.get('/news')
    def news() -> str:
        with runtime.work(SYSTEM, writes=True) as unit:
            unit.session.add(Order(number='SO-2027-000001', customer_id=world.harbour.id, status=OrderStatus.PLACED,
                                   placed_at=dt.datetime(2027, 1, 5, 9, 30, tzinfo=dt.UTC)))
        loop[0].call_soon_threadsafe(runtime.bus.publish, {'office:orders'})
        return 'told'

    async def ready() -> None:
        loop.append(asyncio.get_running_loop())
        sys.stdout.write('ready\n')
        sys.stdout.flush()
    nicegui_app.on_startup(ready)

    app.mount('/assets', StaticFiles(directory=ASSETS))

    @ui.page('/', language='en-US')
    def index(lang: str = 'en') -> None:
        set_language(lang)
        ui.add_head_html('<link rel="stylesheet" href="/assets/portal.css">')
        with ui.element('div').classes('p-main'), ui.element('div').classes('p-pane'):
            pane = Pane(runtime, world.mara)
            ui.html('<h1>Orders</h1>', sanitize=False)

            async def greet(row: Any) -> None:
                pane.say(f'greeted {row["number"]}')

            async def bundle(keys: list[str]) -> None:
                pane.say(f'bundled {len(keys)}')
            Table(pane, ORDERS, load=OrderListService.list, row_path='/orders/{number}', topic='office:orders',
                  context=[Act('Open', 'external-link', path='/orders/{number}', kbd='Enter'),
                           Act('Greet', 'send', run=greet,
                               when=lambda row: row['status'] == 'placed' or 'Only placed orders can be greeted.'),
                           Act('Cancel order', 'ban', run=greet, danger=True, rule=True)],
                  bulk=[Act('Bundle', 'package', run=bundle)],
                  empty=Empty('package', 'No orders yet', 'Find something in the shop.', 'Open the shop', '/shop'))

    @ui.page('/form', language='en-US')
    def form(lang: str = 'en') -> None:
        set_language(lang)
        ui.add_head_html('<link rel="stylesheet" href="/assets/portal.css">')
        with ui.element('div').classes('p-main'), ui.element('div').classes('p-pane is-narrow'):
            pane = Pane(runtime, world.mara)
            build_form(pane)

    @ui.page('/document', language='en-US')
    def document(lang: str = 'en') -> None:
        set_language(lang)
        ui.add_head_html('<link rel="stylesheet" href="/assets/portal.css">')
        with ui.element('div').classes('p-main'), ui.element('div').classes('p-pane'):
            build_document(Pane(runtime, world.mara))

    ui.run_with(app, storage_secret='stand')
    uvicorn.run(app, host='127.0.0.1', port=port, log_level='warning')


if __name__ == '__main__':
    main(int(sys.argv[1]), Path(sys.argv[2]))
