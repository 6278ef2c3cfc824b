"""Documents as PDF and for machines, for everybody who may read them; many of them as one archive."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from models.core.words import _, language
from models.invoices import InvoiceKind
from services import press
from services.core.actor import Actor
from services.core.errors import Invalid, NotFound
from services.documents.invoice_paper import InvoicePaper
from services.invoices.paper import InvoicePaperService
from services.invoices.statement import StatementService
from services.orders.paper import PaperService
from services.payments.receipt import ReceiptService
from ui.kernel import work
from ui.web.cookies import session_key
from ui.web.downloads import respond_bytes
from ui.web.printing import elsewhere, printed

router = APIRouter(include_in_schema=False)
_STATEMENTS = {'pdf': 'application/pdf', 'csv': 'text/csv; charset=utf-8',
               'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'}


@router.get('/download/orders/{number}.pdf')
async def order(request: Request, number: str) -> Response:
    """The confirmation of an order; out of reach it does not exist."""
    paper = await work.do(request.app.state.runtime, session_key(request), PaperService.order, number)
    name, data = await printed(request, 'order', paper)
    return respond_bytes(name, 'application/pdf', data)


@router.get('/download/statement.{ending}')
async def statement(request: Request, ending: str) -> Response:
    """A statement of account as pdf, csv or xlsx: one's own, or for the office that of `account`."""
    media_type = _STATEMENTS.get(ending)
    if media_type is None:
        raise NotFound(_('There is nothing here, or it is not yours to see.'))
    asked = request.query_params
    paper = await work.do(
        request.app.state.runtime, session_key(request), StatementService.take, asked.get('account', '')[:40],
        currency=asked.get('currency', '')[:3], since=_day(asked.get('from', '')), until=_day(asked.get('to', '')))
    with language(paper.language):
        name, data = await printed(request, f'statement_{ending}', paper)
    return respond_bytes(name, media_type, data)


def _day(given: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given) if given else None
    except ValueError:
        raise Invalid(_('This is not a day.'), field='from') from None


@router.get('/download/invoices.zip')
async def archive(request: Request) -> Response:
    """The PDFs of the documents named by `ids`, with commas between, as one archive."""
    ids = request.query_params.get('ids', '')[:10_000].split(',')
    runtime = request.app.state.runtime
    actor, papers = await work.do(runtime, session_key(request), InvoicePaperService.many, ids)
    path = await _packed(actor, papers)
    return FileResponse(path, media_type='application/zip', background=BackgroundTask(path.unlink, missing_ok=True),
                        headers={'Content-Disposition': f'attachment; filename="invoices-{runtime.now():%Y-%m-%d}.zip"',
                                 'Cache-Control': 'private, no-store', 'X-Content-Type-Options': 'nosniff',
                                 'Content-Security-Policy': "default-src 'none'; sandbox"})


@router.get('/download/invoices/{invoice}.pdf')
async def invoice_paper(request: Request, invoice: str) -> Response:
    """An invoice as PDF with its Factur-X inside."""
    return await _billed(request, InvoiceKind.INVOICE, invoice, 'invoice')


@router.get('/download/invoices/{invoice}.xml')
async def invoice_data(request: Request, invoice: str) -> Response:
    """An invoice as UBL 2.1."""
    return await _billed(request, InvoiceKind.INVOICE, invoice, 'invoice_xml')


@router.get('/download/credit-notes/{credit}.pdf')
async def credit_paper(request: Request, credit: str) -> Response:
    """A credit note as PDF with its Factur-X inside."""
    return await _billed(request, InvoiceKind.CREDIT_NOTE, credit, 'invoice')


@router.get('/download/credit-notes/{credit}.xml')
async def credit_data(request: Request, credit: str) -> Response:
    """A credit note as UBL 2.1."""
    return await _billed(request, InvoiceKind.CREDIT_NOTE, credit, 'invoice_xml')


@router.get('/download/payments/{payment}.pdf')
async def receipt(request: Request, payment: str) -> Response:
    """The receipt of a payment."""
    paper = await work.do(request.app.state.runtime, session_key(request), ReceiptService.read, payment)
    name, data = await printed(request, 'receipt', paper)
    return respond_bytes(name, 'application/pdf', data)


async def _billed(request: Request, kind: InvoiceKind, number: str, form: str) -> Response:
    paper = await work.do(request.app.state.runtime, session_key(request), InvoicePaperService.read, kind, number)
    name, data = await printed(request, form, paper)
    return respond_bytes(name, 'application/xml; charset=utf-8' if form == 'invoice_xml' else 'application/pdf', data)


async def _packed(actor: Actor, papers: list[InvoicePaper]) -> Path:
    """The archive as a temporary file."""
    with tempfile.NamedTemporaryFile(prefix='portico-papers-', suffix='.zip', delete=False) as file:
        path = Path(file.name)
    try:
        await elsewhere(actor, lambda: press.pack('invoice', papers, path))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
