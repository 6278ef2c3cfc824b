"""A process of its own that verifies a backup: `python -m services.backups.child`, asked by `nightly`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.backups.manifest import BackupError
from services.backups.verifying import verify
from services.core.children import answer
from services.core.config import Config

MEMORY = 2 * 1024 * 1024 * 1024


def carry_out(job: dict[str, Any]) -> dict[str, Any]:
    """Verify the file; the answer is what it holds and what is wrong with it, or why it cannot be restored."""
    config = Config(data_dir=Path(job['data_dir']), database_url=job['database'], backup_passphrase=job['passphrase'])
    try:
        found = verify(config, Path(job['file']), lambda done, total, what: None)
    except BackupError as error:
        return {'useless': str(error)}
    return {'rows': sum(found.manifest.counts.values()), 'files': found.manifest.files,
            'findings': [[finding.check, finding.message] for finding in found.findings]}


if __name__ == '__main__':
    answer(carry_out, memory=MEMORY)
