"""Files that never change under their address: ours and NiceGUI's, compressed once and kept in memory and on disk."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from nicegui.version import __version__ as nicegui_version

from ui.kernel import pinned, scripts
from ui.web import compress

ASSETS = Path(__file__).resolve().parents[2] / 'assets'
STYLES = ('tokens', 'base', 'shell', 'widgets', 'tables', 'shop', 'forms', 'documents', 'auth', 'quasar')
NICEGUI = f'/_nicegui/{nicegui_version}/'
FOREVER = 'public, max-age=31536000, immutable'
SHORT = 'public, max-age=300'
MOST_BYTES = 64 * 1024 * 1024
_PUBLIC = frozenset({'.svg', '.css', '.js', '.woff2', '.png', '.webp', '.ico', '.webmanifest'})
_PRIVATE = frozenset({'mail', 'locales', 'demo', 'css'})
_LASTING = ('static/', 'libraries/', 'components/', 'resources/', 'esm/')
_URL = re.compile(r"url\('(/assets/)([^'?]+)'\)")
for _suffix, _type in (('.woff2', 'font/woff2'), ('.js', 'text/javascript'), ('.mjs', 'text/javascript'),
                       ('.webp', 'image/webp'), ('.webmanifest', 'application/manifest+json')):
    mimetypes.add_type(_type, _suffix)


@dataclass
class Kept:
    """One file as it is sent: plain, and in each encoding asked for so far."""

    data: bytes
    media_type: str
    packed: dict[str, bytes] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The short hash of the content that stands in its address."""
        return hashlib.sha256(self.data).hexdigest()[:12]


@cache
def own_files() -> dict[str, Kept]:
    """All files of ours that browsers may have, by the path behind /assets/; nothing else can be reached."""
    found = {}
    for path in sorted(ASSETS.rglob('*')):
        name = path.relative_to(ASSETS)
        if path.is_file() and path.suffix in _PUBLIC and name.parts[0] not in _PRIVATE:
            found[name.as_posix()] = Kept(path.read_bytes(), _type_of(path.name))
    return {**found, 'portal.css': Kept(_joined(STYLES, found).encode(), 'text/css; charset=utf-8')}


def sheet(names: Sequence[str]) -> str:
    """These style sheets of ours as one, with the versions of the files they name."""
    return _joined(names, own_files())


def _joined(names: Sequence[str], files: Mapping[str, Kept]) -> str:
    paths = [ASSETS / 'css' / f'{name}.css' for name in names]
    css = '\n'.join(path.read_text('utf-8') for path in paths if path.is_file())
    return _URL.sub(lambda m: f"url('{m[1]}{m[2]}?v={files[m[2]].version}')" if m[2] in files else m[0], css)


@cache
def drawn(name: str) -> str:
    """The shapes of one icon of the sprite, to be put into a page that shows few; raises ValueError for none."""
    sprite = own_files()['icons.svg'].data.decode()
    found = re.search(rf'<symbol id="i-{re.escape(name)}"([^>]*)>(.*?)</symbol>', sprite, re.DOTALL)
    if found is None:
        raise ValueError(f'there is no icon {name}')
    return f'<svg class="p-icon" aria-hidden="true"{found[1]}>{found[2]}</svg>'


def asset(name: str) -> str:
    """The address of a file of ours with its version, e.g. asset('portal.css'); raises KeyError when there is none."""
    kept = components() if name == scripts.NAME else own_files()[name]
    return f'/assets/{name}?v={kept.version}'


def components() -> Kept:
    """The script of all our components."""
    return _components(scripts.script())


@lru_cache(4)
def _components(script: str) -> Kept:
    return Kept(script.encode(), 'text/javascript; charset=utf-8')


