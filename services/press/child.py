"""A process of its own for papers: `python -m services.press.child`, asked by `making`; facts come, a file is left."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from models.core.words import language
from services.core import formats
from services.core.children import answer
from services.press.kinds import KINDS

MOST_SECONDS = 20


def carry_out(job: dict[str, Any]) -> dict[str, Any]:
    """Make the file of a paper, or of many within one archive, a paper in memory at a time."""
    kind, path = KINDS[job['kind']], Path(job['path'])
    formats.set_zone(job['zone'])
    with language(job['language']):
        if not job.get('packed'):
            name, data = kind.make(kind.unpacked(job['papers'][0]))
            path.write_bytes(data)
            return {'name': name}
        with zipfile.ZipFile(path, 'w', zipfile.ZIP_STORED) as archive:
            for text in job['papers']:
                archive.writestr(*kind.make(kind.unpacked(text)))
        return {'count': len(job['papers'])}


if __name__ == '__main__':
    answer(carry_out, seconds=MOST_SECONDS, gives_way=5)
