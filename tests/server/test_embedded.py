"""The web server of one office: there is room for all who keep their browsers open."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import waitress
from waitress.server import TcpWSGIServer

from server import embedded
from server.config import Config

STAFF = 40  # people with a browser open
EACH = 6  # connections that a browser keeps to one host


@pytest.fixture
def server() -> Iterator[TcpWSGIServer]:
    """The office's web server before an application that only says hello."""

    def hello(_: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "5")])
        return [b"hello"]

    settings = embedded.listening(Config(port=0, threads=2))
    server = waitress.create_server(hello, **settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    # closing its channels ends the loop
    server.pull_trigger()
    server.asyncore.close_all(server._map)
    thread.join()
    server.task_dispatcher.shutdown()


def test_browsers_kept_open_keep_nobody_out(server: TcpWSGIServer) -> None:
    kept = [asked(server) for _ in range(STAFF * EACH)]
    one_more = asked(server)
    assert len({each.sock.getsockname() for each in [*kept, one_more]}) == STAFF * EACH + 1
    for each in [*kept, one_more]:
        each.close()


def asked(server: TcpWSGIServer) -> http.client.HTTPConnection:
    """A connection over which a page has come, still open."""
    host, port = server.socket.getsockname()
    connection = http.client.HTTPConnection(host, port, timeout=3)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"hello"
    return connection