class Static:
    """Answers requests for lasting files; everything else goes to `app`."""

    def __init__(self, app: Any, folder: Path) -> None:
        self.app = app
        self._folder = folder
        self._theirs: dict[str, Kept] = {}
        self._busy = ThreadPoolExecutor(1, thread_name_prefix='compress')

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one ASGI request."""
        if scope['type'] != 'http' or scope['method'] not in ('GET', 'HEAD'):
            await self.app(scope, receive, send)
            return
        path = '/assets/favicon.svg' if scope['path'] == '/favicon.ico' else scope['path']
        if path.startswith('/assets/'):
            name = path.removeprefix('/assets/')
            kept = components() if name == scripts.NAME else own_files().get(name)
        elif path.startswith(NICEGUI) and path.removeprefix(NICEGUI).startswith(_LASTING):
            kept = await self._fetched(scope, receive)
        else:
            await self.app(scope, receive, send)
            return
        await self._answer(kept, scope, send)

    async def _fetched(self, scope: Any, receive: Any) -> Kept | None:
        path = scope['path']
        if path in self._theirs:
            return self._theirs[path]
        if any(part in ('', '.', '..') for part in path.split('/')[1:]):
            return None
        started: dict[str, Any] = {}
        body = bytearray()

        async def catch(message: Any) -> None:
            if message['type'] == 'http.response.start':
                started.update(message)
            else:
                body.extend(message.get('body', b''))

        await self.app({**scope, 'method': 'GET'}, receive, catch)
        if started.get('status') != 200:
            return None
        media_type = dict(started['headers']).get(b'content-type', b'application/octet-stream').decode('latin-1')
        kept = Kept(pinned.mended(path.removeprefix(NICEGUI), bytes(body)), media_type)
        if sum(len(k.data) for k in self._theirs.values()) + len(body) <= MOST_BYTES:
            self._theirs[path] = kept
        return kept

    async def _answer(self, kept: Kept | None, scope: Any, send: Any) -> None:
        headers = {key.decode('latin-1'): value.decode('latin-1') for key, value in scope['headers']}
        if kept is None:
            await _send(send, 404, [(b'content-type', b'text/plain; charset=utf-8'), (b'cache-control', b'no-store')],
                        b'Not found')
            return
        tag = f'"{kept.version}"'
        asked = scope.get('query_string', b'').decode('latin-1')
        lasting = scope['path'].startswith(NICEGUI) or asked == f'v={kept.version}'
        answer = [(b'content-type', kept.media_type.encode()), (b'etag', tag.encode()), (b'vary', b'Accept-Encoding'),
                  (b'cache-control', (FOREVER if lasting else SHORT).encode())]
        if headers.get('if-none-match') == tag:
            await _send(send, 304, answer, b'')
            return
        data = kept.data
        encoding = compress.choose(headers.get('accept-encoding', ''))
        if encoding and compress.is_worth(kept.media_type, len(data)):
            data = await self._packed(kept, encoding)
            answer.append((b'content-encoding', encoding.encode()))
        await _send(send, 200, answer, data, without_body=scope['method'] == 'HEAD')

    async def _packed(self, kept: Kept, encoding: str) -> bytes:
        """The smallest form comes from disk or is made once beside the traffic; till then a quickly made one serves."""
        if encoding not in kept.packed:
            place = self._folder / f'{hashlib.sha256(kept.data).hexdigest()}.{encoding}'
            if place.is_file():
                kept.packed[encoding] = place.read_bytes()
            else:
                kept.packed[encoding] = await asyncio.to_thread(compress.pack, kept.data, encoding)
                self._busy.submit(_improve, kept, encoding, place)
        return kept.packed[encoding]


def _improve(kept: Kept, encoding: str, place: Path) -> None:
    kept.packed[encoding] = data = compress.pack(kept.data, encoding, quality=compress.BEST)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = place.with_suffix(place.suffix + '.part')
    half.write_bytes(data)
    half.rename(place)


def _type_of(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or 'application/octet-stream'
    return f'{kind}; charset=utf-8' if kind.startswith('text/') or kind.endswith('+xml') else kind


async def _send(send: Any, status: int, headers: list[tuple[bytes, bytes]], body: bytes, *,
                without_body: bool = False) -> None:
    length = [] if status == 304 else [(b'content-length', str(len(body)).encode())]
    await send({'type': 'http.response.start', 'status': status, 'headers': headers + length})
    await send({'type': 'http.response.body', 'body': b'' if without_body else body})
