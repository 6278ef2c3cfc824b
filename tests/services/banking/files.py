"""Bank statements made for tests: CAMT.053 in its oldest and a newer version, valid by the schemas of ISO 20022."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

ACCOUNT = 'NL91ABNA0417164300'
DAY = dt.date(2026, 3, 2)
SCHEMAS = Path(__file__).parent / 'schemas'


@dataclass(frozen=True)
class Line:
    """One entry of a statement; negative is money out. `parts` make it a collected one."""

    amount: str
    words: str = ''
    payer: str = ''
    iban: str = ''
    rf: str = ''
    ref: str = ''
    currency: str = 'EUR'
    on: dt.date = DAY
    status: str = 'BOOK'
    returned: bool = False
    parts: tuple[Line, ...] = ()


def camt(lines: Sequence[Line], *, version: str = '08', name: str = 'ST-1', account: str = ACCOUNT) -> bytes:
    """A statement with these entries."""
    entries = ''.join(_entry(line, place, version) for place, line in enumerate(lines, 1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>{name}</MsgId><CreDtTm>2026-03-02T20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>{name}</Id><CreDtTm>2026-03-02T20:00:00</CreDtTm>
<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-03-02</Dt></Dt></Bal>{entries}</Stmt></BkToCstmrStmt></Document>""".encode()


def _entry(line: Line, place: int, version: str) -> str:
    status = line.status if version == '02' else f'<Cd>{line.status}</Cd>'
    parts = line.parts or (line,)
    own = f'<AcctSvcrRef>{line.ref}</AcctSvcrRef>' if line.ref else ''
    returned = '<RvslInd>true</RvslInd>' if line.returned else ''
    return f"""<Ntry><NtryRef>{place}</NtryRef>{_amount(line)}{_side(line)}{returned}<Sts>{status}</Sts>
<BookgDt><Dt>{line.on}</Dt></BookgDt><ValDt><Dt>{line.on}</Dt></ValDt>{own}
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls>{''.join(_part(part, version, several=bool(line.parts)) for part in parts)}</NtryDtls></Ntry>"""


def _part(line: Line, version: str, *, several: bool) -> str:
    side = 'Cdtr' if line.amount.startswith('-') else 'Dbtr'
    payer = f'<Nm>{escape(line.payer)}</Nm>' if line.payer else ''
    if payer and version != '02':
        payer = f'<Pty>{payer}</Pty>'
    who = (f'<{side}>{payer}</{side}>' if payer else '') + (
        f'<{side}Acct><Id><IBAN>{line.iban}</IBAN></Id></{side}Acct>' if line.iban else '')
    told = (f'<Ustrd>{escape(line.words)}</Ustrd>' if line.words else '') + (
        f'<Strd><CdtrRefInf><Ref>{line.rf}</Ref></CdtrRefInf></Strd>' if line.rf else '')
    own = '' if not several else f'<AmtDtls><TxAmt>{_amount(line)}</TxAmt></AmtDtls>' if version == '02' else \
        _amount(line) + _side(line)
    reference = f'<AcctSvcrRef>{line.ref}</AcctSvcrRef>' if several and line.ref else ''
    return (f'<TxDtls><Refs>{reference}<EndToEndId>NOTPROVIDED</EndToEndId></Refs>{own}'
            + (f'<RltdPties>{who}</RltdPties>' if who else '') + (f'<RmtInf>{told}</RmtInf>' if told else '')
            + '</TxDtls>')


def _amount(line: Line) -> str:
    return f'<Amt Ccy="{line.currency}">{abs(Decimal(line.amount))}</Amt>'


def _side(line: Line) -> str:
    return f'<CdtDbtInd>{"DBIT" if line.amount.startswith("-") else "CRDT"}</CdtDbtInd>'


@cache
def _schema(version: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMAS / f'camt.053.001.{version}.xsd')))


def breaches(data: bytes, version: str) -> list[str]:
    """What of a file the schema of its version does not allow."""
    schema = _schema(version)
    schema.validate(etree.fromstring(data))
    return [str(error) for error in schema.error_log]
