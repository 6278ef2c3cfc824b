"""The page of one's account, a tab for each part."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.core.words import _, _l
from services.core.permissions import Permission
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.pieces import wishes
from ui.pieces.sections import Section, Sections
from ui.portal.account import company, paying, people, places, profile, security, sessions
from ui.portal.pieces import back_in_stock

module = Module('account', _l('Account'), icon='building-2', group=Group.COMPANY, needs=Permission.SIGNED_IN,
                keywords=_l('profile, company, addresses, users, colleagues, password, two-step sign-in, security, '
                            'sessions, language, settings'))


async def notifications(view: View) -> None:
    """What one hears of, and the items one waits for."""
    await back_in_stock.build(view)
    await wishes.build(view)


@module.view('/account')
async def index(view: View) -> None:
    """Everything about oneself and one's company."""
    def tab(build: Callable[[View], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        return lambda: build(view)
    with design.head(view, sub=f'{view.actor.customer_name} · {view.actor.account}'):
        pass
    own = [] if view.actor.viewing_as else [Section('profile', _l('Profile'), tab(profile.build))]
    last = [] if view.actor.viewing_as else [
        Section('notifications', _l('Notifications'), tab(notifications)),
        Section('sessions', _l('Sessions'), tab(sessions.build)),
        Section('security', _l('Security'), tab(security.build))]
    sections = Sections(view, _('Account'), [
        *own, Section('company', _l('Company'), tab(company.build)),
        Section('payment', _l('Payment'), tab(paying.build), Permission.PAYMENTS_MAKE),
        Section('addresses', _l('Addresses'), tab(places.build)),
        Section('users', _l('Users'), tab(people.build), Permission.COMPANY_MANAGE), *last])
    await sections.build()
