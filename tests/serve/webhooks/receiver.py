"""A real receiver of webhooks on this machine, which can fail in every way a receiver does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Receiver:
    """What came in; `answers` are the statuses it gives next, then `status`.

    `pause` runs while the sender waits for its answer; with `drips` the answer's head comes in so
    many single bytes before it ends.
    """

    url: str = ""
    status: int = 204
    drips: int = 0
    answers: list[int] = field(default_factory=list)
    pause: Callable[[], object] = lambda: None
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        """The webhook-id of every request, repeated ones too."""
        return [headers["webhook-id"] for headers, _ in self.requests]

    def read(self, secret: str) -> list[dict[str, Any]]:
        """Returns what came in, each id once, its signature checked by the reference library."""
        checked = {}
        for headers, body in self.requests:
            checked[headers["webhook-id"]] = Webhook(secret).verify(body, headers)
        return list(checked.values())


@contextmanager
def run_receiver(port: int = 0) -> Iterator[Receiver]:
    """Yields a receiver that listens; afterwards connections to its port are refused."""
    receiver, hung_up = Receiver(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append((headers, body))
            receiver.pause()
            status = receiver.answers.pop(0) if receiver.answers else receiver.status
            self.send_response(status)
            for _ in range(receiver.drips):
                self.flush_headers()
                self.wfile.write(b"x")
                hung_up.wait(0.02)
            if receiver.drips:
                self.wfile.write(b": y\r\n")
            if status == 302:
                self.send_header("location", receiver.url)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        allow_reuse_address = True

        def handle_error(self, *_: object) -> None:
            """A sender that hung up before the answer is part of the tests."""

    server = Server(("127.0.0.1", port), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        hung_up.set()
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    """Returns a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
