"""Modules as the tests of the shell need them: a list with documents, a form, a slow, a broken and a closed one."""

from __future__ import annotations

import asyncio

from nicegui import ui

from models.core.words import _l
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.notifications import NotificationService
from ui.kernel import design
from ui.kernel.module import Group, Module
from ui.kernel.view import View
from ui.office import dashboard as office_dashboard
from ui.portal import dashboard, notifications

shop = Module('shop', _l('Shop'), icon='store', group=Group.BUY,
              needs=Permission.CATALOGUE_READ, keywords=_l('catalogue, products, buy'))
cart = Module('cart', _l('Cart'), icon='shopping-cart', group=Group.BUY, keywords=_l('basket, trolley'))
orders = Module('orders', _l('Orders'), icon='package', group=Group.ORDERS, keywords=_l('purchases, history'),
                needs=Permission.ORDERS_READ, waiting=NotificationService.unread, topics=('person:{user_id}',))
invoices = Module('invoices', _l('Invoices'), icon='receipt-text', group=Group.BILLING, keywords=_l('bill, debt'),
                  alert=True)
form = Module('form', _l('Form'), icon='pencil', group=Group.HELP, keywords=_l('note'))
slow = Module('slow', _l('Slow'), icon='clock', group=Group.HELP)
broken = Module('broken', _l('Broken'), icon='zap', group=Group.HELP)
closed = Module('closed', _l('Closed'), icon='lock', group=Group.COMPANY, needs=Permission.COMPANY_MANAGE)


@shop.view('/shop')
@cart.view('/cart')
@invoices.view('/invoices')
@closed.view('/closed')
async def plain(view: View) -> None:
    """A head and enough below it to scroll."""
    with design.head(view):
        design.button('Refuse', refuse, main=True)
        design.button('Fail', fail)
        design.button('Done', lambda: view.say('It is done', undo=lambda: view.say('It is undone')))
    for number in range(60):
        design.words(f'line {number}', tag='p')


def refuse() -> None:
    """Raise a refusal."""
    raise Conflict('This order has been shipped already.')


async def fail() -> None:
    """Raise a fault."""
    raise ZeroDivisionError('secret')


@orders.view('/orders')
async def order_list(view: View) -> None:
    """Links to documents, and a filter that is kept."""
    with design.head(view):
        pass
    ui.label(f'status {view.query.get("status", "any")}')
    view.keep('filter', ui.input('Filter'))
    for number in range(1, 13):
        design.link(f'SO-{number}', f'/orders/SO-{number}')


@orders.view('/orders/{number}')
async def document(view: View, number: str) -> None:
    """A document whose count follows its topic."""
    if number == 'SO-99':
        raise NotFound('There is no such order.')
    with design.head(view, number, chip_text='Confirmed', tone='ok'):
        pass
    seen = ui.label('read 1')

    async def look() -> None:
        seen.text = f'read {await view.do(NotificationService.unread)}'
    view.on(f'person:{view.actor.user_id}', look)


@form.view('/form', narrow=True)
async def note(view: View) -> None:
    """A form that is dirty while something is typed."""
    with design.head(view):
        design.button('Save', lambda: save(view), main=True)
    field = view.keep('note', ui.input('Note'))
    field.on_value_change(lambda event: setattr(view, 'dirty', bool(event.value)))
    error = ui.label('')

    def refused(problem: Exception) -> bool:
        error.text = f'at the field: {problem}'
        return True
    view.refusals.append(refused)


def save(view: View) -> None:
    """Refuse the note."""
    raise Invalid('Too short.', field='note')


@slow.view('/slow')
async def late(view: View) -> None:
    """Take two seconds."""
    await asyncio.sleep(2)
    with design.head(view):
        pass


@broken.view('/broken')
async def fault(view: View) -> None:
    """Fail."""
    raise ZeroDivisionError('secret')


MODULES = (dashboard.module, shop, cart, orders, invoices, form, slow, broken, closed, notifications.module,
           office_dashboard.module)
