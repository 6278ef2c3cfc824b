"""Tab Company: how the seller knows the company, and whom to ask for a change."""

from __future__ import annotations

from models.core.words import LANGUAGES, _
from services.core import formats
from services.core.permissions import Permission
from services.customers.countries import country_name
from services.customers.own import CompanyInput, CompanyService, OwnCompany
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
