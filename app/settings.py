"""The only reader of the environment. A secret can also come from a file: ``SECRET_KEY_FILE=/run/secrets/key``."""

import os
from functools import cached_property
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_SECRET = "only-for-trying-portavoce-out"  # noqa: S105 - refused outside demo mode, see below


_FROM_FILES = (
    "secret_key",
    "signing_key",
    "witnesses",
    "timestamp_roots",
    "smtp_url",
    "database_url",
    "database_owner_url",
    "s3_access_key",
    "s3_secret_key",
)


class ConfigurationError(ValueError):
    """The service cannot start like this; the message is one line that says what to set."""


class Settings(BaseSettings):
    """Every setting, with its default. docs/settings.md explains each one (a test compares them)."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, ignored_types=(cached_property,)
    )

    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, description="Port the service listens on.")
    public_url: str = Field("", description="Address people and links use, without a final slash.")
    demo: bool = Field(False, description="Demo accounts, default secrets and the development mailbox are allowed.")
    database_url: str = Field("sqlite:///data/portavoce.db", description="SQLite file or PostgreSQL address.")
    database_owner_url: str = Field("", description="PostgreSQL only: the role that owns the tables and migrates.")
    secret_key: SecretStr = Field(SecretStr(DEFAULT_SECRET), description="Keys codes, cursors and device cookies.")
    signing_key: SecretStr = Field(SecretStr(""), description="Ed25519 private key (PEM) that signs evidence.")
    witness_name: str = Field("", pattern=r"^[^\s+\x00-\x1f]{0,200}$", description="Cosign other logs under this name.")
    witnesses: str = Field("", description="Witnesses of the own logs: key and address of each, with blanks between.")
    timestamp_url: str = Field("", description="RFC 3161 time-stamp authority that dates the own logs.")
    timestamp_roots: str = Field("", description="Root certificates (PEM) trusted for time stamps.")
    allow_private_targets: bool = Field(False, description="Call witnesses and authorities in private networks, too.")
    smtp_url: SecretStr = Field(SecretStr(""), description="smtp:// or smtps://user:password@host:port.")
    mail_from: str = Field("Portavoce <portavoce@localhost>", description="Sender of every mail.")
    embedded_worker: bool = Field(True, description="Run jobs in the web process; else start `portavoce worker`.")
    guard_sql: bool = Field(True, description="Refuse SQL that forgets the company, at some 5 µs a statement.")
    session_idle_hours: int = Field(72, ge=1, description="A session ends after so many hours without use.")
    session_days: int = Field(30, ge=1, description="A session ends after so many days in any case.")
    forwarded_allow_ips: str = Field("", description="Proxies believed who a request comes from, with commas between.")
    api_requests_per_minute: int = Field(600, ge=1, description="Calls a minute for each API client and process.")
    max_body_bytes: int = Field(8_000_000, ge=100_000, description="Largest request body accepted, but for uploads.")
    max_upload_bytes: int = Field(2_000_000_000, ge=100_000, description="Largest file accepted as an upload.")
    media_store: str = Field("data/media", description="Where uploaded files lie: a directory, or s3://bucket/folder.")
    media_incoming: str = Field("data/incoming", description="With s3:// only: where uploads are put together first.")
    s3_endpoint: str = Field("", description="Address of an S3-compatible service; empty for Amazon's own.")
    s3_region: str = Field("us-east-1", description="Region of the bucket.")
    s3_access_key: SecretStr = Field(SecretStr(""), description="Access key of the bucket.")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret key of the bucket.")

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in _FROM_FILES:
            path = os.environ.get(f"{name.upper()}_FILE")
            if path:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @model_validator(mode="after")
    def _public_url_without_final_slash(self) -> Self:
        address = self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"
        object.__setattr__(self, "public_url", address)
        return self

    def refuse_unsafe_start(self) -> None:
        """Raise ConfigurationError where a production start would be a pretence of safety."""
        if self.demo:
            return
        if self.secret_key.get_secret_value() == DEFAULT_SECRET:
            raise ConfigurationError("SECRET_KEY is not set: give a random value, e.g. from `openssl rand -hex 32`.")
        if not self.signing_key.get_secret_value():
            raise ConfigurationError("SIGNING_KEY is not set: make one with `portavoce evidence keygen`.")

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def only_host(self) -> str | None:
        """Return the one host that requests may name; None where no public address was given, and in the demo."""
        return None if self.demo or "public_url" not in self.model_fields_set else urlsplit(self.public_url).hostname

    @property
    def on_https(self) -> bool:
        return self.public_url.startswith("https://")
