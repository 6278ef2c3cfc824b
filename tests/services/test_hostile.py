"""What a stranger with an account tries: files that never end, rights of others, filters beyond the calendar."""

from __future__ import annotations

import importlib
import pkgutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from pydantic import BaseModel

import services
from models.users import Role
from services import sheets
from services.auth.signing_in import Credentials, sign_in
from services.carts.service import CartService
from services.core.actor import SYSTEM, Actor
from services.core.errors import Forbidden, Invalid, NotFound
from services.core.listing import ListQuery
from services.core.permissions import READING, ROLES, Permission
from services.core.runtime import Runtime
from services.exports.writing import columns_of
from services.invitations.sending import InvitationService, InviteInput
from services.notifications import NotificationService
from services.orders.reading import DESK, ORDERS, OrderService
from services.views import ViewService
from tests.bell import ring
from tests.world import World

SHEET = 'xl/worksheets/sheet1.xml'
FIRST = '<row r="1"><c r="A1" t="str"><v>SKU</v></c></row>'


def doctored(folder: Path, rows: str, dimension: str = 'A1') -> Path:
    """A workbook whose sheet holds exactly this XML."""
    plain, target = folder / 'plain.xlsx', folder / 'doctored.xlsx'
    Workbook().save(plain)
    sheet = ('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
             f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>')
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(target, 'w') as out:
        for name in source.namelist():
            out.writestr(name, sheet if name == SHEET else source.read(name))
    return target


@pytest.mark.parametrize(('rows', 'dimension'), [
    (FIRST + '<row r="2"><c r="XFD2" t="str"><v>far</v></c></row>', 'A1:XFD1048576'),
    (FIRST + '<row r="9999999"><c r="A9999999" t="str"><v>deep</v></c></row>', 'A1'),
    (FIRST + '<row r="2"><c r="A2"><v>no number</v></c></row>', 'A1')])
def test_workbook_made_to_hurt_is_refused(tmp_path: Path, rows: str, dimension: str) -> None:
    with pytest.raises(Invalid):
        list(sheets.rows_of(doctored(tmp_path, rows, dimension)))


def test_workbook_reads_no_file_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / 'secret').write_text('the secret')
    declared = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{tmp_path}/secret">]>'
    plain = doctored(tmp_path, FIRST.replace('SKU', '&f;'))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(tmp_path / 'xxe.xlsx', 'w') as out:
        for name in source.namelist():
            out.writestr(name, (declared.encode() if name == SHEET else b'') + source.read(name))
    found: list[sheets.Row] = []
    with suppress(Invalid):
        found.extend(sheets.rows_of(tmp_path / 'xxe.xlsx'))
    assert 'the secret' not in str(found)


