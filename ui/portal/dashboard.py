"""The first page of a customer's people."""

from __future__ import annotations

from models.core.words import _, _l
from ui.kernel import design
from ui.kernel.greeting import greeting
from ui.kernel.module import Group, Module
from ui.kernel.view import View

module = Module('dashboard', _l('Dashboard'), icon='layout-dashboard', group=Group.HOME,
                keywords=_l('home, start, overview, welcome'))


@module.view('/')
async def index(view: View) -> None:
    """Greet, and say for which company."""
    actor = view.actor
    sub = _('{company} · account {account}').format(company=actor.customer_name, account=actor.account)
    with design.head(view, greeting(actor.name, view.session.runtime.now()), sub=sub):
        pass
