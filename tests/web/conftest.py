"""One served installation for all tests of the web edge, with a small page of its own beside the workstation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from nicegui import Client, ui

from models.core.database import Database
from services.core.config import Config
from services.core.runtime import Runtime
from services.start import make_runtime
from tests.databases import make_tables
from tests.web.server import running, signed_in
from tests.world import World, build
from ui.server import workstation

EVIL = 'https://evil.example'
HOSTILE = '</script><script>alert(1)</script>'


@dataclass
class Probe:
    """What the small page has seen: its clicks, uploads, and the ids of its parts by client."""

    clicks: list[str] = field(default_factory=list)
    uploads: list[bytes] = field(default_factory=list)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Site:
    """A served installation with its cast."""

    base: str
    runtime: Runtime
    world: World
    probe: Probe

    def browser(self, who: str | None = None) -> httpx.Client:
        """A browser of this person, or of a visitor."""
        cookies = {'portal': signed_in(self.runtime, getattr(self.world, who))} if who else {}
        return httpx.Client(base_url=self.base, cookies=cookies, timeout=10)

    def open_probe(self, browser: httpx.Client) -> str:
        """Open the small page; the id of its client."""
        before = set(self.probe.parts)
        assert browser.get('/probe').status_code == 200
        return next(iter(set(self.probe.parts) - before))


def _probe_page(probe: Probe) -> None:
    @ui.page('/probe')
    def page(client: Client) -> None:
        async def keep(event: Any) -> None:
            probe.uploads.append(await event.file.read())

        button = ui.button('Go', on_click=lambda: probe.clicks.append(client.id))
        ui.label(HOSTILE)
        upload = ui.upload(on_upload=keep)
        listener = next(id_ for id_, item in button._event_listeners.items() if item.type == 'click')
        probe.parts[client.id] = {'id': button.id, 'listener_id': listener, 'upload': upload._props['url']}

    @ui.page('/broken')
    def broken() -> None:
        raise RuntimeError('the inner secret of the fault')


@pytest.fixture(scope='package')
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The served installation."""
    folder: Path = tmp_path_factory.mktemp('site') / 'data'
    folder.mkdir()
    config = Config(data_dir=folder, base_url='http://127.0.0.1:8080')
    make_tables(config.database)
    runtime = make_runtime(config, Database(config.database))
    world, probe = build(runtime), Probe()

    def pages(runtime: Runtime) -> None:
        _probe_page(probe)
        workstation(runtime)

    with running(runtime, pages=pages) as base:
        yield Site(base, runtime, world, probe)
    runtime.database.close()


@pytest.fixture
def mara(site: Site) -> Iterator[httpx.Client]:
    """The browser of Harbour's administrator."""
    with site.browser('mara') as browser:
        yield browser


@pytest.fixture
def visitor(site: Site) -> Iterator[httpx.Client]:
    """The browser of nobody."""
    with site.browser() as browser:
        yield browser


