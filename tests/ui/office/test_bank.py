"""The bank and disputes in a browser: a statement is dropped in, the rest booked by a click; both sides talk live."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.bills import bill
from tests.services.banking.files import Line, camt
from tests.ui.served import Place


def test_a_statement_is_read_in_and_the_rest_booked_by_a_click(office: Place) -> None:
    for place, net in enumerate(('100', '50'), 1):
        bill(office.runtime, office.world.harbour, net, number=f'IN-2026-00070{place}')
    page = office.visit('olga', '/office/bank')
    page.set_input_files('input[type=file]', {
        'name': 'march.xml', 'mimeType': 'application/xml', 'buffer': camt([
            Line('119.00', 'IN-2026-000701', ref='A'), Line('60.00', 'IN-2026-000702', ref='B')])})
    expect(page).to_have_url(re.compile('/office/bank/statements/'))
    page.get_by_role('button', name='Actions for 2 Mar 2026').last.click()
    page.get_by_role('menuitem', name='Open').click()
    page.get_by_role('link', name='Bank', exact=True).first.click()
    expect(page.get_by_text('→ Harbour Joinery · IN-2026-000702').locator('visible=true')).to_have_count(1)
    page.get_by_role('button', name='Actions for 2 Mar 2026').first.click()
    page.get_by_role('menuitem', name='Book as proposed').click()
    expect(page.get_by_text(re.compile('Booked as PA-'))).to_be_visible()
    expect(page.get_by_text('→ Harbour Joinery · IN-2026-000702').locator('visible=true')).to_have_count(0)


def test_what_is_no_statement_is_refused_in_words_each_time(office: Place, tmp_path: Path) -> None:
    page = office.visit('olga', '/office/bank')
    (tmp_path / 'x.xml').write_text('<x/>')
    for times in (1, 2):
        page.set_input_files('input[type=file]', tmp_path / 'x.xml')
        said = page.get_by_role('alert').filter(has_text='not a bank statement in the form CAMT.053')
        expect(said).to_be_visible()
        expect(said.locator('.q-notification__badge')).to_have_count(times - 1)


def test_a_dispute_is_talked_about_and_upheld(office: Place) -> None:
    bill(office.runtime, office.world.harbour, '100', number='IN-2026-000703')
    theirs = office.visit('fin', '/invoices/IN-2026-000703?act=dispute')
    theirs.get_by_role('dialog').get_by_label('Please tell us more').fill('It came broken')
    theirs.get_by_role('dialog').get_by_role('button', name='Dispute').click()
    expect(theirs.get_by_text('In dispute', exact=True)).to_be_visible()
    ours = office.visit('sam', '/office/disputes')
    ours.get_by_role('link', name='IN-2026-000703').click()
    ours.get_by_label('Message').fill('Which part?')
    ours.get_by_role('button', name='Send').click()
    expect(theirs.get_by_role('listitem').filter(has_text='Which part?').first).to_be_visible()
    expect(ours.get_by_role('button', name='Write credit note', exact=True)).to_have_count(0)
    ours.get_by_role('button', name='Uphold the invoice').click()
    ours.get_by_role('dialog').get_by_label('Reason').fill('As ordered')
    ours.get_by_role('dialog').get_by_role('button', name='Uphold').click()
    expect(theirs.get_by_text('Upheld')).to_be_visible()
    expect(theirs.get_by_role('button', name='Dispute')).to_be_visible()
