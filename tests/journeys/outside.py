"""The world outside, as a browser meets it: a proxy that writes down what it is asked for and refuses it.

A browser goes to its own computer without the proxy. So whatever comes here was meant for another one: of a page, a
stylesheet, a font, a favicon, a worker, a websocket, or of the browser itself.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

# What Chromium asks for by itself, whatever page it shows: updates, its own sign-in, hints for filling in forms.
BROWSER = {"update.googleapis.com", "accounts.google.com", "content-autofill.googleapis.com", "clients2.google.com",
           "optimizationguide-pa.googleapis.com", "safebrowsing.googleapis.com", "redirector.gvt1.com"}


class Outside(socketserver.ThreadingTCPServer):
    """Listens on a port of its own; `asked` are the request lines of pages so far."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Refusal)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Refusal(socketserver.StreamRequestHandler):
    server: Outside

    def handle(self) -> None:
        line = self.rfile.readline(4096).decode("latin-1").strip()
        if line and _host(line) not in BROWSER:  # a browser opens a connection ahead, and closes it unused
            self.server.asked.append(line)
        self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _host(line: str) -> str:
    """`a.example` of "CONNECT a.example:443 HTTP/1.1" and of "GET http://a.example/b HTTP/1.1"."""
    address = line.split()[1] if len(line.split()) > 1 else ""
    return urlsplit(address if "//" in address else f"//{address}").hostname or ""


@contextmanager
def watched_outside() -> Iterator[Outside]:
    """The proxy, running until the block ends."""
    with Outside() as outside:
        threading.Thread(target=outside.serve_forever, daemon=True).start()
        yield outside
        outside.shutdown()
