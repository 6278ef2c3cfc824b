"""The account in a browser: an Admin keeps his people and addresses, a Buyer only himself."""

from __future__ import annotations

from playwright.sync_api import expect

from models.users import Role
from tests.services.people import mails, membership
from tests.ui.served import Place


def test_an_admin_invites_and_changes_roles(portal: Place) -> None:
    page = portal.visit('mara', '/account?tab=users')
    page.get_by_role('button', name='Invite', exact=True).click()
    dialog = page.get_by_role('dialog')
    dialog.get_by_label('E-mail').fill('new@harbour.test')
    dialog.get_by_label('Role').select_option('buyer')
    dialog.get_by_role('button', name='Send invitation').click()
    expect(page.get_by_text('Invitation sent to new@harbour.test.')).to_be_visible()
    assert [mail.recipient for mail in mails(portal.runtime)] == ['new@harbour.test']

    page.get_by_role('button', name='Actions for Vera').click()
    page.get_by_role('menuitem', name='Change role').click()
    page.get_by_role('dialog').get_by_label('Role').select_option('finance')
    page.get_by_role('dialog').get_by_role('button', name='Change role').click()
    expect(page.get_by_text('Vera is now Finance.')).to_be_visible()
    assert membership(portal.runtime, portal.world.vera).role is Role.FINANCE


def test_the_tab_is_remembered_and_addresses_are_kept(portal: Place) -> None:
    page = portal.visit('mara', '/account')
    page.get_by_role('tab', name='Addresses', exact=True).click()
    page.get_by_role('button', name='Add address').click()
    dialog = page.get_by_role('dialog')
    for label, text in (('Name', 'Site 9'), ('Street', 'Quay 9'), ('City', 'Bremen')):
        dialog.get_by_label(label).fill(text)
    dialog.get_by_role('button', name='Add address').click()
    expect(page.get_by_text('Site 9')).to_be_visible()
    page.get_by_role('button', name='Actions for Site 9').click()
    page.get_by_role('menuitem', name='Retire').click()
    page.get_by_role('dialog').get_by_role('button', name='Retire').click()
    expect(page.get_by_text('Site 9')).to_have_count(0)
    page.get_by_role('tab', name='Addresses', exact=True).focus()
    page.keyboard.press('ArrowLeft')
    expect(page.get_by_role('tab', name='Payment', exact=True)).to_be_focused()
    page.keyboard.press('ArrowLeft')
    expect(page.get_by_role('tab', name='Company', exact=True)).to_be_focused()
    expect(page.get_by_role('heading', name='Your supplier')).to_be_visible()


def test_a_buyer_keeps_himself_and_nothing_else(portal: Place) -> None:
    page = portal.visit('ben', '/account')
    expect(page.get_by_role('tab', name='Profile', exact=True)).to_be_visible()
    expect(page.get_by_role('tab', name='Users', exact=True)).to_have_count(0)
    page.get_by_role('tab', name='Addresses', exact=True).click()
    expect(page.get_by_text('Kai 1').first).to_be_visible()
    expect(page.get_by_role('button', name='Add address')).to_have_count(0)


def test_other_sessions_are_ended_at_once(portal: Place) -> None:
    other = portal.visit('fin', '/account')
    page = portal.visit('fin', '/account?tab=sessions')
    page.get_by_role('button', name='End all others').click()
    page.get_by_role('dialog').get_by_role('button', name='End all others').click()
    other.wait_for_url('**/sign-in**')
    expect(page.get_by_text('This device')).to_be_visible()
