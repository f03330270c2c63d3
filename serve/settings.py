"""All settings of the service, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from model.errors import InvalidInput

PREFIX = "FRESHCLAIM_"

_AT_LEAST_ONE = (
    *("workers", "threads", "scorings", "claim_link_days"),
    *("session_hours", "session_idle_minutes"),
)
_PEOPLE = ("agent", "lead", "admin")


@dataclass(frozen=True)
class Settings:
    """What an operator can set; `docs/settings.md` says what each one means.

    The variable of a field is FRESHCLAIM_ and its name in capitals; `database_url` alone is read
    from DATABASE_URL, the name that hosting platforms give it.
    """

    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    data_dir: Path = Path("data")
    storage_url: str = ""
    secret_key: str = ""
    policy_file: Path = Path("policy.toml")
    workers: int = 2
    threads: int = 8
    scorings: int = 1
    jobs_in_process: bool = True
    demo: bool | None = None
    claim_link_days: int = 30
    session_hours: int = 12
    session_idle_minutes: int = 30
    trusted_proxies: int = 0
    password_login: bool = True
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_scopes: str = "openid profile"
    oidc_role_claim: str = "roles"
    oidc_roles: str = "agent=agent,lead=lead,admin=admin"
    retention_days: int = 0
    time_zone: str = "Asia/Shanghai"
    log_level: str = "INFO"

    def __post_init__(self) -> None:
        _require(0 < self.port < 65536, "FRESHCLAIM_PORT is a port number", self.port)
        for name in _AT_LEAST_ONE:
            value = getattr(self, name)
            _require(value >= 1, f"{variable_of(name)} is at least 1", value)
        rule = "FRESHCLAIM_TIME_ZONE is a zone that this machine knows, such as Asia/Shanghai"
        _require(_knows_zone(self.time_zone), rule, self.time_zone)
        if self.database_url:
            scheme = urlsplit(self.database_url).scheme
            known = scheme in ("postgresql", "postgres", "postgresql+psycopg")
            _require(known, "DATABASE_URL begins with postgresql://", f"{scheme}://")
        self._check_oidc()

    def _check_oidc(self) -> None:
        on = bool(self.oidc_issuer)
        safe = not on or is_safe_to_trust(self.oidc_issuer)
        _require(safe, "FRESHCLAIM_OIDC_ISSUER begins with https://", self.oidc_issuer)
        whole = not on or bool(self.oidc_client_id)
        _require(whole, "FRESHCLAIM_OIDC_CLIENT_ID is set with an issuer", "none")
        named = on or self.password_login
        _require(named, "FRESHCLAIM_PASSWORD_LOGIN is 1 without FRESHCLAIM_OIDC_ISSUER", 0)
        asked = "openid" in self.oidc_scopes.split()
        _require(asked, "FRESHCLAIM_OIDC_SCOPES names openid", self.oidc_scopes)
        roles = self.role_by_group
        known = bool(roles) and all(roles) and set(roles.values()) <= set(_PEOPLE)
        form = "FRESHCLAIM_OIDC_ROLES is a list of GROUP=ROLE, roles agent, lead and admin"
        _require(known, form, self.oidc_roles)

    @property
    def embedded_database(self) -> bool:
        """Whether the service runs its own PostgreSQL in the data folder."""
        return not self.database_url

    @property
    def show_demo(self) -> bool:
        """Whether a demo shop is made and its keys printed: by default, with no DATABASE_URL."""
        return self.embedded_database if self.demo is None else self.demo

    @property
    def base_url(self) -> str:
        """The address that claim links begin with, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days reports are by."""
        return ZoneInfo(self.time_zone)

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the service by https, and cookies can be kept to it."""
        return self.base_url.startswith("https://")

    @property
    def role_by_group(self) -> dict[str, str]:
        """What each value of the role claim makes of a person."""
        pairs = [pair.rpartition("=") for pair in self.oidc_roles.split(",") if pair.strip()]
        return {group.strip(): role.strip() for group, _, role in pairs}

    @property
    def photo_store(self) -> str:
        """Where photos are kept: a folder or an fsspec URL."""
        return self.storage_url or str(self.data_dir / "photos")


def variable_of(name: str) -> str:
    """Returns the environment variable that sets a field of `Settings`."""
    return "DATABASE_URL" if name == "database_url" else PREFIX + name.upper()


def read_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Reads the settings.

    Args:
        environment: the variables; those of the process by default.
        overrides: values by field name that win over the environment, None means not given.

    Raises:
        InvalidInput: a variable has no valid value.
    """
    environment = os.environ if environment is None else environment
    known = {variable_of(field.name): field for field in fields(Settings)}
    values: dict[str, Any] = {
        field.name: _convert(variable, str(field.type), environment[variable])
        for variable, field in known.items()
        if environment.get(variable)
    }
    values.update({name: value for name, value in overrides.items() if value is not None})
    return Settings(**values)


def is_safe_to_trust(address: str) -> bool:
    """Whether nobody on the way can change what comes from there: https, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    )


def _convert(variable: str, kind: str, text: str) -> int | bool | Path | str:
    if kind == "int":
        _require(text.isdecimal(), f"{variable} is a whole number", text)
        return int(text)
    if kind.startswith("bool"):
        _require(text in ("0", "1"), f"{variable} is 0 or 1", text)
        return text == "1"
    return Path(text) if kind == "Path" else text


def _knows_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


def _require(holds: bool, rule: str, received: object) -> None:
    if not holds:
        raise InvalidInput(rule, received, "See docs/settings.md", code="invalid_setting")
