"""Commands that keep copies: backup, restore."""

from __future__ import annotations

import argparse
from pathlib import Path

from services import backups, checks, schema
from services.cli.bars import Bar
from services.cli.line import Arguments, Command, CommandError, claimed, say
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


def restore(arguments: Arguments, config: Config) -> int:
    """Put a backup in place, of what is there too if told so; returns 1 if it breaks an invariant."""
    with claimed(config), Bar('Restore') as bar:
        kept = backups.restore(config, Path(arguments.file), replace=arguments.replace, progress=bar)
    findings = checks.run(open_runtime(config))
    for finding in findings:
        say(f'{finding.check}: {finding.message}')
    say(f'Restored; {"what was there before is in " + str(kept) if kept else "nothing was there before"}.')
    say('Mails that were waiting in the backup are held back, so that none is sent twice; the outbox lists them.')
    return 1 if findings else 0


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('file', metavar='FILE', help='the backup, a .zip file')


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    _file(parser)
    parser.add_argument('--replace', action='store_true', help='put it in the place of the data that is there')


COMMANDS = (
    Command('backup', 'Write database and files into one .zip file; Portico may go on running.', back_up, _file),
    Command('restore', 'Read a backup into an empty installation.', restore, _restore_arguments),
)
