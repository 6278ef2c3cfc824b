"""The plain HTTP routes, one router per file."""

from __future__ import annotations

from fastapi import APIRouter

from ui.web import downloads, entrance, exporting, health

ROUTERS: tuple[APIRouter, ...] = (health.router, downloads.router, exporting.router, entrance.router)
