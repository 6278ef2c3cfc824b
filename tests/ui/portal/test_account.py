"""The account in a browser: an Admin keeps his people and addresses, a Buyer only himself."""

from __future__ import annotations

import pyotp
from playwright.sync_api import expect
from sqlmodel import select

from models.users import Role, UserSession
from services.auth.proof import HOLDS
from services.core.actor import SYSTEM
from tests.e2e.test_axe import EVERYTHING, faults
from tests.services.people import give_password, mails, membership
from tests.ui.served import Place
from tests.world import PASSWORD


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


def test_two_step_sign_in_from_setting_up_to_a_recovery_code(portal: Place) -> None:
    email = give_password(portal.runtime, portal.world.ada)
    page = portal.visit('ada', '/account?tab=security')
    page.get_by_role('button', name='Set up').click()
    page.get_by_role('button', name='Set up').click()
    app = pyotp.TOTP(page.locator('.p-auth-key').inner_text().replace(' ', ''))
    found = faults(page, EVERYTHING, where='set-up')
    page.get_by_label('Code').fill(app.now())
    page.get_by_role('button', name='Switch on').click()
    recovery = page.locator('.p-auth-recovery code').all_inner_texts()
    assert found + faults(page, EVERYTHING, where='codes') == []
    with page.expect_download() as saved:
        page.get_by_role('link', name='Download').click()
    assert recovery[0] in saved.value.path().read_text()
    page.get_by_role('link', name='I have kept them').click()
    expect(page.get_by_text('10 recovery codes are left.')).to_be_visible()
    page.context.clear_cookies()
    page.goto(f'{portal.base}/sign-in?next=/orders')
    page.get_by_label('E-mail').fill(email)
    page.get_by_role('textbox', name='Password').fill(PASSWORD)
    page.get_by_role('button', name='Sign in').click()
    page.get_by_label('Code').fill(recovery[0])
    page.get_by_role('button', name='Sign in').click()
    expect(page.get_by_text('9 are left.')).to_be_visible()
    page.get_by_role('link', name='Continue').click()
    expect(page.get_by_role('heading', name='Orders', level=1)).to_be_visible()


def test_a_role_wants_a_recent_password(portal: Place) -> None:
    give_password(portal.runtime, portal.world.mara)
    page = portal.visit('mara', '/account?tab=users')
    with portal.runtime.work(SYSTEM, writes=True) as work:
        for row in work.session.exec(select(UserSession).where(UserSession.user_id == portal.world.mara.user_id)):
            row.reauthenticated_at = row.created_at - HOLDS
    page.get_by_role('button', name='Actions for Fin').click()
    page.get_by_role('menuitem', name='Change role').click()
    page.get_by_role('dialog').get_by_label('Role').select_option('viewer')
    page.get_by_role('dialog').get_by_role('button', name='Change role').click()
    proof = page.get_by_role('dialog', name='Your password')
    proof.get_by_label('Password', exact=True).fill('wrong')
    proof.get_by_role('button', name='Continue').click()
    expect(proof.get_by_text('This is not your password.')).to_be_visible()
    proof.get_by_label('Password', exact=True).fill(PASSWORD)
    proof.get_by_role('button', name='Continue').click()
    expect(page.get_by_text('Fin is now Viewer.')).to_be_visible()
    assert membership(portal.runtime, portal.world.fin).role is Role.VIEWER
