"""Settings: what the seller decides about his company, looks, sign-in, orders, taxes, delivery and warehouses."""

from ui.office.settings.index import module

__all__ = ['module']
