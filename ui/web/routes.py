"""The plain HTTP routes, one router per file."""

from __future__ import annotations

from fastapi import APIRouter

from ui.web import backups, downloads, entrance, exporting, health, papers, paying, shipments, tables

ROUTERS: tuple[APIRouter, ...] = (health.router, downloads.router, exporting.router, papers.router, shipments.router,
                                  paying.router, entrance.router, tables.router, backups.router)
