"""What we change inside NiceGUI 3.18, all of it, with the reasons; tests/web/test_pinned.py fails when it changes.

Reading signatures is half of building a page, so they are remembered. Pages without a socket are forgotten after 20
seconds instead of 60. The page template's own script tags carry the nonce of the content policy. Its middlewares trust
a forwarded prefix, compress anew for each visitor and are not needed behind our guard. The page's data is escaped and
its messages are sent without looking at each character; what a page sends can be held; and its script draws sparingly.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import nicegui
from jinja2 import DictLoader
from nicegui import Client, core, dependencies, helpers, json
from nicegui import client as client_module
from nicegui.element import Element
from nicegui.helpers import functions
from nicegui.outbox import Outbox
from socketio.packet import Packet

from ui.kernel import scripts

VERSION = '3.18.'
PAGE_WITHOUT_SOCKET_SECONDS = 20.0
TAB_SECONDS = 8 * 3600.0
_NONCE = '<script nonce="{{ request.state.nonce }}"'
SCRIPT = 'static/nicegui.js'
RENDERED = ('return Vue.h(app.config.isNativeTag(element.tag) ? element.tag : Vue.resolveComponent(element.tag), '
            'props, slots);')
SPARING = """const slotted = Object.values(element.slots).some((slot) => slot.template || slot.ids.length);
  const leaf = element.text === null && !slotted;
  if (leaf && renderRecursively.leaves?.has(id)) slots.$stable = true;
  renderRecursively.leaves ??= new Set();
  renderRecursively.leaves[leaf ? "add" : "delete"](id);
  """
MENDED = {
    SCRIPT: {RENDERED: SPARING + RENDERED},
    'static/quasar.unimportant.prod.css': {
        '.q-field__marginal>*+*{': '.q-field__marginal>:not(:first-child){',
        '.q-btn-dropdown--simple *+.q-btn-dropdown__arrow{':
            '.q-btn-dropdown--simple .q-btn-dropdown__arrow:not(:first-child){',
    },
}
MOST_ANSWERS = 10_000
_ask = functions.expects_arguments
_answers: dict[Any, bool] = {}


def install() -> None:
    """Make the changes; raises RuntimeError on another NiceGUI than the one they were written for."""
    if not nicegui.__version__.startswith(VERSION):
        raise RuntimeError(f'NiceGUI {nicegui.__version__} is installed, {VERSION}* is needed')
    helpers.expects_arguments = functions.expects_arguments = expects_arguments
    defaults = Client.prune_instances.__func__.__kwdefaults__
    defaults['client_age_threshold'] = PAGE_WITHOUT_SOCKET_SECONDS
    core.app.storage.max_tab_storage_age = TAB_SECONDS
    client_module.generate_resources = _resources
    client_module.Outbox = _Outbox  # type: ignore[misc]
    core.sio.packet_class = _TextPacket
    client_module.json = SimpleNamespace(  # type: ignore[attr-defined]
        dumps=lambda value: _Escapable(json.dumps(value)), loads=json.loads)
    _put_nonces()


class _Outbox(Outbox):
    """Knows that a page has all components of ours from the start."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self._loaded_components.update(scripts.names())


def _resources(prefix: str, elements: Iterable[Element]) -> tuple[Any, ...]:
    """What NiceGUI puts into a page for these elements, with our components as one script."""
    from ui.web.static import asset
    others = [element for element in elements
              if element.component is None or element.component.path.parent != scripts.COMPONENTS
              or element.component.name not in scripts.names()]
    *before, imports, urls = dependencies.generate_resources(prefix, others)
    address = prefix + asset(scripts.NAME)
    register = 'for (const [tag, component] of Object.entries(components)) app.component(tag, component);'
    return *before, [*imports, f'import {{ components }} from "{address}";', register], [*urls, address]


class _TextPacket(Packet):
    """Nothing is sent as bytes over the socket, so no message is searched for some."""

    uses_binary_events = False


class _Escapable(str):
    """JSON made safe for the page by replacing, 14 times as fast as by a table when it is not all ASCII."""

    def translate(self, table: Any) -> str:
        """The text with these characters replaced, the first ones first."""
        text = str(self)
        for code, safe in table.items():
            text = text.replace(chr(code), safe)
        return text


def strip_middlewares() -> None:
    """Take NiceGUI's middlewares out: before `ui.run_with`, so that it may run again, and after it has added them."""
    core.app.user_middleware.clear()
    core.app.middleware_stack = None


def calm_garbage_collection() -> None:
    """Collect seldom and leave what was loaded at the start alone: long collections are what makes clicks wait."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def expects_arguments(func: Callable[..., Any]) -> bool:
    """NiceGUI's question whether a handler wants arguments, answered once per piece of code and not per function."""
    plain = getattr(func, '__func__', func)
    code = getattr(plain, '__code__', None)
    if code is None or hasattr(plain, '__wrapped__') or hasattr(plain, '__signature__'):
        return _ask(func)
    defaults = len(plain.__defaults__ or ()), len(plain.__kwdefaults__ or ())
    key = code, plain is func, defaults
    known = _answers.get(key)
    if known is None:
        if len(_answers) >= MOST_ANSWERS:
            _answers.clear()
        known = _answers[key] = _ask(func)
    return known


def hold(client: Client) -> Callable[[], None]:
    """Let nothing drawn on this page leave until the returned function is called, unless a message leaves too.

    Content in the making is worth no drawing; the browser shows its own grey bars meanwhile. Holds may overlap.
    """
    outbox: Any = client.outbox
    holds = vars(outbox).setdefault('_holds', [])
    wake = type(outbox)._set_enqueue_event.__get__(outbox)
    if not holds:
        outbox._set_enqueue_event = lambda: wake() if outbox.messages else None
    holds.append(token := object())

    def release() -> None:
        if token in holds:
            holds.remove(token)
            if not holds:
                vars(outbox).pop('_set_enqueue_event', None)
                wake()
    return release


def mended(path: str, source: bytes) -> bytes:
    """A file of NiceGUI as it is sent: an element without content is drawn anew only when its own data changed.

    NiceGUI hands every component new slots with each drawing, so all lists of all panes would be drawn with each click.
    Selectors of anything beside anything have the browser work out the styles of all panes when one is put beside them.
    """
    for before, after in MENDED.get(path, {}).items():
        source = source.replace(before.encode(), after.encode())
    return source


def _put_nonces() -> None:
    environment = client_module.templates.env
    if isinstance(environment.loader, DictLoader) or environment.loader is None:
        return
    source, _, _ = environment.loader.get_source(environment, 'index.html')
    environment.loader = DictLoader({'index.html': source.replace('<script', _NONCE)})
    if environment.cache is not None:
        environment.cache.clear()
