"""Tab Company: how the seller knows the company, and whom to ask for a change."""

from __future__ import annotations

from models.core.words import LANGUAGES, _
from services.core import formats
from services.core.permissions import Permission
from services.customers.billing import BillingInput, BillingService
from services.customers.countries import country_name
from services.customers.own import CompanyInput, CompanyService, OwnCompany
from services.invoices.wording import CREDIT_USES, RULES
from services.settings import SettingService
from ui.kernel import design, documents
from ui.kernel.forms import Form
from ui.kernel.view import View


async def build(view: View) -> None:
    """Build the tab."""
    found = await view.do(CompanyService.read)
    settings = await view.do(SettingService.all)
    with design.box('p-grid-2'):
        with design.box('p-stack'):
            if view.actor.may(Permission.COMPANY_MANAGE):
                with design.card(_('Contact')):
                    Form(view, CompanyInput, save=CompanyService.save, values=found, button=_('Save'),
                         said=_('Company saved.'))
            else:
                documents.facts(view, _('Contact'), [
                    (_('Phone'), found.phone or '–'), (_('Website'), found.website or '–')])
            documents.facts(view, _('Company'), facts(found))
        if view.actor.may(Permission.CREDIT_READ):
            documents.facts(view, _('Invoices and payments'), billing(await view.do(BillingService.own)))
        documents.facts(view, _('Your supplier'), [
            (_('Company'), settings['seller.name']), (_('E-mail'), settings['seller.email']),
            (_('Phone'), settings['seller.phone']), (_('Website'), settings['seller.website'])])
        design.words(_('Name, address and terms are kept by your supplier; ask there for a change.'), tag='p',
                     classes='p-soft')


def facts(found: OwnCompany) -> list[tuple[str, str]]:
    """What a company sees of itself."""
    place = ', '.join(part for part in (found.street, f'{found.postcode} {found.city}'.strip(),
                                        country_name(found.country)) if part)
    terms = _('Before delivery') if found.prepayment else _('{days} days').format(days=found.payment_terms_days)
    rows = [(_('Company name'), found.name), (_('Account number'), found.account), (_('VAT number'), found.vat_id),
            (_('Address'), place), (_('Currency'), found.currency), (_('Language'), LANGUAGES.get(found.language, '')),
            (_('Payment terms'), terms), (_('PO number'), _('Needed on every order') if found.po_required else '')]
    if found.credit_limit is not None:
        rows.append((_('Credit limit'), formats.money(found.credit_limit, found.currency)))
    return rows


def billing(found: BillingInput) -> list[tuple[str, str]]:
    """What is agreed about invoices and payments."""
    discount = _('{percent} when paid within {days} days').format(
        percent=formats.percent(found.discount_percent), days=found.discount_days) if found.discount_days else ''
    until = _(' until {day}').format(day=formats.date(found.exempt_until)) if found.exempt_until else ''
    return [(_('Invoices'), str(RULES[found.invoicing])), (_('Invoice e-mail'), found.invoice_email),
            (_('Your reference'), found.buyer_reference), (_('Early-payment discount'), discount),
            (_('Instalments'), found.instalments),
            (_('Credits settle new invoices'), str(CREDIT_USES[found.credit_use])),
            (_('Monthly statement to'), found.statement_email),
            (_('Exempt from VAT'), found.exempt_reason + until if found.exempt_reason else '')]
