"""The operator's list of robots and webhooks, a TOML file beside the installation's settings.

[[endpoint]]
name = "duty"                         # how pages and logs call it
kind = "wecom"                        # wecom, dingtalk, webhook
url_file = "/run/secrets/wecom_url"   # or url = "https://…"
secret_file = "/run/secrets/hook"     # dingtalk: signs; webhook: needed
regimes = ["shanxi"]                  # empty: all
offices = ["shanxi_std_authority"]    # codes of organisations; empty: all
events = ["task", "due"]
locale = "zh"
private = false                       # true: may lie on a private network, may be http
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.config import Config, ConfigError

KINDS = ("wecom", "dingtalk", "webhook")
EVENTS = ("task", "due")
LIMIT_NAME = 64


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One robot or webhook; what it is told of is limited to regimes and offices."""

    name: str
    kind: str
    url: str
    secret: str = ""
    regimes: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset(EVENTS)
    locale: str = "zh"
    private: bool = False

    def wants(self, event: str, regime: str, office: str) -> bool:
        """Whether it is told of such a thing of this office."""
        fits = not self.regimes or regime in self.regimes
        return fits and event in self.events and (not self.offices or office in self.offices)


def read(config: Config) -> dict[str, Endpoint]:
    """Name -> endpoint. Raises ConfigError with a sentence that names what is wrong."""
    if config.endpoints_file == Path():
        return {}
    try:
        listed = tomllib.loads(config.endpoints_file.read_text(encoding="utf-8"))["endpoint"]
        found = [_endpoint(each) for each in listed]
    except (OSError, KeyError, TypeError, ValueError) as error:
        sentence = f"GUICHENG_ENDPOINTS_FILE: {type(error).__name__}: {error}"
        raise ConfigError(sentence) from error
    if len({each.name for each in found}) < len(found):
        raise ConfigError("GUICHENG_ENDPOINTS_FILE: two endpoints have the same name")
    return {each.name: each for each in found}


def _endpoint(given: Mapping[str, Any]) -> Endpoint:
    known = {"name", "kind", "url", "url_file", "secret", "secret_file", "regimes", "offices"}
    if unknown := given.keys() - known - {"events", "locale", "private"}:
        raise ValueError(f"unknown entry {sorted(unknown)[0]}")
    made = Endpoint(
        name=given["name"],
        kind=given["kind"],
        url=_text(given, "url"),
        secret=_text(given, "secret"),
        regimes=frozenset(given.get("regimes", ())),
        offices=frozenset(given.get("offices", ())),
        events=frozenset(given.get("events", EVENTS)),
        locale=given.get("locale", "zh"),
        private=given.get("private", False) is True,
    )
    _check(made)
    return made


def _text(given: Mapping[str, Any], name: str) -> str:
    if path := given.get(f"{name}_file"):
        return Path(path).read_text(encoding="utf-8").strip()
    return str(given.get(name, ""))


def _check(made: Endpoint) -> None:
    if not 0 < len(made.name) <= LIMIT_NAME or made.kind not in KINDS:
        raise ValueError(f"{made.name[:LIMIT_NAME]!r} needs a name and one of the kinds {KINDS}")
    if not made.url.startswith(("https://", "http://") if made.private else "https://"):
        raise ValueError(f"{made.name}: the url must begin with https://")
    if made.kind == "webhook" and len(made.secret) < 16:
        raise ValueError(f"{made.name}: a webhook needs a secret of 16 characters or more")
    if not made.events <= set(EVENTS) or made.locale not in ("zh", "en"):
        raise ValueError(f"{made.name}: unknown event or language")
