"""The kind `sales-history`: its columns, and the lines it exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import _l
from models.customers import Customer
from models.invoices import Invoice, InvoiceKind, InvoiceLine
from services.core.permissions import Permission
from services.core.work import Work
from services.imports import values as v
from services.imports.declaring import Field, Kind
from services.imports.kinds.invoices import SOURCE, HistoryWriter
from services.settings import setting

FIELDS = (
    Field('invoice', _l('Invoice'), v.identifier(36), required=True, aliases=(
        'invoice number', 'invoice no', 'bill', 'document', 'order', 'order number', 'Rechnungsnummer', 'Rechnungsnr',
        'Belegnummer', 'Beleg', 'facture', 'numéro de facture', 'n° facture', 'número de factura', 'factura',
        'factuurnummer', 'factuur', 'numer faktury', 'faktura', 'رقم الفاتورة', 'الفاتورة')),
    Field('sku', _l('SKU'), v.identifier(60), required=True, aliases=(
        'stock code', 'item code', 'item', 'item number', 'item no', 'article', 'article number', 'product code',
        'Artikelnummer', 'Artikelnr', 'Artikel', 'référence', 'code article', 'referencia', 'código', 'artikelcode',
        'indeks', 'kod produktu', 'رقم الصنف', 'رمز الصنف')),
    Field('description', _l('Description'), v.text(300), aliases=(
        'name', 'item name', 'product', 'text', 'Bezeichnung', 'Beschreibung', 'Artikelbezeichnung', 'désignation',
        'descripción', 'omschrijving', 'opis', 'nazwa', 'الوصف', 'البيان')),
    Field('quantity', _l('Quantity'), v.number, required=True, numeric=True, aliases=(
        'qty', 'pieces', 'pcs', 'Menge', 'Anzahl', 'Stück', 'quantité', 'qté', 'cantidad', 'aantal', 'ilość',
        'الكمية')),
    Field('date', _l('Date'), v.moment, required=True, dated=True, aliases=(
        'invoice date', 'document date', 'Rechnungsdatum', 'Datum', 'Belegdatum', 'date de facture', 'fecha',
        'fecha de factura', 'factuurdatum', 'data faktury', 'data', 'التاريخ', 'تاريخ الفاتورة')),
    Field('price', _l('Unit price'), v.number, required=True, numeric=True, aliases=(
        'price', 'net price', 'Preis', 'Einzelpreis', 'Stückpreis', 'prix', 'prix unitaire', 'precio',
        'precio unitario', 'prijs', 'stukprijs', 'cena', 'cena jednostkowa', 'السعر', 'سعر الوحدة')),
    Field('customer', _l('Customer'), v.identifier(40), required=True, may_be_empty=True, aliases=(
        'customer id', 'customer number', 'customer no', 'account', 'account number', 'Kunde', 'Kundennummer',
        'Kundennr', 'client', 'numéro client', 'code client', 'cliente', 'código cliente', 'klant', 'klantnummer',
        'klient', 'numer klienta', 'العميل', 'رقم العميل')),
    Field('customer_name', _l('Customer name'), v.text(200), aliases=(
        'company', 'company name', 'Kundenname', 'Firma', 'nom du client', 'nombre del cliente', 'klantnaam',
        'nazwa klienta', 'اسم العميل')),
    Field('country', _l('Country'), v.country, aliases=('Land', 'pays', 'país', 'kraj', 'الدولة', 'البلد')),
    Field('tax_rate', _l('VAT %'), v.not_negative, numeric=True, aliases=(
        'vat', 'tax', 'tax rate', 'MwSt', 'USt', 'TVA', 'IVA', 'btw', 'stawka VAT', 'الضريبة')),
)


def rows(work: Work) -> Iterator[tuple[Any, ...]]:
    """The lines of imported history as they stood in its file: invoices, oldest first, then credit notes."""
    zone = ZoneInfo(setting(work, 'seller.time_zone'))
    yield from _lines(work, InvoiceKind.INVOICE, zone, sign=1)
    yield from _lines(work, InvoiceKind.CREDIT_NOTE, zone, sign=-1)


def _lines(work: Work, kind: InvoiceKind, zone: ZoneInfo, *, sign: int) -> Iterator[tuple[Any, ...]]:
    line = InvoiceLine
    statement = (
        sa.select(col(Invoice.number), col(line.sku), col(line.name), col(line.quantity), col(Invoice.issued_at),
                  col(line.unit_price), col(Customer.account), col(Customer.name), col(Customer.country),
                  col(line.tax_rate))
        .join(Invoice, col(line.invoice_id) == Invoice.id).join(Customer, col(Invoice.customer_id) == Customer.id)
        .where(col(Invoice.source) == SOURCE, col(Invoice.kind) == kind)
        .order_by(col(Invoice.issued_at), col(Invoice.number), col(line.position)))
    for number, sku, name, quantity, issued, price, account, company, country, rate in work.session.execute(
            statement.execution_options(yield_per=2000)):
        yield (number, sku, name, sign * quantity, issued.astimezone(zone).isoformat(' '), price, account, company,
               country, rate)


KIND = Kind(
    'sales-history',
    _l('Sales history'),
    _l(
        'Invoice lines of the past: makes customers, items, prices, completed orders, invoices and credit notes.'
    ),
    'history',
    FIELDS,
    HistoryWriter,
    rows,
    topics=('catalogue', 'prices', 'office:orders', 'office:customers', 'office:invoices'),
    chunk=5_000,
    surveyed=True,
    has_currency=True,
    has_paid=True,
    needs=(Permission.IMPORTS_RUN, Permission.ITEMS_WRITE, Permission.CUSTOMERS_WRITE, Permission.ORDERS_CONFIRM),
    reads=(Permission.OFFICE, Permission.ORDERS_READ),
)
