"""Proof of delivery: a signed paper or a picture that shows the goods arrived; the customer may open it."""

from __future__ import annotations

from models.core.words import _
from services.core.errors import Conflict, Invalid, NotFound
from services.core.permissions import Permission
from services.core.service import Service, requires
from services.files import FileContent, FileService, discard, store
from services.pictures import MEDIA_TYPE
from services.shipments.reading import load_shipment
from services.shipments.sending import topics_of

LARGEST = 10 * 1024 * 1024
_PDF, _WEBP = b'%PDF-', (b'RIFF', b'WEBP')


class ProofService(Service):
    """Keeping and showing proofs of delivery."""

    @requires(Permission.SHIPMENTS_WRITE, writes=True)
    def attach(self, number: str, name: str, data: bytes) -> None:
        """Keep a PDF, or a WebP made by `services.pictures.encode`, as proof; another one replaces it.

        Raises Invalid for other files by their content, Conflict while the goods are in the house.
        """
        shipment = load_shipment(self.work, number)
        if shipment.shipped_at is None:
            raise Conflict(_('Only what has left can be delivered.'))
        old = shipment.proof_id
        row = store(self.work, data, kind='proof', name=name, media_type=_kind(data), customer_id=shipment.customer_id)
        self.work.change(shipment, proof_id=row.id)
        discard(self.work, old)
        self.work.record('shipment.proved', shipment, note=row.name, topics=topics_of(shipment))

    @requires(Permission.SHIPMENTS_READ)
    def open(self, number: str) -> FileContent:
        """The proof of a shipment within reach; raises NotFound where there is none."""
        shipment = load_shipment(self.work, number)
        if shipment.proof_id is None:
            raise NotFound(_('There is nothing here, or it is not yours to see.'))
        return FileService(self.work).open(shipment.proof_id)


def is_paper(data: bytes) -> bool:
    """Whether a file is a PDF by its content; everything else is tried as a picture."""
    return data.startswith(_PDF)


def _kind(data: bytes) -> str:
    if len(data) > LARGEST:
        raise Invalid(_('The file is larger than {size} MB.').format(size=LARGEST // (1024 * 1024)))
    if is_paper(data):
        return 'application/pdf'
    if data.startswith(_WEBP[0]) and data[8:12] == _WEBP[1]:
        return MEDIA_TYPE
    raise Invalid(_('A proof can be a PDF or a picture.'))
