"""The one registration of modules, in menu order; a new module is one word here."""

from __future__ import annotations

import functools
import importlib

from ui.kernel.module import Module

PORTAL = ('dashboard', 'inbox', 'shop', 'order_pad', 'cart', 'checkout', 'orders', 'shipments', 'backorders',
          'invoices', 'payments', 'credit_notes', 'statement', 'account', 'notifications')
OFFICE = ('dashboard', 'orders', 'shipments', 'backorders', 'invoices', 'credit_notes', 'payments', 'bank', 'disputes',
          'statements', 'customers', 'portal_links', 'access_requests', 'stock', 'price_lists', 'promotions', 'items',
          'categories', 'activity', 'reminders', 'imports', 'outbox', 'people', 'settings')


@functools.cache
def modules() -> tuple[Module, ...]:
    """All modules of both sides, in menu order."""
    names = [f'ui.portal.{name}' for name in PORTAL] + [f'ui.office.{name}' for name in OFFICE]
    return tuple(importlib.import_module(name).module for name in names)
