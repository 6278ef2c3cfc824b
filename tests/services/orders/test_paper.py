"""The confirmation on paper: frozen facts, in the reader's language, for readers of the order only."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader
from sqlmodel import select

from models.mail import Mail
from models.users import User
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, NotFound
from services.mail.attachments import RENDERERS
from services.mail.sending import compose
from services.orders.cancelling import CancelService
from services.orders.changing import ChangeService, LineChange
from services.orders.paper import PaperService, order_file
from services.settings import SettingService

pytestmark = pytest.mark.usefixtures('german')


@pytest.fixture
def number(world, place):
    return place(world.ben, ('BOLT-M8', 500), ('LAMP-5', 2), po_number='PO-77', note='Ring twice')


def text_of(data):
    return '\n'.join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).replace('\xa0', ' ')


def test_it_says_what_was_agreed(runtime, world, number, alter):
    alter(world.items['LAMP-5'], name='Renamed', names={'en': 'Renamed'})
    alter(world.harbour, name='Renamed Ltd', street='Elsewhere 1')
    name, data = order_file(runtime.run(world.ben, PaperService.order, number))
    text = text_of(data)
    assert name == f'{number}.pdf'
    for part in (number, 'PO-77', 'Harbour Joinery', 'Kai 1', 'Work lamp', '€35.00', '€170.00', '€9.90', '€34.18',
                 '€214.08', 'On account · 30 days', 'Ring twice', 'DE123456788', 'Germany'):
        assert part in text, part
    assert 'Renamed' not in text


def test_it_speaks_the_readers_language(runtime, world, number):
    paper = runtime.run(replace(world.mara, language='de'), PaperService.order, number)
    assert (paper.language, paper.ship_to[-1]) == ('de', 'Deutschland')
    assert '214,08 €' in text_of(order_file(paper)[1])


def test_dropped_lines_are_left_out_and_ended_orders_say_so(runtime, world, number, order):
    lamp = order(number).lines[1]
    runtime.run(world.sam, ChangeService.apply_agreed, number, {lamp.id: LineChange(quantity=Decimal(0))}, 'Ben')
    paper = runtime.run(world.ben, PaperService.order, number)
    assert [(line.sku, line.quantity, line.net) for line in paper.lines] == [('BOLT-M8', Decimal(500), Decimal(100))]
    runtime.run(world.ben, CancelService.cancel, number, 'No')
    assert runtime.run(world.ben, PaperService.order, number).notes.startswith('This order is cancelled.')


def test_it_says_why_there_is_no_vat(runtime, world, place):
    paper = runtime.run(world.luc, PaperService.order, place(world.luc, ('LAMP-5', 1)))
    assert (paper.tax, paper.notes) == (Decimal(0), 'VAT 0% (intra-community supply)')


def test_only_its_readers_get_it(runtime, world, number):
    for who in (world.ben, world.mara, world.vera, world.fin, world.sam, world.wim):
        assert runtime.run(who, PaperService.order, number).number == number
    for who, given in ((world.luc, number), (world.sam, 'SO-2026-999999')):
        with pytest.raises(NotFound):
            runtime.run(who, PaperService.order, given)
    with pytest.raises(Forbidden):
        runtime.run(world.olga, PaperService.mailed, world.harbour.id)


def test_mails_carry_it_in_the_buyers_language(runtime, world, number, alter):
    from email.headerregistry import Address
    with runtime.work(SYSTEM, writes=True) as work:
        ben = work.session.exec(select(User).where(User.id == world.ben.user_id)).one()
        ben.language = 'de'
        work.session.add(ben)
    with runtime.database.reading() as session:
        mail = session.exec(select(Mail).where(Mail.message == 'order_placed')).one()
    attached, = compose(runtime, mail, sender=Address('Nordwerk', addr_spec='a@b.test')).iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == (f'{number}.pdf', 'application/pdf')
    assert '214,08 €' in text_of(attached.get_content())
    assert 'order' in RENDERERS


def test_the_letterhead_is_the_sellers(runtime, world, number):
    for key, value in (('seller.name', 'Nordwerk Supply'), ('seller.street', 'Hafenweg 1'), ('seller.city', 'Hamburg'),
                       ('seller.iban', 'DE02120300000000202051')):
        runtime.run(SYSTEM, SettingService.put, key, value)
    seller = runtime.run(world.ben, PaperService.order, number).seller
    assert (seller.name, seller.address) == ('Nordwerk Supply', ('Hafenweg 1', 'Hamburg', 'Germany'))
    assert 'IBAN DE02120300000000202051' in seller.foot[1]
