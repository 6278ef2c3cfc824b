"""Proofs of delivery in the demo: who took the goods, and how he signed for them."""

from __future__ import annotations

import io
import math
import zlib

from PIL import Image, ImageDraw

from models.shipments import Shipment, ShipmentStatus
from services import pictures
from services.demo.selling import Book
from services.demo.stage import Stage
from services.files import store

NAMES = ('J. Bakker', 'L. Fontaine', 'M. Krüger', 'A. Nilsen', 'R. Ortega')
SIGNED = 60
"""So many of the newest deliveries have a picture; each is a file of its own on the disk."""
WIDTH, HEIGHT, FINE = 420, 150, 3


def prove(stage: Stage, book: Book) -> None:
    """Name who took each delivery, and keep the signature for the newest ones."""
    found = {row.id: row for row in book.carried.values() if row.status is ShipmentStatus.DELIVERED}
    newest = sorted(found.values(), key=lambda row: (row.delivered_at or stage.now, row.number), reverse=True)
    signed = {name: signature(name) for name in NAMES}
    for place, shipment in enumerate(newest):
        name = shipment.delivered_to = _taker(shipment)
        if place < SIGNED:
            file = store(stage.work, signed[name], kind='proof', name='signature.webp',
                         media_type=pictures.MEDIA_TYPE, customer_id=shipment.customer_id)
            shipment.proof_id = file.id
    stage.keep(*newest)


def signature(name: str) -> bytes:
    """A name as somebody in a hurry signs it: one line that loops once for each letter, as WebP."""
    picture = Image.new('L', (WIDTH * FINE, HEIGHT * FINE), 255)
    pen = ImageDraw.Draw(picture)
    step = (WIDTH - 90) / len(name)
    points: list[tuple[float, float]] = []
    for place, letter in enumerate(name):
        high = 14 + ord(letter) % 29 + (26 if letter.isupper() else 0)
        for turn in range(24):
            angle = math.tau * turn / 24
            x = 40 + step * (place + turn / 24) + 9 * math.sin(angle)
            y = 92 - place - high * (1 - math.cos(angle)) / 2
            points.append((x * FINE, y * FINE))
    points.append(((WIDTH - 20) * FINE, 70 * FINE))
    pen.line(points, fill=40, width=2 * FINE, joint='curve')
    pen.line([(30 * FINE, 120 * FINE), ((WIDTH - 30) * FINE, 120 * FINE)], fill=190, width=FINE)
    out = io.BytesIO()
    picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, 'WEBP', quality=60)
    return out.getvalue()


def _taker(shipment: Shipment) -> str:
    return NAMES[zlib.crc32(shipment.customer_id.bytes + shipment.order_number.encode()) % len(NAMES)]
