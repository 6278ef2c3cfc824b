"""Stored files and pictures."""

from __future__ import annotations

import io
import os
import stat
import uuid
import zlib
from pathlib import Path

import pytest
from PIL import Image

from services import pictures
from services.core.actor import SYSTEM
from services.core.errors import Forbidden, Invalid, NotFound, Unavailable
from services.core.runtime import Runtime
from services.files import FileService, clean_name, discard, store
from services.pictures import Box
from tests.conftest import Clock
from tests.world import World

only_sqlite = pytest.mark.parametrize('store', ['sqlite'], indirect=True)


def stored(runtime: Runtime, *, customer_id: uuid.UUID | None = None) -> uuid.UUID:
    """A stored file."""
    with runtime.work(SYSTEM, writes=True) as work:
        return store(work, b'content', kind='note', name='a.txt', media_type='text/plain', customer_id=customer_id).id


def path_of(runtime: Runtime, file_id: uuid.UUID) -> Path:
    """Where it lies."""
    return next((runtime.config.data_dir / 'files').glob(f'*/{file_id}'))


def test_reach(runtime: Runtime, world: World) -> None:
    own, common = stored(runtime, customer_id=world.harbour.id), stored(runtime)
    for who in (world.mara, world.ben, world.sam):
        assert runtime.run(who, FileService.open, own).data == b'content'
    assert runtime.run(world.luc, FileService.open, common).name == 'a.txt'
    for wanted in (own, uuid.uuid4()):
        with pytest.raises(NotFound):
            runtime.run(world.luc, FileService.open, wanted)
    with pytest.raises(Forbidden):
        runtime.run(world.mara, FileService.sweep)


@only_sqlite
def test_file_is_private_and_damage_is_noticed(runtime: Runtime) -> None:
    path = path_of(runtime, file_id := stored(runtime))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b'Content')
    with pytest.raises(Unavailable):
        runtime.run(SYSTEM, FileService.open, file_id)
    path.unlink()
    with pytest.raises(Unavailable):
        runtime.run(SYSTEM, FileService.open, file_id)


@only_sqlite
def test_refused_act_leaves_no_row_and_the_sweep_takes_the_file(runtime: Runtime, clock: Clock) -> None:
    kept = stored(runtime)
    with pytest.raises(Invalid), runtime.work(SYSTEM, writes=True) as work:
        lost = store(work, b'lost', kind='note', name='b', media_type='text/plain').id
        raise Invalid('')
    for file_id in (kept, lost):
        os.utime(path_of(runtime, file_id), (clock.now.timestamp(),) * 2)
    assert runtime.run(SYSTEM, FileService.sweep) == 0
    clock.advance(hours=25)
    assert runtime.run(SYSTEM, FileService.sweep) == 1
    assert path_of(runtime, kept).read_bytes() == b'content'


@only_sqlite
def test_discarded_file_is_forgotten(runtime: Runtime) -> None:
    file_id = stored(runtime)
    with runtime.work(SYSTEM, writes=True) as work:
        discard(work, file_id)
        discard(work, None)
    with pytest.raises(NotFound):
        runtime.run(SYSTEM, FileService.open, file_id)


@pytest.mark.parametrize(('name', 'clean'), [
    ('../../etc/passwd', 'passwd'), ('..\\..\\a.exe', 'a.exe'), ('a\r\nb\x00.txt', 'ab.txt'),
    ('\u202egpj.exe', 'gpj.exe'),
    ('..', 'file'), ('', 'file'), ('x' * 300 + '.pdf', 'x' * 196 + '.pdf')])
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def picture(kind: str, *, size: tuple[int, int] = (1600, 800), **more: object) -> bytes:
    """A picture file."""
    target = io.BytesIO()
    Image.new('RGB', size, 'red').save(target, kind, **more)  # type: ignore[arg-type]
    return target.getvalue()


@pytest.mark.parametrize('kind', pictures.FORMATS)
def test_every_kind_becomes_a_small_webp(kind: str) -> None:
    with Image.open(io.BytesIO(pictures.encode(picture(kind)))) as made:
        assert (made.format, made.size) == ('WEBP', (1024, 512))


def test_metadata_does_not_survive_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, 'the photographer'
    made = pictures.encode(picture('JPEG', exif=exif))
    assert b'photographer' not in made
    with Image.open(io.BytesIO(made)) as image:
        assert image.size == (512, 1024)
        assert not image.getexif()


def test_crop_and_avatar() -> None:
    with Image.open(io.BytesIO(pictures.encode(picture('PNG'), crop=Box(0, 0, 0.25, 0.5)))) as part:
        assert part.size == (400, 400)
    with Image.open(io.BytesIO(pictures.avatar(picture('PNG')))) as face:
        assert face.size == (256, 256)
    for box in (Box(0.5, 0, 0.5, 1), Box(-1, 0, 1, 1), Box(0, 0, 2, 1), Box(float('nan'), 0, 1, 1)):
        with pytest.raises(Invalid):
            pictures.encode(picture('PNG'), crop=box)


@pytest.mark.parametrize('data', [
    b'', b'<svg xmlns="http://www.w3.org/2000/svg"/>', b'GIF89a', b'%PDF-1.7', b'x' * (pictures.LARGEST_FILE + 1),
    picture('PNG')[:200], picture('PPM'), picture('ICO', size=(64, 64))])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        pictures.encode(data)


def test_bombs_are_refused_before_they_unfold() -> None:
    bomb = bytearray(picture('PNG', size=(8, 8)))
    bomb[16:24] = (30_000).to_bytes(4, 'big') * 2
    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4, 'big')
    with pytest.raises(Invalid):
        pictures.encode(bytes(bomb))
    with pytest.raises(Invalid, match='25 million'):
        pictures.encode(picture('PNG', size=(5001, 5000)))


def test_page_hidden_behind_a_picture_is_gone() -> None:
    assert b'<script' not in pictures.encode(picture('PNG') + b'<html><script>alert(1)</script>')
