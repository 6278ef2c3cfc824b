"""The kind `customers`: companies by account number; a new one with a street gets its addresses from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.types import new_id
from models.core.words import _, _l
from models.customers import Address, AddressKind, CreditPolicy, Customer
from models.pricing import PriceList
from services.core.errors import Invalid
from services.core.permissions import Permission
from services.core.work import Work
from services.customers.countries import checked_vat
from services.imports import values as v
from services.imports.declaring import Field, Kind, Plan, Record, Verdict, Writer
from services.imports.rows import fold, found, insert, update
from services.settings import setting

FIELDS = (
    Field('account', _l('Account number'), v.identifier(40), required=True, aliases=(
        'account', 'customer', 'customer number', 'customer no', 'customer id', 'customer code', 'Kundennummer',
        'Kundennr',
        'Kunde', 'numéro client', 'code client', 'número de cliente', 'código cliente', 'klantnummer', 'klantnr',
        'numer klienta', 'رقم العميل', 'رقم الحساب')),
    Field('name', _l('Company name'), v.text(200), aliases=(
        'name', 'company', 'customer name', 'Firma', 'Kundenname', 'société', 'nom', 'raison sociale', 'empresa',
        'nombre',
        'razón social', 'bedrijf', 'bedrijfsnaam', 'naam', 'nazwa', 'nazwa firmy', 'اسم الشركة', 'الاسم')),
    Field('vat_id', _l('VAT number'), v.text(40), aliases=('vat', 'vat id', 'USt-IdNr', 'USt-ID', 'n° TVA', 'NIF',
        'CIF',
                                                           'btw-nummer', 'NIP', 'الرقم الضريبي')),
    Field('phone', _l('Phone'), v.text(60), aliases=('telephone', 'tel', 'Telefon', 'téléphone', 'teléfono', 'telefoon',
                                                     'الهاتف')),
    Field('website', _l('Website'), v.website, aliases=('url', 'web', 'homepage', 'site web', 'sitio web',
        'strona www')),
    Field('street', _l('Street'), v.text(200), aliases=('address', 'address 1', 'Straße', 'Adresse', 'rue', 'calle',
                                                        'dirección', 'straat', 'adres', 'ulica', 'الشارع', 'العنوان')),
    Field('postcode', _l('Postcode'), v.code(20), aliases=('zip', 'zip code', 'postal code', 'PLZ', 'Postleitzahl',
                                                           'code postal', 'CP', 'código postal', 'kod pocztowy',
                                                           'الرمز البريدي')),
    Field('city', _l('City'), v.text(100), aliases=('town', 'Ort', 'Stadt', 'ville', 'ciudad', 'población', 'plaats',
        'stad',
                                                    'miasto', 'المدينة')),
    Field('country', _l('Country'), v.country, aliases=('Land', 'pays', 'país', 'kraj', 'الدولة', 'البلد')),
    Field('currency', _l('Currency'), v.currency, aliases=('Währung', 'devise', 'moneda', 'divisa', 'valuta', 'waluta',
                                                           'العملة')),
    Field('language', _l('Language'), v.language, aliases=('Sprache', 'langue', 'idioma', 'taal', 'język', 'اللغة')),
    Field('price_list', _l('Price list'), v.code(60), aliases=('price group', 'Preisliste', 'Preisgruppe', 'tarif',
                                                               'tarifa', 'prijslijst', 'cennik', 'قائمة الأسعار')),
    Field('credit_limit', _l('Credit limit'), v.not_negative, numeric=True, aliases=(
        'Kreditlimit', 'plafond', 'encours autorisé', 'límite de crédito', 'kredietlimiet', 'limit kredytowy',
        'حد الائتمان')),
    Field('credit_policy', _l('Above the credit limit'), v.one_of(CreditPolicy)),
    Field('credit_tolerance', _l('Credit tolerance'), v.not_negative, numeric=True),
    Field('overdue_hold_days', _l('Hold orders when overdue for more than'), v.whole(0, 365), numeric=True),
    Field('payment_terms_days', _l('Payment terms'), v.whole(0, 365), numeric=True, aliases=(
        'terms', 'payment days', 'Zahlungsziel', 'délai de paiement', 'plazo de pago', 'betalingstermijn',
        'termin płatności', 'مدة السداد')),
    Field('prepayment', _l('Pays before delivery'), v.flag, aliases=('Vorkasse', 'prépaiement', 'prepago',
                                                                     'vooruitbetaling', 'przedpłata')),
    Field('po_required', _l('Needs a PO number on every order'), v.flag, aliases=('po number required',)),
    Field('restricted_assortment', _l('Sees only its own assortment'), v.flag),
    Field('is_portal_user', _l('Is portal user'), v.flag, aliases=('portal user', 'portal')),
    Field('portal_email', _l('Portal account e-mail'), v.email, aliases=(
        'email', 'e-mail', 'mail', 'E-Mail-Adresse', 'courriel', 'adresse e-mail', 'correo', 'correo electrónico',
        'e-mailadres', 'adres e-mail', 'البريد الإلكتروني')),
    Field('notes', _l('Notes'), v.text(5000), aliases=('note', 'remarks', 'Notizen', 'Bemerkung', 'remarques', 'notas',
                                                       'opmerkingen', 'uwagi', 'ملاحظات')),
)
OWN = tuple(field.name for field in FIELDS if field.name not in ('account', 'price_list'))


class CustomerWriter(Writer):
    """New and changed customers; empty cells change nothing."""

    def key(self, values: dict[str, Any]) -> str | None:
        """The account number."""
        return fold(values['account']) if 'account' in values else None

    def plan(self, work: Work, records: Sequence[Record]) -> Plan:
        """Compare each row with its customer."""
        values = [record.values for record in records]
        there = found(
            work.session,
            Customer.account,
            {one['account'] for one in values if 'account' in one},
            Customer.id,
            Customer.price_list_id,
            *(getattr(Customer, name) for name in OWN),
        )
        lists = found(work.session, PriceList.code, {one['price_list'] for one in values if 'price_list' in one},
                      PriceList.id)
        base = {'currency': setting(work, 'seller.currency'), 'language': setting(work, 'seller.language')}
        plan = Plan()
        fresh: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for record in records:
            row = there.get(self.key(record.values) or '')
            new, reason = _wanted(record, row, lists)
            if reason:
                plan.judge(record.number, Verdict.WRONG, reason)
            elif row is None:
                fresh.append(
                    {**base, **new, 'id': new_id(), 'account': record.values['account'], 'created_at': work.now}
                )
                plan.judge(record.number, Verdict.NEW)
            elif differing := {name: value for name, value in new.items() if getattr(row, name) != value}:
                changed.append({'id': row.id, **differing})
                plan.judge(record.number, Verdict.CHANGED)
            else:
                plan.judge(record.number, Verdict.UNCHANGED)
        plan.write = lambda work: _write(work, fresh, changed)
        return plan


def _wanted(record: Record, row: Any, lists: dict[str, Any]) -> tuple[dict[str, Any], str]:  # noqa: PLR0911  one return a rule
    values = record.values
    new = {name: values[name] for name in OWN if name in values}
    if record.wrong:
        return new, record.wrong
    if row is None and 'name' not in values:
        return new, _('A new customer needs a name.')
    if row is not None and values.get('currency', row.currency) != row.currency:
        return new, _('The currency of a customer cannot be changed by an import.')
    if row is not None and row.is_portal_user and not values.get('is_portal_user', True):
        return new, _('Access to the portal is taken away in the Customer Centre, not by an import.')
    if 'price_list' in values:
        listed = lists.get(fold(values['price_list']))
        if listed is None:
            return new, _('There is no price list {code}.').format(code=values['price_list'])
        new['price_list_id'] = listed.id
    if 'vat_id' in values and (row is None or row.vat_id != values['vat_id']):
        try:
            new['vat_id'] = checked_vat(values['vat_id'], values.get('country', row.country if row else ''))
        except Invalid as invalid:
            return new, f'{values["vat_id"]}: {invalid.message}'
    return new, ''


def _write(work: Work, fresh: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    blank = Customer(account='-', name='-', created_at=work.now).model_dump()
    insert(work.session, Customer, [blank | row for row in fresh])
    insert(work.session, Address, [
        {'id': new_id(), 'customer_id': row['id'], 'kind': kind, 'name': row['name'], 'street': row['street'],
         'postcode': row.get('postcode', ''), 'city': row['city'], 'country': row['country'], 'is_default': True}
        for row in fresh if row.get('street') and row.get('city') and row.get('country') for kind in AddressKind])
    update(work.session, Customer, changed)


def rows(work: Work) -> Iterator[tuple[Any, ...]]:
    """All customers by account number."""
    columns = [PriceList.code.label('price_list') if field.name == 'price_list' else getattr(Customer, field.name)  # type: ignore[attr-defined]
               for field in FIELDS]
    statement = (sa.select(*columns).join(PriceList, col(Customer.price_list_id) == PriceList.id, isouter=True)
                 .order_by(Customer.account))
    for row in work.session.execute(statement.execution_options(yield_per=1000)):
        yield tuple(row)


KIND = Kind(
    'customers', _l('Customers'), _l('Companies by account number, with address, terms and price list.'), 'users',
    FIELDS, CustomerWriter, rows, topics=('office:customers',),
    needs=(Permission.IMPORTS_RUN, Permission.CUSTOMERS_WRITE), reads=(Permission.OFFICE, Permission.CUSTOMERS_READ))
