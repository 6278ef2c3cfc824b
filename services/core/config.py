"""Settings from the environment or portico.toml; an unknown key or a bad value stops the start with one clear line."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

PREFIX = 'PORTICO_'
FILE = Path('portico.toml')
SHORTEST_PASSPHRASE = 12


class ConfigError(Exception):
    """The settings cannot be used; the text is the one clear line."""


class Config(BaseSettings):
    """All settings of one Portico process, see README and product.md 4 for their meaning."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file=FILE, extra='forbid', frozen=True)

    data_dir: Path = Path('data')
    host: str = '127.0.0.1'
    port: int = Field(default=8080, ge=0, le=65535)
    base_url: str = ''
    database_url: str = ''
    smtp_url: str = ''
    mail_from: str = ''
    trusted_proxies: str = ''
    stripe_secret_key: str = ''
    stripe_webhook_secret: str = ''
    stripe_api_base: str = ''
    backup_passphrase: str = Field(default='', repr=False)
    log_level: str = 'INFO'

    @field_validator('base_url')
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(('http://', 'https://')):
            raise ValueError('must start with http:// or https://')
        return value.rstrip('/')

    @field_validator('database_url')
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not value.startswith(('sqlite:///', 'postgresql://', 'postgresql+psycopg://', 'postgres://')):
            raise ValueError('must be a sqlite:/// or postgresql:// address')
        for plain in ('postgresql://', 'postgres://'):
            if value.startswith(plain):
                return 'postgresql+psycopg://' + value.removeprefix(plain)
        return value

    @field_validator('smtp_url')
    @classmethod
    def _smtp(cls, value: str) -> str:
        if value and not value.startswith(('smtp://', 'smtps://')):
            raise ValueError('must be smtp://user:password@host:port or smtps://…')
        return value

    @field_validator('backup_passphrase')
    @classmethod
    def _passphrase(cls, value: str) -> str:
        if value and len(value) < SHORTEST_PASSPHRASE:
            raise ValueError(f'must have {SHORTEST_PASSPHRASE} characters or more')
        return value

    @field_validator('log_level')
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {'DEBUG', 'INFO', 'WARNING', 'ERROR'}:
            raise ValueError('must be DEBUG, INFO, WARNING or ERROR')
        return value.upper()

    @classmethod
    def settings_customise_sources(cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
                                   env_settings: PydanticBaseSettingsSource,
                                   dotenv_settings: PydanticBaseSettingsSource,
                                   file_secret_settings: PydanticBaseSettingsSource
                                   ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def url(self) -> str:
        """The address people reach this Portico at, without a slash at the end."""
        return self.base_url or f'http://{self.host}:{self.port}'

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database_url or f'sqlite:///{(self.data_dir / "portico.sqlite").resolve()}'


def load(**given: Any) -> Config:
    """Read the settings; raises ConfigError with one line that names the key and what is wrong with it."""
    known = {PREFIX + name.upper() for name in Config.model_fields}
    for key in os.environ:
        if key.startswith(PREFIX) and key not in known:
            raise ConfigError(f'{key} is not a setting of Portico.')
    try:
        return Config(**given)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f'{FILE} cannot be read: {error}.') from None
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + '.'.join(str(part) for part in first['loc']).upper()
        raise ConfigError(f'{name}: {first["msg"].removeprefix("Value error, ")}.') from None
