"""Commands that keep copies: backup, verify-backup, restore, resume."""

from __future__ import annotations

import argparse
from pathlib import Path

from services import backups, checks, schema
from services.backups.resting import RestService
from services.backups.sealing import is_sealed
from services.cli.bars import Bar
from services.cli.line import Arguments, Command, CommandError, claimed, say
from services.core.actor import SYSTEM
from services.core.config import Config
from services.start import open_any, open_runtime


def back_up(arguments: Arguments, config: Config) -> None:
    """Write everything into one file while Portico goes on running."""
    target = Path(arguments.file)
    runtime = open_any(config)
    if schema.state(runtime.database) is schema.SchemaState.EMPTY:
        raise CommandError('There is no database to back up.')
    with Bar('Backup') as bar:
        manifest = backups.back_up(runtime, target, bar)
    say(f'{target}: {sum(manifest.counts.values())} rows of {len(manifest.counts)} tables, {manifest.files} files.')
    if not is_sealed(target):
        say('It is not encrypted, as PORTICO_BACKUP_PASSPHRASE is not set, and does not hold the secret.')


def verify(arguments: Arguments, config: Config) -> int:
    """Restore a backup into a temporary place and look at every invariant; returns 1 when one is broken."""
    with Bar('Verify') as bar:
        found = backups.verify(config, Path(arguments.file), bar)
    for finding in found.findings:
        say(f'{finding.check}: {finding.message}')
    if not found.findings:
        manifest = found.manifest
        say(f'{arguments.file} of {manifest.made:%Y-%m-%d %H:%M} UTC can be restored: {sum(manifest.counts.values())} '
            f'rows, {manifest.files} files, and all checks hold.')
    return 1 if found.findings else 0


def restore(arguments: Arguments, config: Config) -> int:
    """Put a backup in place, of what is there too if told so; returns 1 if it breaks an invariant."""
    with claimed(config), Bar('Restore') as bar:
        kept = backups.restore(config, Path(arguments.file), replace=arguments.replace, progress=bar)
    findings = checks.run(open_runtime(config))
    for finding in findings:
        say(f'{finding.check}: {finding.message}')
    say(f'Restored; {"what was there before is in " + str(kept) if str(kept) else "nothing was there before"}.')
    say('Mails that were waiting in the backup are held back, so that none is sent twice; the outbox lists them.')
    say('New mails, reminders and monthly invoices rest until an owner resumes them in the office, or `resume` here.')
    return 1 if findings else 0


def resume(arguments: Arguments, config: Config) -> None:
    """Let mails and reminders go out again after a restore."""
    open_runtime(config).run(SYSTEM, RestService.resume)
    say('Mails and reminders go out again.')


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('file', metavar='FILE', help='the backup')


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument('--replace', action='store_true', help='put it in the place of the data that is there')


COMMANDS = (
    Command('backup', 'Write database and files into one file, encrypted if a passphrase is set; Portico may go on '
            'running.', back_up, _file),
    Command('verify-backup', 'Restore a backup into a temporary place and look at all invariants.', verify, _file),
    Command('restore', 'Read a backup into an empty installation; what was there with --replace is kept.', restore,
            _restore_arguments),
    Command('resume', 'Let mails and reminders go out again after a restore.', resume),
)
