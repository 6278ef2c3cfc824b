"""The catalogue in a browser: sales change an item and customers see it at once."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import expect

from services.catalogue.items import ItemService
from tests.ui.served import Place


def png() -> bytes:
    """A small picture."""
    target = io.BytesIO()
    Image.new('RGB', (60, 40), 'green').save(target, 'PNG')
    return target.getvalue()


def test_pictures_and_documents_reach_the_open_shop_page(office: Place) -> None:
    shop = office.visit('mara', '/shop/i/LAMP-5')
    page = office.visit('sam', '/office/items/LAMP-5?tab=pictures')
    page.get_by_label('Drop pictures here or choose them').set_input_files([
        {'name': f'{n}.png', 'mimeType': 'image/png', 'buffer': png()} for n in (1, 2)])
    expect(page.get_by_role('button', name='Remove picture 2')).to_be_visible()
    page.get_by_role('button', name='Remove picture 1').click()
    expect(page.get_by_text('Picture removed.')).to_be_visible()
    expect(page.get_by_role('button', name='Remove picture 2')).to_have_count(0)
    page.get_by_role('tab', name='Documents').click()
    page.get_by_label('Drop documents here or choose them').set_input_files(
        {'name': 'data_sheet.pdf', 'mimeType': 'application/pdf', 'buffer': b'%PDF-1.4\n%%EOF'})
    link = shop.get_by_role('link', name='data sheet')
    expect(link).to_be_visible()
    assert shop.request.get(office.base + str(link.get_attribute('href'))).headers['content-type'] == 'application/pdf'


def test_a_wrong_check_digit_is_said_at_its_field(office: Place) -> None:
    page = office.visit('sam', '/office/items/GLOVE-9')
    page.get_by_label('EAN').fill('4006381333956')
    page.get_by_role('button', name='Save', exact=True).click()
    expect(page.get_by_text('its check digit does not fit')).to_be_visible()
    page.get_by_label('EAN').fill('4006381333955')
    page.get_by_label('Brand').fill('Handy')
    page.get_by_role('button', name='Save', exact=True).click()
    expect(page.get_by_text('GLOVE-9 saved.')).to_be_visible()
    assert office.runtime.run(office.world.sam, ItemService.read, 'GLOVE-9').item.brand == 'Handy'
    page.get_by_role('button', name='Undo').click()
    expect(page.get_by_label('Brand')).to_have_value('Nordwerk')


def test_many_prices_are_rehearsed_and_changed(office: Place) -> None:
    page = office.visit('sam', '/office/items')
    page.get_by_role('checkbox', name='Select GLOVE-9').check()
    page.get_by_role('button', name='Prices', exact=True).click()
    page.get_by_role('dialog').get_by_label('Change by').fill('10')
    page.get_by_role('button', name='Rehearse').click()
    expect(page.get_by_text('GLOVE-9 €4.90 → €5.39')).to_be_visible()
    page.get_by_role('dialog').last.get_by_role('button', name='Change prices').click()
    expect(page.get_by_text('€5.39')).to_be_visible()
