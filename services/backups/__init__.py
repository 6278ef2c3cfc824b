"""Backups: database and files in one .zip with a manifest; see writing and restoring."""

from services.backups.manifest import BackupError, Manifest
from services.backups.restoring import restore
from services.backups.writing import back_up

__all__ = ['BackupError', 'Manifest', 'back_up', 'restore']
