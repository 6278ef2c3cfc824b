"""Commands that look and change nothing: doctor, check."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from models.core.database import sqlite_driver
from services import checks, schema
from services.backups import BackupError
from services.backups.sealing import passphrase_of
from services.cli.bars import Bar
from services.cli.line import Arguments, Command, say
from services.core.config import Config
from services.core.runtime import Runtime
from services.core.secrets import NAME
from services.start import StartError, open_any, open_runtime

LEAST_FREE = 200 * 1024 * 1024
_OLD = '; the one before it still opens what it made'


def check(arguments: Arguments, config: Config) -> int:
    """Look at every invariant; returns 1 when one is broken."""
    runtime = open_runtime(config)
    with Bar('Checking') as bar:
        seen: list[str] = []

        def show(name: str) -> None:
            bar(len(seen), len(checks.CHECKS), name)
            seen.append(name)
        findings = checks.run(runtime, show)
        bar(len(seen), len(seen), 'Checked')
    for finding in findings:
        say(f'{finding.check}: {finding.message}')
    say(f'{len(findings)} findings.' if findings else f'All {len(checks.CHECKS)} checks hold.')
    return 1 if findings else 0


def diagnose(arguments: Arguments, config: Config) -> int:
    """Say what this installation is made of and what is wrong with it; returns 1 when something is."""
    say(f'Python      {sys.version.split()[0]}')
    say(f'SQLite      {sqlite_driver().sqlite_version}')
    say(f'Data folder {config.data_dir.resolve()}')
    say(f'Database    {"SQLite" if config.database.startswith("sqlite") else "PostgreSQL"}')
    say(f'Address     {config.url}')
    say(f'Mail        {"sent by SMTP" if config.smtp_url else "kept in the outbox, as no SMTP server is set"}')
    try:
        say(f'Backups     {"encrypted" if passphrase_of(config) else "not encrypted, as no passphrase is set"}')
        runtime = open_any(config)
        say(f'Secret      {_age(config.data_dir / NAME)}{_OLD if runtime.secrets.old else ""}')
        wrong = list(_wrong(runtime))
    except (BackupError, StartError) as error:
        wrong = [str(error)]
    for fault in wrong:
        say(f'Wrong: {fault}')
    say('Everything is in order.' if not wrong else f'{len(wrong)} things are wrong.')
    return 1 if wrong else 0


def _age(path: Path) -> str:
    days = int((time.time() - path.stat().st_mtime) // 86_400)
    return f'in use for {days} days'


def _wrong(runtime: Runtime) -> Iterator[str]:
    free = shutil.disk_usage(runtime.config.data_dir).free
    if free < LEAST_FREE:
        yield f'only {free // 1024 // 1024} MB are free on the disk of the data folder'
    if runtime.config.data_dir.stat().st_mode & 0o077:
        yield f'others can look into {runtime.config.data_dir}; run `chmod 700 {runtime.config.data_dir}`'
    try:
        schema.require_current(runtime.database)
    except schema.SchemaError as error:
        yield str(error)
        return
    yield from schema.differences(runtime.database)


COMMANDS = (Command('check', 'Look at all invariants of the data.', check),
            Command('doctor', 'Look at settings, folder, database and tables.', diagnose))
