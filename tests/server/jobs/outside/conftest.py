"""An office that tells, real servers that listen: SMTP with and without TLS, HTTP with whims."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from server.config import Config
from server.jobs import claims, outside, worker
from server.work import outside as told
from server.work.outside import contacts
from server.work.outside.contacts import Wishes
from server.work.people import Person
from tests.office import Office

WINDOW = 300
SENDER = "guicheng@office.example"


class Letterbox:
    """What an SMTP server has taken, and how it answers."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"
        self.recipient = "250 OK"
        self.hangs = 0.0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, _: Any
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.hangs:
            time.sleep(self.hangs)
        if self.answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return self.answer


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def smtp(letterbox: Letterbox) -> Iterator[Controller]:
    """A mail server on a port of this machine."""
    controller = Controller(letterbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for localhost, of an authority that this machine trusts for the test."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return context


def authenticator(*_: Any) -> Callable[..., AuthResult]:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (b"guicheng", b"a long password")
        return AuthResult(success=right, handled=False)

    return check


@dataclass
class Hook:
    """What an HTTP server was sent, and how it answers."""

    url: str = ""
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    body: bytes = b'{"errcode": 0, "errmsg": "ok"}'
    headers: dict[str, str] = field(default_factory=dict)
    piece: int = 1 << 20
    drips: float = 0.0


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A web server on a port of this machine."""
    told = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append((self.path, dict(self.headers), body))
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self._say()

        def _say(self) -> None:
            try:
                for at in range(0, len(told.body), told.piece):
                    self.wfile.write(told.body[at : at + told.piece])
                    time.sleep(told.drips)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield told
    server.shutdown()
    server.server_close()


@dataclass
class Telling:
    """An office whose settings let things out."""

    office: Office
    tmp: Path

    def use(self, endpoints: str = "", **settings: Any) -> None:
        """Take settings; ``endpoints`` is the text of the operator's list."""
        given = {
            "smtp_url": "smtp://127.0.0.1:1",
            "mail_from": SENDER,
            "public_url": "https://o.example",
        }
        if endpoints:
            path = self.tmp / "endpoints.toml"
            path.write_text(endpoints, encoding="utf-8")
            given["endpoints_file"] = path  # type: ignore[assignment]
        config = Config(**{**given, "message_window": WINDOW, **settings})
        told.use(config)
        outside.use(config)

    def reach(self, login: str, **wishes: Any) -> Person:
        """Somebody gives an address."""
        person = self.office[login]
        contacts.keep(person, Wishes(mail=f"{login}@office.example", **wishes))
        return person

    def spread(self) -> None:
        """Do the jobs that tell."""
        worker.drain(claims.OUTSIDE)


@pytest.fixture
def telling(office: Office, tmp_path: Path) -> Iterator[Telling]:
    found = Telling(office, tmp_path)
    found.use()
    yield found
    told.use(Config())
    outside.use(Config())
