"""Every setting of an installation, with its meaning. What an official may wish to change is not
here: it stands in a diagram, a table or a regime.

Set by environment variables with the prefix ``GUICHENG_``, e.g. ``GUICHENG_DATABASE_URL``.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

LEAST_SECRET = 32
"""Characters of a secret key outside the demonstration; shorter ones are defaults or guesses."""

SMTP = re.compile(r"(smtps|smtp\+starttls|smtp)://[^\s/]+$")

FROM_FILES = ("secret_key", "database_url", "smtp_password")
"""Settings that may lie in a file, as orchestrators hand out secrets."""


class ConfigError(ValueError):
    """A setting cannot be used; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Config:
    """One installation. Durations are in seconds, sizes in bytes."""

    database_url: str = ""
    """SQLAlchemy URL; empty means an SQLite file in ``data_dir``."""

    data_dir: Path = Path("var")
    """Where documents, the embedded database and the secret key live."""

    secret_key: str = ""
    """Signs tokens; made once and kept in ``data_dir`` when empty. Like ``database_url`` it may
    be given as a file: GUICHENG_SECRET_KEY_FILE, GUICHENG_DATABASE_URL_FILE."""

    demonstration: bool = False
    """Seeds invented offices and lets the published demonstration password in."""

    hosts: str = ""
    """Host names under which people reach the office, with commas; others are refused. Empty: any,
    which is right where nginx in front refuses them."""

    secure_cookies: bool = False
    """Cookies over HTTPS only; true wherever the office is reached through nginx."""

    proxies: int = 0
    """So many proxies stand before the office; the visitor's address is what they say."""

    metrics_token: str = ""
    """Who brings it as a bearer token reads /metrics from elsewhere than this machine."""

    log_json: bool = False
    """One line of JSON for each message, for collectors of logs."""

    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 32
    """Threads of the embedded web server: those who are worked for and those who wait."""

    at_once: int = 8
    queue: int = 24
    """So many requests one process works on at a time, and so many wait for a moment; whoever comes
    beyond is answered 503 with Retry-After at once. Together they are the threads a process
    needs."""

    session_idle: int = 60 * 60
    session_absolute: int = 12 * 60 * 60
    """A session ends after this time without an act, and after this time in any case."""

    session_limit: int = 5
    """So many sessions of one person at a time; a further one ends the oldest. 0: any number."""

    password_least: int = 12
    password_classes: int = 1
    password_days: int = 0
    password_remembered: int = 5
    """The profile of passwords: least length; kinds of characters (of four); days after which a
    new one is due (0: never); former ones that may not be taken again. GB/T 22239 asks for 3 kinds
    and a period, 90 days as a rule; length and the list of common ones protect better."""

    login_tries: int = 5
    login_lock: int = 15 * 60
    """So many wrong passwords in a row lock an account for so long."""

    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_secret_file: Path = Path()
    oidc_name: str = "统一身份认证"
    """Single sign-on beside local accounts (OpenID Connect): the provider's address as it names
    itself, our name there, the file with our secret, what the button says. An administrator links
    an account to its subject there; nobody gets an account or an office by signing in."""

    argon2_memory_kib: int = 64 * 1024
    argon2_time: int = 2
    """Cost of a password hash; the tests lower it, nothing else may."""

    upload_limit: int = 20 * 1024 * 1024
    """Largest attachment."""

    portal_rate: float = 20.0
    """Pages of the public portal that one address may ask for in a second, for good."""

    public_url: str = ""
    """The address under which people reach the office; links in messages begin with it."""

    smtp_url: str = ""
    smtp_password: str = ""
    mail_from: str = ""
    mail_domains: str = ""
    """Mail: ``smtps://user@host:465``, or ``smtp+starttls://user@host:587``; ``smtp://host:25`` is
    for a relay on this machine or network. The password may lie in a file
    (GUICHENG_SMTP_PASSWORD_FILE). From whom mail comes; to which domains it may go, with commas
    (empty: to all). Without a server nobody gets mail; the demonstration shows what would go."""

    endpoints_file: Path = Path()
    """Robots and webhooks (TOML, server/jobs/outside/endpoints.py); none where there is no file."""

    message_window: int = 5 * 60
    """What one person is to be told within this time goes as one message."""

    broker_url: str = ""
    """Celery's broker for wake-ups; empty means the embedded worker thread."""

    tick: float = 2.0
    """The worker looks for due jobs this often when nobody wakes it."""

    today: str = ""
    """Demonstration and tests only: a civil day (ISO) instead of the real one, or a moment."""

    @property
    def url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'guicheng.sqlite'}"

    @property
    def tells(self) -> bool:
        """Whether anything leaves the house; the demonstration only shows what would."""
        return bool(self.smtp_url) or self.endpoints_file != Path() or self.demonstration

    def checked(self) -> Config:
        """This configuration with a secret key; raises ConfigError where it cannot be run."""
        if self.today and not self.demonstration:
            raise ConfigError("GUICHENG_TODAY is for the demonstration only")
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ConfigError("GUICHENG_OIDC_ISSUER and GUICHENG_OIDC_CLIENT_ID go together")
        if self.oidc_issuer and not self.oidc_issuer.startswith(("https://", "http://127.0.0.1:")):
            raise ConfigError("GUICHENG_OIDC_ISSUER must begin with https://")
        if self.smtp_url and not (SMTP.match(self.smtp_url) and "@" in self.mail_from):
            raise ConfigError("GUICHENG_SMTP_URL must be an address of smtps, smtp+starttls or smtp"
                              ", and GUICHENG_MAIL_FROM the sender's address")  # fmt: skip
        if self.endpoints_file != Path() and not self.endpoints_file.is_file():
            raise ConfigError(f"GUICHENG_ENDPOINTS_FILE: {self.endpoints_file} cannot be read")
        if self.public_url and not self.public_url.startswith(("https://", "http://")):
            raise ConfigError("GUICHENG_PUBLIC_URL must begin with https:// or http://")
        if self.secret_key and len(self.secret_key) < LEAST_SECRET and not self.demonstration:
            raise ConfigError(f"GUICHENG_SECRET_KEY must have {LEAST_SECRET} characters or more")
        return self if self.secret_key else replace(self, secret_key=_kept_secret(self.data_dir))


