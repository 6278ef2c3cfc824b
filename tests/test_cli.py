"""The command line as its user meets it: in processes of its own."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import app
from models.users import Role
from services.cli import line
from services.cli.accounts import Account
from services.core.config import Config
from services.start import claim
from tests.commands import ROOT, Commands, Done

PASSWORD = 'seven quiet lanterns\n'
Portico = Callable[..., Done]


@pytest.fixture
def portico(tmp_path: Path, commands: Commands) -> Portico:
    """Runs commands over a data folder of their own."""
    def run(*arguments: str, given: str = '') -> Done:
        return commands.run(arguments, tmp_path, given=given, PORTICO_DATA_DIR=str(tmp_path / 'data'))
    return run


@pytest.fixture
def begun(portico: Portico) -> Portico:
    """The same over an empty company with its owner."""
    done = portico('init', '--company', 'Nordwerk', '--email', 'olga@nordwerk.test', given=PASSWORD)
    assert done.returncode == 0, done.stderr
    return portico


def refused(done: Done, *words: str) -> bool:
    said = done.stderr.strip().splitlines()
    return done.returncode != 0 and len(said) == 1 and all(word in said[0] for word in words)


@pytest.mark.parametrize('command', ['serve', 'init', 'demo', 'import', 'export', 'backup', 'restore', 'migrate',
                                     'doctor', 'check', 'user', 'verify-backup', 'resume', 'rotate-secret'])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    known = [line.Command('serve', 'Serve Portico.', lambda a, c: None), *line.found()]
    with pytest.raises(SystemExit) as ended:
        line.main([command, '--help'], known, default='serve')
    assert ended.value.code == 0
    assert command in capsys.readouterr().out


def test_init_makes_an_installation_in_order(begun: Portico) -> None:
    assert begun('doctor').returncode == 0
    assert begun('check').returncode == 0
    assert 'olga@nordwerk.test' in begun('user', 'list').stdout


def test_init_takes_currency_and_time_from_the_country(portico: Portico, tmp_path: Path) -> None:
    done = portico('init', '--company', 'Albion', '--email', 'ann@albion.test', '--country', 'gb', given=PASSWORD)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / 'data' / 'portico.sqlite')) as database:
        found = dict(database.execute("select key, json_extract(value, '$.value') from setting"))
        lists = database.execute('select currency from price_list').fetchall()
    assert (found['seller.country'], found['seller.currency'], found['seller.time_zone']) == (
        'GB', 'GBP', 'Europe/London')
    assert lists == [('GBP',)]
    for wrong in (('--country', 'UK'), ('--currency', 'XYZ')):
        assert 'must be' in portico('init', '--company', 'X', '--email', 'x@x.test', *wrong, given=PASSWORD).stderr


def test_import_twice_and_export(begun: Portico, tmp_path: Path) -> None:
    (tmp_path / 'sales.csv').write_text('Invoice;SKU;Description;Quantity;Date;Price;Customer;Country\n'
                                        '1001;A-1;Kettle;3;2026-01-05;12.50;C-1;France\n'
                                        '1002;A-1;Kettle;1;2026-01-06;12.50;;France\n')
    first = begun('import', 'sales-history', 'sales.csv', '--currency', 'EUR')
    assert first.returncode == 0, first.stderr
    assert '2 rows were: 1 new' in first.stdout
    assert '1 skipped: It has no customer.' in first.stdout
    assert '1 unchanged' in begun('import', 'sales-history', 'sales.csv', '--currency', 'EUR').stdout
    assert begun('import', 'sales-history', 'sales.csv', '--rehearse').returncode == 0
    assert begun('export', 'items', 'items.csv').returncode == 0
    assert 'A-1' in (tmp_path / 'items.csv').read_text()
    assert begun('check').returncode == 0


def test_init_refuses_a_second_time_and_easy_passwords(begun: Portico, tmp_path: Path) -> None:
    again = begun('init', '--company', 'X', '--email', 'x@x.test', given=PASSWORD)
    assert refused(again, 'already')
    easy = begun('init', '--data-dir', str(tmp_path / 'b'), '--company', 'X', '--email', 'x@x.test', given='password\n')
    assert refused(easy)


def test_users_are_added_disabled_and_given_passwords(begun: Portico) -> None:
    assert begun('user', 'add', 'sam@nordwerk.test', '--role', 'sales', given=PASSWORD).returncode == 0
    assert refused(begun('user', 'add', 'sam@nordwerk.test', '--role', 'sales', given=PASSWORD))
    assert refused(begun('user', 'add', 'b@x.test', '--role', 'buyer', '--account', 'C-9', given=PASSWORD), 'C-9')
    assert begun('user', 'disable', 'sam@nordwerk.test').returncode == 0
    assert '(disabled)' in begun('user', 'list').stdout
    assert begun('user', 'enable', 'sam@nordwerk.test').returncode == 0
    assert begun('user', 'password', 'sam@nordwerk.test', given=PASSWORD).returncode == 0
    assert refused(begun('user', 'password', 'nobody@nordwerk.test', given=PASSWORD), 'nobody@nordwerk.test')
    assert refused(begun('user', 'one-step', 'sam@nordwerk.test'), 'is off')
    assert begun('check').returncode == 0


def test_backup_and_restore(begun: Portico, tmp_path: Path) -> None:
    assert begun('backup', 'a.zip').returncode == 0
    assert refused(begun('backup', 'a.zip'), 'exists')
    assert 'can be restored' in begun('verify-backup', 'a.zip').stdout
    assert refused(begun('resume'), 'Nothing rests')
    assert refused(begun('restore', 'a.zip'), '--replace')
    assert begun('restore', 'a.zip', '--replace').returncode == 0
    assert 'go out again' in begun('resume').stdout
    assert begun('restore', 'a.zip', '--data-dir', str(tmp_path / 'other')).returncode == 0
    assert 'olga@' in begun('user', 'list', '--data-dir', str(tmp_path / 'other')).stdout
    assert refused(begun('restore', 'none.zip'), 'none.zip')


def test_commands_need_a_database(portico: Portico) -> None:
    assert refused(portico('check'), 'empty')
    assert refused(portico('backup', 'a.zip'), 'no database')
    assert portico('doctor').returncode == 1


def test_the_secret_is_renewed_while_nothing_runs(begun: Portico, tmp_path: Path) -> None:
    assert 'in use for 0 days\n' in begun('doctor').stdout
    key = (tmp_path / 'data' / 'secret.key').read_bytes()
    held = claim(Config(data_dir=tmp_path / 'data'))
    assert held is not None
    with held:
        assert refused(begun('rotate-secret'), 'already running')
    assert (tmp_path / 'data' / 'secret.key').read_bytes() == key
    assert begun('rotate-secret').returncode == 0
    assert (tmp_path / 'data' / 'secret.key.old').read_bytes() == key != (tmp_path / 'data' / 'secret.key').read_bytes()
    assert 'the one before it still opens' in begun('doctor').stdout


def test_migrate_says_when_there_is_nothing_to_do(begun: Portico) -> None:
    assert 'Nothing to do' in begun('migrate').stdout


@pytest.mark.parametrize(('host', 'base_url'), [
    ('0.0.0.0', ''), ('192.0.2.7', 'http://127.0.0.1:8080'), ('127.0.0.1', 'https://portal.example.com')])
def test_demo_accounts_are_not_served_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str,
                                                base_url: str) -> None:
    class Demo:
        def run(self, *_asked: object) -> list[Account]:
            return [Account('admin@harbour.example', 'Ada', Role.ADMIN, 'Harbour Joinery', True)]
    monkeypatch.setattr(app, 'open_or_demonstrate', lambda config: Demo())
    with pytest.raises(line.CommandError, match='demo accounts'):
        app.serve(Namespace(allow_demo_on_network=False), Config(data_dir=tmp_path, host=host, base_url=base_url))


def test_the_real_program_starts(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(ROOT / 'app.py'), 'doctor', '--data-dir', str(tmp_path / 'none')],
                          cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert 'database' in done.stdout + done.stderr
