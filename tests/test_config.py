"""Settings and secrets: what is wrong is said in one line, and the start stops."""

from __future__ import annotations

import base64
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from services.core.config import Config, ConfigError, load
from services.core.secrets import Secrets
from services.start import StartError, open_any
from tests.commands import Commands, Done

Start = Callable[..., Done]


@pytest.fixture
def start(commands: Commands) -> Start:
    """The command `doctor` in a folder of its own with these settings."""
    return lambda folder, **environment: commands.run(['doctor'], folder, **environment)


@pytest.mark.parametrize(('name', 'value'), [
    ('PORTICO_PORT', 'eighty'), ('PORTICO_PORT', '70000'), ('PORTICO_BASE_URL', 'portal.example.com'),
    ('PORTICO_DATABASE_URL', 'mysql://x'), ('PORTICO_SMTP_URL', 'mail.example.com'), ('PORTICO_LOG_LEVEL', 'loud'),
    ('PORTICO_COLOUR', 'blue'), ('PORTICO_PROT', '8080')])
def test_a_bad_or_unknown_setting_stops_the_start(tmp_path: Path, name: str, value: str, start: Start) -> None:
    done = start(tmp_path, **{name: value})
    assert done.returncode != 0
    assert name in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / 'data').exists()


@pytest.mark.parametrize(('content', 'named'), [('colour = "blue"', 'COLOUR'), ('port = "eighty"', 'PORT'),
                                                ('port = ', 'portico.toml')])
def test_a_bad_settings_file_stops_the_start(tmp_path: Path, content: str, named: str, start: Start) -> None:
    (tmp_path / 'portico.toml').write_text(content)
    done = start(tmp_path)
    assert done.returncode != 0
    assert named in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'portico.toml').write_text('port = 9001\nhost = "127.0.0.2"\n')
    monkeypatch.setenv('PORTICO_PORT', '9002')
    assert (load().port, load().host) == (9002, '127.0.0.2')
    assert load(port=9003).port == 9003


def test_plain_postgres_addresses_get_their_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('PORTICO_DATABASE_URL', 'postgres://x@127.0.0.1/y')
    assert load().database == 'postgresql+psycopg://x@127.0.0.1/y'


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = Secrets(tmp_path)
    assert stat.S_IMODE((tmp_path / 'secret.key').stat().st_mode) == 0o600
    assert len(first.key) >= 32
    assert Secrets(tmp_path).key == first.key


@pytest.mark.parametrize('content', [b'', base64.b64encode(b'short'), b'!!! not base64'])
def test_a_short_or_broken_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / 'secret.key').write_bytes(content)
    (tmp_path / 'secret.key').chmod(0o600)
    with pytest.raises(StartError, match='secret'):
        open_any(Config(data_dir=tmp_path))


def test_a_secret_others_can_read_is_refused(tmp_path: Path) -> None:
    Secrets(tmp_path)
    (tmp_path / 'secret.key').chmod(0o644)
    with pytest.raises(StartError, match='chmod 600'):
        open_any(Config(data_dir=tmp_path))


def test_signatures_belong_to_one_purpose(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path)
    signature = secrets.sign('invitation', 'x')
    assert secrets.verify('invitation', 'x', signature)
    assert not secrets.verify('reset', 'x', signature)
    assert not secrets.verify('invitation', 'y', signature)


def test_an_unreachable_database_is_one_clear_line(tmp_path: Path, start: Start) -> None:
    done = start(tmp_path, PORTICO_DATABASE_URL='postgresql://127.0.0.1:1/none')
    assert done.returncode == 1
    assert 'cannot be opened' in done.stdout


def test_no_credential_has_a_default() -> None:
    secret = {name: field.default for name, field in Config.model_fields.items()
              if any(word in name for word in ('secret', 'key', 'passphrase', 'password', 'smtp', 'database'))}
    assert len(secret) >= 5 and set(secret.values()) == {''}


def test_errors_of_the_settings_name_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('PORTICO_PORT', 'x')
    with pytest.raises(ConfigError, match='PORTICO_PORT'):
        load()
