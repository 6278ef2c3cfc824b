"""Two hundred people at work at once, each doing something every second, over sockets without a browser."""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from services.core.config import Config
from tests.bench.measuring import Budget, Measured, of_times, once, percentile
from tests.bench.stand import ADMIN, OWNER
from tests.demo import COOKIE, Portico
from tests.web.wire import page_query

PEOPLE, SECONDS, PATIENCE = 200, 20, 10.0
_DATA = re.compile(r'String\.raw`(.*?)`', re.DOTALL)
_CLIENT = re.compile(r'[\'"]?client_id[\'"]?: ?[\'"]([0-9a-f-]{36})')


@dataclass
class Seat:
    """One person's open page: its address on the server, its socket, and what it waits for."""

    client: str
    elements: dict[str, Any]
    socket: ClientConnection
    times: list[float] = field(default_factory=list)
    faults: int = 0

    def target(self, tag: str, event: str) -> tuple[int, str]:
        """The id of the first element of this tag, and the listener of its event."""
        number, element = next((key, one) for key, one in self.elements.items() if one['tag'] == f'nicegui-{tag}')
        return int(number), next(one['listener_id'] for one in element['events'] if one['type'] == event)

    async def act(self, tag: str, event: str, given: Any, answer: str) -> None:
        """Do one thing, and note how long it takes until the page is told what has become of it."""
        number, listener = self.target(tag, event)
        began = time.perf_counter()
        message = {'id': number, 'client_id': self.client, 'listener_id': listener, 'args': [json.dumps(given)]}
        try:
            await self.socket.send('42' + json.dumps(['event', message]))
            async with asyncio.timeout(PATIENCE):
                await self._heard(answer.format(number=number))
        except (TimeoutError, WebSocketException):
            self.faults += 1
        else:
            self.times.append((time.perf_counter() - began) * 1000)

    async def _heard(self, answer: str) -> None:
        while True:
            packet = str(await self.socket.recv())
            if packet == '2':
                await self.socket.send('3')
            elif answer in packet:
                return


def rows(config: Config) -> list[Measured]:
    """How long actions take, the hundredth part that takes longest, and whether any went wrong."""
    portico = Portico(config.data_dir)
    portico.start()
    try:
        seats = asyncio.run(_work(portico))
    finally:
        portico.stop(hard=True)
        portico.runtime.database.close()
    times = sorted(took for seat in seats for took in seat.times)
    return [of_times(Budget(f'{PEOPLE} connected, one action a second each', 150, 150), times),
            once('… p99', percentile(times, 0.99), 500),
            once(f'… of {len(times)}: failed', sum(seat.faults for seat in seats), 0, '')]


async def _work(portico: Portico) -> list[Seat]:
    seats = []
    async with httpx.AsyncClient(timeout=30) as web:
        for number in range(PEOPLE):
            path, email = ('/office', OWNER) if number % 4 == 0 else ('/', ADMIN)
            seats.append(await _sit_down(portico, web, path, portico.session(email)))
    await asyncio.gather(*(_busy(seat, number / PEOPLE) for number, seat in enumerate(seats)))
    for seat in seats:
        await seat.socket.close()
    return seats


async def _sit_down(portico: Portico, web: httpx.AsyncClient, path: str, token: str) -> Seat:
    """Open the page, again when it was sent before its list stood in it, and its socket."""
    for _ in range(10):
        page = await web.get(portico.url + path, headers={'Cookie': f'{COOKIE}={token}'})
        if 'nicegui-table_list' in page.text:
            break
    data, client = _DATA.search(page.text), _CLIENT.search(page.text)
    assert data is not None, page.text[:500]
    assert client is not None, page.text[:500]
    asked = urlencode({'EIO': '4', 'transport': 'websocket', **page_query(client[1])})
    socket = await connect(f'{portico.url.replace("http", "ws")}/_nicegui_ws/socket.io/?{asked}',
                           origin=portico.url, additional_headers={'Cookie': f'{COOKIE}={token}'})  # type: ignore[arg-type]
    await socket.recv()
    await socket.send('40')
    await socket.recv()
    return Seat(client[1], json.loads(html.unescape(data[1])), socket)


async def _busy(seat: Seat, start: float) -> None:
    """Something every second: sort the list, look for a menu entry; nobody begins with the others."""
    await asyncio.sleep(start)
    for turn in range(SECONDS):
        began = time.perf_counter()
        if turn % 2:
            await seat.act('p_menu', 'search', 'ord', 'run_javascript')
        else:
            order = '-placed_at' if turn % 4 else 'placed_at'
            await seat.act('table_list', 'ask', {'sort': order}, '"{number}":{{"tag":"nicegui-table_list"')
        await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - began)))
