"""Rights: one enum, and one table that says which role has which; menus, buttons, API and tests read the same."""

from __future__ import annotations

from enum import StrEnum

from models.users import Role


class Permission(StrEnum):
    """What a person may do, as `things.verb`; a name used nowhere in the table below is nobody's."""

    ANYONE = 'anyone'
    SIGNED_IN = 'signed_in'
    SYSTEM = 'system'

    CATALOGUE_READ = 'catalogue.read'
    PRICES_READ = 'prices.read'
    CART_USE = 'cart.use'
    ORDERS_READ = 'orders.read'
    ORDERS_READ_COMPANY = 'orders.read_company'
    ORDERS_PLACE = 'orders.place'
    ORDERS_CANCEL = 'orders.cancel'
    CREDIT_READ = 'credit.read'
    INVOICES_READ = 'invoices.read'
    PAYMENTS_READ = 'payments.read'
    PAYMENTS_MAKE = 'payments.make'
    COMPANY_MANAGE = 'company.manage'
    ADDRESSES_WRITE = 'addresses.write'
    VIEWS_SHARE = 'views.share'

    OFFICE = 'office'
    ORDERS_CONFIRM = 'orders.confirm'
    CUSTOMERS_READ = 'customers.read'
    CUSTOMERS_WRITE = 'customers.write'
    CUSTOMERS_INVITE = 'customers.invite'
    CUSTOMERS_VIEW_AS = 'customers.view_as'
    ITEMS_READ = 'items.read'
    ITEMS_WRITE = 'items.write'
    PRICE_LISTS_READ = 'price_lists.read'
    PRICE_LISTS_WRITE = 'price_lists.write'
    STOCK_READ = 'stock.read'
    STOCK_WRITE = 'stock.write'
    SHIPMENTS_WRITE = 'shipments.write'
    INVOICES_WRITE = 'invoices.write'
    PAYMENTS_WRITE = 'payments.write'
    DISPUTES_ANSWER = 'disputes.answer'
    CREDIT_OVERRIDE = 'credit.override'
    JOBS_RUN = 'jobs.run'
    IMPORTS_RUN = 'imports.run'
    ACTIVITY_READ = 'activity.read'
    OUTBOX_READ = 'outbox.read'
    SETTINGS_WRITE = 'settings.write'
    BACKUPS_TAKE = 'backups.take'


P = Permission
_SHOP = {P.SIGNED_IN, P.CATALOGUE_READ, P.PRICES_READ}
_BUY = _SHOP | {P.CART_USE, P.ORDERS_READ, P.ORDERS_PLACE, P.ORDERS_CANCEL, P.PAYMENTS_READ}
_DESK = {P.SIGNED_IN, P.OFFICE, P.CATALOGUE_READ, P.PRICES_READ, P.ORDERS_READ, P.ORDERS_READ_COMPANY,
         P.CUSTOMERS_READ, P.ITEMS_READ, P.STOCK_READ, P.CREDIT_READ, P.INVOICES_READ,
         P.PAYMENTS_READ}
_BOOKS = {P.INVOICES_WRITE, P.PAYMENTS_WRITE, P.DISPUTES_ANSWER, P.CREDIT_OVERRIDE}
_SELL = _DESK | {P.ORDERS_CONFIRM, P.ORDERS_CANCEL, P.CUSTOMERS_WRITE, P.CUSTOMERS_INVITE, P.CUSTOMERS_VIEW_AS,
                 P.ITEMS_WRITE, P.PRICE_LISTS_READ, P.PRICE_LISTS_WRITE, P.IMPORTS_RUN, P.ACTIVITY_READ, P.VIEWS_SHARE}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(_BUY | {P.ORDERS_READ_COMPANY, P.CREDIT_READ, P.COMPANY_MANAGE, P.ADDRESSES_WRITE,
                                  P.VIEWS_SHARE, P.INVOICES_READ, P.PAYMENTS_MAKE}),
    Role.BUYER: frozenset(_BUY),
    Role.VIEWER: frozenset(_SHOP | {P.ORDERS_READ, P.ORDERS_READ_COMPANY}),
    Role.FINANCE: frozenset(_SHOP | {P.ORDERS_READ, P.ORDERS_READ_COMPANY, P.CREDIT_READ, P.INVOICES_READ,
                                    P.PAYMENTS_READ, P.PAYMENTS_MAKE}),
    Role.APPROVER: frozenset(_SHOP | {P.ORDERS_READ, P.ORDERS_READ_COMPANY}),
    Role.OWNER: frozenset(_SELL | _BOOKS | {P.STOCK_WRITE, P.SHIPMENTS_WRITE, P.OUTBOX_READ, P.SETTINGS_WRITE,
                                            P.JOBS_RUN, P.BACKUPS_TAKE}),
    Role.SALES: frozenset(_SELL | {P.DISPUTES_ANSWER}),
    Role.OFFICE_FINANCE: frozenset(_DESK | _BOOKS | {P.PRICE_LISTS_READ, P.ACTIVITY_READ, P.JOBS_RUN}),
    Role.WAREHOUSE: frozenset(_DESK | {P.STOCK_WRITE, P.SHIPMENTS_WRITE, P.IMPORTS_RUN}),
    Role.SUPPORT: frozenset(_DESK | {P.CUSTOMERS_INVITE, P.CUSTOMERS_VIEW_AS, P.ACTIVITY_READ}),
}

READING = frozenset(p for p in Permission if p.value.endswith(('.read', '.read_company'))) | {P.SIGNED_IN}
"""What is left of a member of staff's rights while he views the portal as a customer: looking, nothing else."""