@pytest.mark.parametrize(('entries', 'size'), [(1_001, 1), (3, 40 * 1024 * 1024)])
def test_workbook_that_unpacks_to_too_much_is_refused_unopened(tmp_path: Path, entries: int, size: int) -> None:
    with zipfile.ZipFile(tmp_path / 'bomb.xlsx', 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for number in range(entries):
            out.writestr(f'{number}.xml', b' ' * size)
    with pytest.raises(Invalid, match='too large'):
        list(sheets.rows_of(tmp_path / 'bomb.xlsx'))


def test_size_a_workbook_claims_costs_nothing(tmp_path: Path) -> None:
    rows = FIRST + '<row r="200000"><c r="A200000" t="str"><v>BOLT-M8</v></c></row>'
    found = sheets.rows_of(doctored(tmp_path, rows, 'A1:XFD1048576'))
    assert [(number, [cell for cell in cells if cell]) for number, cells in found] == [
        (1, ['SKU']), (200000, ['BOLT-M8'])]


@pytest.mark.parametrize('text', ['x' * 2_000_000, '"' * 200_000, 'a;' * 100_000 + 'x' * 200_000])
def test_endless_line_is_a_row_like_others(tmp_path: Path, text: str) -> None:
    assert len(list(sheets.text_rows(text + '\nBOLT-M8 50'))) == 2


def test_csv_with_an_endless_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / 'endless.csv'
    path.write_text('x' * 300_000)
    with pytest.raises(Invalid):
        list(sheets.rows_of(path))


@pytest.mark.parametrize('start', ['\x01', '\u00ad', '\u200e', '\u3000', '\u061c', ''])
@pytest.mark.parametrize('sign', '=+-@＝−﹦')
def test_both_writers_know_every_formula(start: str, sign: str) -> None:
    from services.exports.cells import safe_text
    text = f"{start}{sign}cmd|' /C calc'!A0"
    assert sheets.harmless(text).startswith("'") and safe_text(text).startswith("'")
    assert sheets.unharmed(sheets.harmless(text)) == text


def test_link_of_a_future_colleague_is_for_those_who_may_invite_him(runtime: Runtime, world: World) -> None:
    owner = runtime.run(world.olga, InvitationService.send, InviteInput('new@nordwerk.test', Role.OWNER))
    support = Actor.as_member(user_id=world.sam.user_id or owner.id, name='Sue', role=Role.SUPPORT)
    for person in (world.sam, support):
        for act in (InvitationService.link, InvitationService.revoke, InvitationService.resend):
            with pytest.raises(NotFound):
                runtime.run(person, act, owner.id)
        assert runtime.run(person, InvitationService.page, ListQuery()).rows == []
        assert runtime.run(person, InvitationService.counts) == {}
    assert owner.email not in [row.email for row in runtime.run(world.wim, InvitationService.of_company)]
    assert runtime.run(world.olga, InvitationService.link, owner.id)


def test_who_looks_through_a_customers_eyes_leaves_no_trace_of_his_own(runtime: Runtime, world: World) -> None:
    looking = replace(world.sam, customer_id=world.harbour.id, viewing_as=True, real_user_id=world.sam.user_id,
                      permissions=ROLES[Role.ADMIN] & READING)
    view = runtime.run(world.sam, ViewService.save, DESK.name, 'Mine', query={})
    with runtime.work(SYSTEM, writes=True) as work:
        assert world.sam.user_id is not None
        ring(work, [world.sam.user_id], 'order_confirmed', facts={'number': 'SO-1'}, path='/orders/SO-1')
    (news,) = runtime.run(world.sam, NotificationService.latest)
    assert runtime.run(looking, NotificationService.read, news.id) == '/orders/SO-1'
    assert runtime.run(looking, NotificationService.read_all) == 0
    assert runtime.run(world.sam, NotificationService.unread) == 1
    with pytest.raises(Forbidden):
        runtime.run(looking, ViewService.save, ORDERS.name, 'Theirs', query={})
    with pytest.raises(Forbidden):
        runtime.run(looking, ViewService.delete, str(view))


@pytest.mark.parametrize('filters', [
    {'placed_at': {'from': '0001-01-01'}}, {'placed_at': {'to': '9999-12-31'}}, {'requested_on': {'to': '9999-12-31'}},
    {'gross': {'from': 'NaN', 'to': '1e400'}}, {'status': [{'a': 1}]}, {'status': {'__proto__': 'placed'}},
    {'po_number': {'x': "' OR 1=1 --"}}, {'__proto__': {'x': 1}}, {'placed_at': ['x']}, {'gross': '1;DROP TABLE x'}])
def test_filters_find_or_refuse_but_never_fail(runtime: Runtime, world: World, filters: dict[str, Any]) -> None:
    asked: list[Callable[[], ListQuery]] = [
        lambda: ListQuery(filters=filters), lambda: ListQuery(filters=filters, page=10 ** 9, size=10 ** 9),
        lambda: ListQuery(search='%%%% ' * 1000), lambda: ListQuery(search="\0' OR 1=1 --")]
    for query in asked:
        try:
            assert runtime.run(world.luc, OrderService.list, query()).rows == []
        except Invalid:
            continue


def test_exact_filter_takes_plain_values_only(runtime: Runtime, world: World) -> None:
    assert world.olga.may(Permission.ACTIVITY_READ)
    for value in ({'a': 1}, ['C-10001'], 5):
        with pytest.raises(Invalid):
            runtime.run(world.olga, OrderService.desk, ListQuery(filters={'account': value}))


@pytest.mark.parametrize('text', ['a\0b', '\ud800b'])
def test_text_no_database_keeps_is_refused_in_words(runtime: Runtime, world: World, text: str) -> None:
    for act in (lambda: sign_in(runtime, Credentials(f'{text}@x.test', 'a password')),
                lambda: runtime.run(world.mara, CartService.add, text),
                lambda: runtime.run(world.mara, OrderService.read, text)):
        with pytest.raises((Invalid, NotFound)):
            act()


def test_column_asked_for_often_is_exported_once() -> None:
    assert [column.name for column in columns_of(ORDERS, ListQuery(columns=('gross', 'number') * 400))] == [
        'gross', 'number']


def test_no_input_takes_fields_it_does_not_declare() -> None:
    modules = [name for _finder, name, _is_package in pkgutil.walk_packages(services.__path__, 'services.')]
    for name in modules:
        importlib.import_module(name)
    inputs = [kind for kind in BaseModel.__subclasses__() if kind.__module__.startswith('services.')]
    assert len(inputs) > 10
    assert [kind.__name__ for kind in inputs if kind.model_config.get('extra') != 'forbid'] == []
