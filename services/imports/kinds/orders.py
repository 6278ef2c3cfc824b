"""The kind `orders`: order lines of another system, or of an export; an order comes in whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _l
from models.customers import Customer
from models.orders import Order, OrderLine, OrderStatus, PaymentMethod
from services.core.permissions import Permission
from services.core.work import Work
from services.imports import values as v
from services.imports.declaring import Field, Kind
from services.imports.kinds.order_writer import OrderWriter
from services.settings import setting

FIELDS = (
    Field('number', _l('Order number'), v.identifier(40), required=True, aliases=(
        'order', 'order no', 'Auftragsnummer', 'Bestellnummer', 'Auftrag', 'numéro de commande', 'commande',
        'número de pedido', 'pedido', 'ordernummer', 'bestelnummer', 'numer zamówienia', 'zamówienie', 'رقم الطلب')),
    Field('customer', _l('Customer'), v.code(40), required=True, aliases=(
        'account', 'account number', 'customer number', 'customer id', 'Kunde', 'Kundennummer', 'client',
        'numéro client',
        'cliente', 'klant', 'klantnummer', 'klient', 'العميل', 'رقم العميل')),
    Field('placed_at', _l('Placed'), v.moment, required=True, dated=True, aliases=(
        'date', 'order date', 'Datum', 'Auftragsdatum', 'Bestelldatum', 'date de commande', 'fecha', 'fecha de pedido',
        'datum order', 'besteldatum', 'data', 'data zamówienia', 'التاريخ', 'تاريخ الطلب')),
    Field('status', _l('Status'), v.one_of(OrderStatus), aliases=('state', 'Stand', 'statut', 'estado', 'stan',
        'الحالة')),
    Field('currency', _l('Currency'), v.currency, aliases=('Währung', 'devise', 'moneda', 'valuta', 'waluta',
        'العملة')),
    Field('po_number', _l('PO number'), v.text(60), aliases=('po', 'purchase order', 'reference', 'Bestellzeichen')),
    Field('requested_on', _l('Requested for'), v.date, dated=True, aliases=('requested date', 'delivery date',
                                                                           'Wunschtermin', 'Liefertermin')),
    Field('placed_by', _l('Placed by'), v.text(200), aliases=('ordered by', 'contact')),
    Field('source', _l('Source'), v.text(20)),
    Field('payment_method', _l('Payment'), v.one_of(PaymentMethod)),
    Field('payment_terms_days', _l('Payment terms'), v.whole(0, 365), numeric=True),
    Field('note', _l('Note'), v.text(5000), aliases=('order note', 'remarks')),
    Field('ship_name', _l('Ship to'), v.text(200), aliases=('delivery name', 'Lieferadresse Name')),
    Field('ship_street', _l('Ship to: street'), v.text(200), aliases=('delivery street', 'shipping address')),
    Field('ship_postcode', _l('Ship to: postcode'), v.code(20), aliases=('delivery postcode',)),
    Field('ship_city', _l('Ship to: city'), v.text(100), aliases=('delivery city',)),
    Field('ship_country', _l('Ship to: country'), v.country, aliases=('delivery country',)),
    Field('shipping_code', _l('Shipping method'), v.text(40), aliases=('Versandart',)),
    Field('shipping_name', _l('Shipping method, in words'), v.text(120)),
    Field('shipping_net', _l('Shipping cost'), v.not_negative, numeric=True, aliases=('freight', 'shipping', 'Fracht')),
    Field('shipping_tax_rate', _l('VAT % on shipping'), v.not_negative, numeric=True),
    Field('shipping_tax_category', _l('VAT category of shipping'), v.text(2)),
    Field('sku', _l('SKU'), v.code(60), required=True, aliases=(
        'stock code', 'item code', 'item', 'item number', 'item no', 'article', 'article number', 'product code',
        'Artikelnummer', 'Artikelnr', 'Artikel', 'référence', 'code article', 'referencia', 'código', 'artikelcode',
        'indeks', 'kod produktu', 'رقم الصنف', 'رمز الصنف')),
    Field('name', _l('Description'), v.text(300), aliases=('item name', 'description', 'Bezeichnung', 'désignation',
                                                           'descripción', 'omschrijving', 'opis', 'الوصف')),
    Field('own_number', _l('Customer part number'), v.text(80)),
    Field('unit', _l('Unit'), v.text(12), aliases=('uom', 'Einheit', 'unité', 'unidad', 'eenheid', 'jednostka')),
    Field('ordered', _l('Ordered'), v.positive, required=True, numeric=True, aliases=(
        'quantity', 'qty', 'Menge', 'bestellt', 'quantité', 'cantidad', 'aantal', 'ilość', 'الكمية')),
    Field('shipped', _l('Shipped'), v.not_negative, numeric=True, aliases=('delivered', 'geliefert', 'livré')),
    Field('cancelled', _l('Cancelled'), v.not_negative, numeric=True, aliases=('storniert', 'annulé')),
    Field('unit_price', _l('Unit price'), v.not_negative, required=True, numeric=True, aliases=(
        'price', 'net price', 'Preis', 'Einzelpreis', 'prix', 'prix unitaire', 'precio', 'precio unitario', 'prijs',
        'cena', 'السعر')),
    Field('tax_category', _l('VAT category'), v.text(2)),
    Field('tax_rate', _l('VAT %'), v.not_negative, numeric=True, aliases=('vat', 'tax', 'MwSt', 'USt', 'TVA', 'IVA',
        'btw')),
    Field('line_net', _l('Net'), v.not_negative, numeric=True, aliases=('net amount', 'line total')),
    Field('line_note', _l('Note of the line'), v.text(300)),
)
_OF_ORDER = ('number', 'placed_at', 'status', 'currency', 'po_number', 'requested_on', 'source', 'payment_method',
             'payment_terms_days', 'note', 'shipping_code', 'shipping_name', 'shipping_net', 'shipping_tax_rate',
             'shipping_tax_category')
_OF_LINE = ('sku', 'name', 'own_number', 'unit', 'ordered', 'shipped', 'cancelled', 'unit_price', 'tax_category',
'tax_rate')


def rows(work: Work) -> Iterator[tuple[Any, ...]]:
    """The lines of all orders, oldest order first."""
    zone = ZoneInfo(setting(work, 'seller.time_zone'))
    columns: list[Any] = [
        *(getattr(Order, name) for name in _OF_ORDER),
        *(getattr(OrderLine, name) for name in _OF_LINE),
    ]
    columns += [col(Customer.account).label('customer'), col(Order.placed_by_name).label('placed_by'), Order.ship_to,
                col(OrderLine.net).label('line_net'), col(OrderLine.note).label('line_note')]
    statement = (
        sa.select(*columns)
        .join(OrderLine, col(OrderLine.order_id) == Order.id).join(Customer, col(Order.customer_id) == Customer.id)
        .order_by(col(Order.placed_at), col(Order.number), col(OrderLine.position)))
    for row in work.session.execute(statement.execution_options(yield_per=1000)):
        cells = row._asdict() | {f'ship_{part}': value for part, value in row.ship_to.items()}
        cells['placed_at'] = row.placed_at.astimezone(zone).isoformat(' ')
        yield tuple(cells.get(field.name) for field in FIELDS)


KIND = Kind(
    'orders', _l('Orders'), _l('Order lines, one row each; rows with the same number are one order.'), 'shopping-bag',
    FIELDS, OrderWriter, rows, topics=('office:orders', 'office:customers'), surveyed=True, has_currency=True,
    needs=(Permission.IMPORTS_RUN, Permission.ORDERS_CONFIRM), reads=(Permission.OFFICE, Permission.ORDERS_READ))
