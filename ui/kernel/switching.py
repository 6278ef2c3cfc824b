"""An open page follows the switches of modules: what was switched off closes at once, and in front says so."""

from __future__ import annotations

from models.core.words import _
from services.core.errors import NotFound
from ui.kernel.module import NOWHERE, refused
from ui.kernel.workstation import Desktop


async def follow(desktop: Desktop) -> None:
    """Look at the person anew; if modules were switched, draw all panes anew but those that hold unsaved things."""
    before = desktop.session.actor.off
    await desktop.look_at_person()
    if desktop.session.actor.off == before:
        return
    for path in [*desktop.tabs]:
        is_gone = desktop.place(path).module.name == NOWHERE
        if path == desktop.active:
            await _in_front(desktop, path, is_gone=is_gone)
            continue
        view = desktop.alive.get(path)
        if view is not None and (is_gone or not view.dirty):
            desktop.drop(path)
        if is_gone:
            del desktop.tabs[path]
    desktop.paint_tabs()
    desktop.keep_soon()


async def _in_front(desktop: Desktop, path: str, *, is_gone: bool) -> None:
    view = desktop.alive.get(path)
    if view is None:
        return
    if not is_gone and view.place.module.name != NOWHERE:
        if not view.dirty:
            await desktop.rebuild(view)
        return
    desktop.drop(path)
    gone = NotFound(_('This page was switched off: {page}.').format(page=view.place.module.title))
    desktop.place_pane(path, {}, refused(path, gone) if is_gone else None)
