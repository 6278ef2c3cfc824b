"""Backups: database and files in one .zip with a manifest, sealed with a passphrase where there is one."""

from services.backups.manifest import BackupError, Manifest
from services.backups.restoring import Kept, restore
from services.backups.verifying import Verified, verify
from services.backups.writing import back_up

__all__ = ['BackupError', 'Kept', 'Manifest', 'Verified', 'back_up', 'restore', 'verify']
