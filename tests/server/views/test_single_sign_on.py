"""Signing in through a provider: a fake one answers in this process; no request leaves it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import insert, select, update

from server import create_app, db
from server.config import Config, ConfigError
from server.models import administration_journal, identities, memberships, people
from server.work import people as accounts
from tests.server.views.conftest import CHEAP

ISSUER = "https://id.example"
CLIENT = "guicheng"
LOGIN = "shanxi_applicant"
KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
STRANGER = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})


@dataclass
class Provider:
    """What the provider answers; ``claims`` and ``sign`` are changed by the tests."""

    nonce: str = ""
    challenge: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] = lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "1"}, claims, KEY
    )
    verifiers: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answer(self, _adapter: object, request: Any, **_: object) -> requests.Response:
        """In place of the network."""
        assert request.url.startswith(ISSUER), request.url
        path = urlsplit(request.url).path
        self.asked.append(path)
        given = {
            "/.well-known/openid-configuration": self._metadata,
            "/keys": lambda _: {"keys": [KEY.as_dict(private=False)]},
            "/token": self._token,
        }[path](request)
        made = requests.Response()
        made.status_code = 400 if "error" in given else 200
        made._content = json.dumps(given).encode()
        made.headers["Content-Type"] = "application/json"
        made.request, made.url = request, request.url
        return made

    def _metadata(self, _: Any) -> dict[str, Any]:
        places = {"authorization": "authorize", "token": "token"}
        return {
            "issuer": ISSUER,
            "jwks_uri": f"{ISSUER}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            **{f"{name}_endpoint": f"{ISSUER}/{path}" for name, path in places.items()},
        }

    def _token(self, request: Any) -> dict[str, Any]:
        sent = parse_qs(request.body if isinstance(request.body, str) else request.body.decode())
        self.verifiers += sent.get("code_verifier", [])
        if sent["code"] != ["good"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        usual = {"iss": ISSUER, "sub": "s-1", "aud": CLIENT, "iat": now, "exp": now + 60}
        claims = {**usual, "nonce": self.nonce, "email": "a@x.example", **self.claims}
        kept = {name: value for name, value in claims.items() if value is not None}
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.sign(kept)}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider()
    monkeypatch.setattr(
        requests.adapters.HTTPAdapter,
        "send",
        lambda adapter, request, **given: made.answer(adapter, request, **given),
    )
    return made


@pytest.fixture
def app(office: Path, tmp_path: Path) -> Iterator[Flask]:
    """The demonstration office with a provider; one account is linked to ``s-1``."""
    path, secret = tmp_path / "office.sqlite", tmp_path / "secret"
    shutil.copy(office, path)
    secret.write_text("client secret\n", encoding="utf-8")
    config = Config(
        database_url=f"sqlite:///{path}",
        data_dir=tmp_path,
        secret_key="only for tests",
        demonstration=True,
        oidc_issuer=ISSUER,
        oidc_client_id=CLIENT,
        oidc_secret_file=secret,
        **CHEAP,
    )
    made = create_app(config)
    accounts.use(config, refusal_takes=0)
    with db.transaction() as tx:
        person = tx.execute(select(people.c.id).where(people.c.login == LOGIN)).scalar_one()
        link = {"issuer": ISSUER, "subject": "s-1", "person_id": person}
        tx.execute(insert(identities).values(link))
    yield made
    db.engine().dispose()


def begin(client: FlaskClient, provider: Provider, wanted: str = "/cases") -> dict[str, str]:
    """Go to the provider; what we asked of it."""
    sent = client.get(f"/sign-in/provider?next={wanted}").headers["Location"]
    assert sent.startswith(f"{ISSUER}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent).query).items()}
    provider.nonce, provider.challenge = asked["nonce"], asked["code_challenge"]
    return asked


def come_back(client: FlaskClient, state: str, code: str = "good") -> Any:
    return client.get(f"/sign-in/provider/back?state={state}&code={code}")


def journaled() -> list[str]:
    with db.read() as tx:
        ordered = select(administration_journal.c.act).order_by(administration_journal.c.seq)
        return list(tx.execute(ordered).scalars())


def test_who_is_linked_is_signed_in_and_led_on(app: Flask, provider: Provider) -> None:
    client = app.test_client()
    asked = begin(client, provider)
    assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT, "S256")
    answer = come_back(client, asked["state"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases")
    assert client.get("/inbox").status_code == 200
    assert provider.verifiers and provider.verifiers[0] != provider.challenge
    assert journaled() == ["sign_in"]


HOSTILE: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "somebody-else"},
    "no audience": {"aud": None},
    "another nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "expired": {"exp": 1},
    "no expiry": {"exp": None},
    "from the future": {"iat": 32503680000, "nbf": 32503680000},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "another subject": {"sub": "s-2"},
    "the e-mail of an account": {"sub": "s-3", "email": "shanxi_applicant@office.example"},
    "the login as subject": {"sub": LOGIN},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_token_that_does_not_fit_opens_nothing(app: Flask, provider: Provider, name: str) -> None:
    provider.claims = HOSTILE[name]
    client = app.test_client()
    answer = come_back(client, begin(client, provider)["state"])
    assert answer.status_code == 401 and client.get("/inbox").status_code == 401


SIGNATURES: dict[str, Callable[[dict[str, Any]], str]] = {
    "another key": lambda claims: jwt.encode({"alg": "RS256", "kid": "1"}, claims, STRANGER),
    "an unknown key": lambda claims: jwt.encode({"alg": "RS256", "kid": "9"}, claims, STRANGER),
    "our public key as a secret": lambda claims: jwt.encode(
        {"alg": "HS256", "kid": "1"},
        claims,
        OctKey.import_key(KEY.as_pem(private=False).hex()),
    ),
    "no signature": lambda claims: (
        jwt.encode({"alg": "RS256", "kid": "1"}, claims, KEY).rpartition(".")[0] + "."
    ),
    "nonsense": lambda claims: "a.b.c",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_token_that_the_provider_did_not_sign_opens_nothing(
    app: Flask, provider: Provider, name: str
) -> None:
    provider.sign = SIGNATURES[name]
    client = app.test_client()
    answer = come_back(client, begin(client, provider)["state"])
    assert answer.status_code == 401 and client.get("/inbox").status_code == 401


@pytest.mark.parametrize("state", ["", "another"])
def test_an_answer_to_no_question_of_this_browser_is_refused(
    app: Flask, provider: Provider, state: str
) -> None:
    client = app.test_client()
    begin(client, provider)
    assert come_back(client, state).status_code == 401
    stranger = app.test_client()
    asked = begin(client, provider)
    assert come_back(stranger, asked["state"]).status_code == 401


def test_an_answer_counts_once(app: Flask, provider: Provider) -> None:
    client = app.test_client()
    asked = begin(client, provider)
    assert come_back(client, asked["state"]).status_code == 303
    assert come_back(client, asked["state"]).status_code == 401


@pytest.mark.parametrize("query", ["error=access_denied&state={}", "state={}", "state={}&code=bad"])
def test_a_refusal_of_the_provider_is_told(app: Flask, provider: Provider, query: str) -> None:
    client = app.test_client()
    asked = begin(client, provider)
    answer = client.get(f"/sign-in/provider/back?{query.format(asked['state'])}")
    assert answer.status_code == 401 and "统一身份认证没有通过" in answer.get_data(as_text=True)


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_led_elsewhere_afterwards(app: Flask, provider: Provider, wanted: str) -> None:
    client = app.test_client()
    asked = begin(client, provider, wanted)
    assert come_back(client, asked["state"]).headers["Location"] == "/"


def test_a_locked_account_stays_locked(app: Flask, provider: Provider) -> None:
    with db.transaction() as tx:
        tx.execute(update(people).where(people.c.login == LOGIN).values(active=False))
    client = app.test_client()
    assert come_back(client, begin(client, provider)["state"]).status_code == 401
    assert journaled() == ["sign_in_refused"]


def test_nobody_gets_an_account_or_an_office_by_signing_in(app: Flask, provider: Provider) -> None:
    def counted() -> list[int]:
        with db.read() as tx:
            tables = (people, memberships, identities)
            return [len(tx.execute(select(table)).all()) for table in tables]

    before = counted()
    provider.claims = {"sub": "s-9", "groups": ["admin"], "roles": ["authority"]}
    client = app.test_client()
    come_back(client, begin(client, provider)["state"])
    assert counted() == before


def test_local_accounts_work_when_the_provider_is_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise requests.ConnectionError("away")

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", away)
    client = app.test_client()
    assert client.get("/sign-in/provider").status_code == 401
    given = {"login": LOGIN, "password": accounts.DEMONSTRATION_PASSWORD}
    assert client.post("/sign-in", data=given).status_code == 303


def test_the_button_is_there_only_with_a_provider(app: Flask) -> None:
    assert "/sign-in/provider" in app.test_client().get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize(
    "given",
    [
        {"oidc_issuer": ISSUER},
        {"oidc_client_id": CLIENT},
        {"oidc_issuer": "http://id.example", "oidc_client_id": CLIENT},
    ],
)
def test_half_a_provider_is_refused_at_the_start(given: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="OIDC"):
        Config(data_dir=tmp_path, **given).checked()  # type: ignore[arg-type]
