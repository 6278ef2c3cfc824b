"""The Customer Centre in a browser: invite as the product says, look as the customer, block."""

from __future__ import annotations

from playwright.sync_api import expect

from services.customers import CustomerService
from services.customers.inputs import CustomerInput
from tests.services.people import actions, mails
from tests.ui.served import Place


def test_a_customer_is_found_opened_and_invited(office: Place) -> None:
    account = office.runtime.run(office.world.sam, CustomerService.create, CustomerInput(name='Kystbyg', country='DK'))
    page = office.visit('sam', '/office/customers')
    expect(page.get_by_role('heading', level=1, name='Customer Centre', exact=True)).to_be_visible()
    page.get_by_role('searchbox', name='Search this list').fill('kyst')
    expect(page.get_by_role('row')).to_have_count(2)
    page.get_by_role('row').filter(has_text='Kystbyg').click(button='right')
    page.get_by_role('menuitem', name='Open').click()
    page.get_by_role('tab', name='Portal', exact=True).click()
    page.get_by_role('checkbox', name='Is portal user', exact=True).check()
    page.get_by_role('textbox', name='Portal account e-mail', exact=True).fill('post@kystbyg.test')
    page.get_by_role('button', name='Options', exact=True).click()
    page.get_by_role('menuitem', name='Send portal invitation', exact=True).click()
    expect(page.get_by_text('Invitation sent to post@kystbyg.test.')).to_be_visible()
    assert [mail.recipient for mail in mails(office.runtime)] == ['post@kystbyg.test']
    assert office.runtime.run(office.world.sam, CustomerService.read, account).customer.is_portal_user

    page.get_by_role('button', name='Options', exact=True).click()
    page.get_by_role('menuitem', name='Copy link', exact=True).click()
    expect(page.get_by_text('The link is copied.')).to_be_visible()
    link = page.evaluate('navigator.clipboard.readText()')
    assert '/invite/' in link and link in mails(office.runtime)[0].plain

    links = office.visit('sam', '/office/portal-links')
    expect(links.get_by_role('row').filter(has_text='post@kystbyg.test')).to_contain_text('Sent')


def test_a_bad_address_is_said_at_the_field_and_nothing_is_sent(office: Place) -> None:
    before = len(mails(office.runtime))
    page = office.visit('sam', '/office/customers/C-10002?tab=portal')
    page.get_by_role('textbox', name='Portal account e-mail', exact=True).fill('nobody')
    page.get_by_role('button', name='Options', exact=True).click()
    page.get_by_role('menuitem', name='Send portal invitation', exact=True).click()
    expect(page.get_by_text('This is not an e-mail address.')).to_be_visible()
    assert len(mails(office.runtime)) == before


def test_the_portal_is_viewed_as_the_customer_without_changing_anything(office: Place) -> None:
    page = office.visit('sam', '/office/customers')
    page.get_by_role('row').filter(has_text='Atelier Bois').click(button='right')
    page.get_by_role('menuitem', name='View portal as customer').click()
    expect(page.get_by_text('You see the portal as Atelier Bois sees it.')).to_be_visible()
    page.goto(office.base + '/account?tab=addresses')
    expect(page.get_by_role('tab', name='Addresses', exact=True)).to_have_attribute('aria-selected', 'true')
    expect(page.get_by_text('Rue 2').first).to_be_visible()
    expect(page.get_by_role('button', name='Add address')).to_have_count(0)
    page.get_by_role('button', name='Back to the office').click()
    expect(page.get_by_role('heading', level=1, name='C-10002')).to_be_visible()
    assert [name for name in actions(office.runtime) if 'view' in name] == ['customer.viewed_as', 'customer.view_left']


def test_blocking_asks_for_a_reason_and_ends_open_pages(office: Place) -> None:
    luc = office.visit('luc', '/account')
    page = office.visit('sam', '/office/customers/C-10002')
    page.get_by_role('button', name='Block portal access').click()
    dialog = page.get_by_role('dialog')
    dialog.get_by_role('button', name='Block portal access').click()
    expect(dialog.get_by_text('Please fill this in.')).to_be_visible()
    dialog.get_by_label('Reason').fill('Unpaid')
    dialog.get_by_role('button', name='Block portal access').click()
    expect(page.get_by_text('Blocked: Unpaid')).to_be_visible()
    luc.wait_for_url('**/sign-in**')
    page.get_by_role('button', name='Unblock portal access').click()
    expect(page.get_by_text('Blocked: Unpaid')).to_have_count(0)
