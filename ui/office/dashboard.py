"""The first page of the seller's staff."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.greeting import greeting
from ui.kernel.module import Group, Module
from ui.kernel.view import View

module = Module('office-dashboard', _l('Dashboard'), icon='layout-dashboard', group=Group.DESK, needs=Permission.OFFICE,
                keywords=_l('home, start, overview, desk'))


@module.view('/office')
async def index(view: View) -> None:
    """Greet."""
    with design.head(view, greeting(view.actor.name, view.session.runtime.now())):
        pass
