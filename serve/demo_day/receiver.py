"""The demo canteen's backend: takes webhooks on this machine while the day is played."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

NOBODY = "http://127.0.0.1:9/webhooks"
"""Where the canteen's backend is afterwards: the port of the discard service, which nobody runs."""


class _Acknowledge(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing: the progress bar does."""


@contextmanager
def run_receiver() -> Iterator[str]:
    """Yields the address of a receiver that acknowledges everything."""
    server = HTTPServer(("127.0.0.1", 0), _Acknowledge)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/webhooks"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
