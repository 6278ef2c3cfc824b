"""The module of the shipping desk."""

from __future__ import annotations

from models.core.words import _l
from services.core.permissions import Permission
from services.shipments.reading import ShipmentService
from ui.kernel.module import Group, Module

module = Module('office_shipments', _l('Shipments desk'), icon='truck', group=Group.FULFIL, needs=Permission.OFFICE,
                keywords=_l('pick, pack, ship, parcels, tracking, deliveries, carrier, work queue'),
                waiting=ShipmentService.count_in_house, topics=('office:shipments',))