def _kept_secret(directory: Path) -> str:
    path = directory / "secret_key"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return path.read_text(encoding="ascii")


_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def _parse(name: str, text: str, kind: Callable[[str], Any]) -> object:
    if kind is bool:
        if text.lower() not in _TRUE | _FALSE:
            raise ConfigError(f"GUICHENG_{name.upper()}: {text!r} is neither true nor false")
        return text.lower() in _TRUE
    try:
        return kind(text)
    except ValueError as error:
        raise ConfigError(f"GUICHENG_{name.upper()}: {text!r} does not fit") from error


def from_environment(environment: Mapping[str, str] = os.environ) -> Config:
    """Read the settings; unknown ``GUICHENG_`` names are refused, so that no typo goes unseen."""
    kinds = {f.name: type(getattr(Config(), f.name)) for f in fields(Config)}
    kinds |= {"data_dir": Path, "oidc_secret_file": Path, "endpoints_file": Path}
    given = {
        name.removeprefix("GUICHENG_").lower(): text
        for name, text in environment.items()
        if name.startswith("GUICHENG_")
    }
    for name in FROM_FILES:
        if path := given.pop(f"{name}_file", ""):
            given[name] = _secret(name, Path(path))
    unknown = sorted(given.keys() - kinds.keys())
    if unknown:
        raise ConfigError(f"unknown setting GUICHENG_{unknown[0].upper()}")
    return Config(**{n: _parse(n, text, kinds[n]) for n, text in given.items()})  # type: ignore[arg-type]


def _secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"GUICHENG_{name.upper()}_FILE: {path} cannot be read") from error
