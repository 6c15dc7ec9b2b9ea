"""`--serve`: the built site at an address of this machine, as a host would serve it, and built anew when it changes."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import watchfiles

from site_builder.errors import SourceError
from site_builder.hosts import SECURITY_HEADERS
from site_builder.ledger import FILE as LEDGER

HOST = "127.0.0.1"
FIRST_PORT = 8000
TRIED = 20  # ports tried from FIRST_PORT on, when none was asked for


TYPES = {
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",  # Windows' registry may say text/plain, which a browser won't run
    ".json": "application/json",
    ".jsonl": "application/x-ndjson; charset=utf-8",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}
"""Kinds of file whose type must not be left to the machine. Pagefind's own are plain bytes to everybody else."""


RELOAD, CHANGES = "/-/reload.js", "/-/changes"  # addresses that no site has
_SCRIPT = """\
// A page that has changed since it was loaded is loaded anew.
const own = async () => (await fetch(location.href)).text();
let shown = own(), seen = "";
new EventSource("%s").onmessage = async ({ data }) => {
  if (seen && data !== seen && (await own()) !== (await shown)) location.reload();
  seen = data;
};
"""
_PATIENCE = 15  # seconds without a change after which the browser is told that we are still here


class _Handler(SimpleHTTPRequestHandler):
    """Serves files as they are now, 404.html for what is missing, and no lists of folders. Each page gets a script
    that loads it anew when it has changed.
    """

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == RELOAD:
            self._send((_SCRIPT % CHANGES).encode(), TYPES[".js"])
        elif path == CHANGES:
            self._tell_changes()
        else:
            file = Path(self.translate_path(self.path))
            file = file / "index.html" if path.endswith("/") else file
            try:
                page = file.read_bytes() if file.suffix == ".html" else b""
            except OSError:
                page = b""
            if page:
                self._send(
                    page.replace(b"</body>", b'<script src="%s"></script></body>' % RELOAD.encode()), TYPES[".html"]
                )
            else:
                super().do_GET()

    def _send(self, body: bytes, type: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _tell_changes(self) -> None:
        """How often the site has changed: now, and each time that it does, until the browser hangs up."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        told = -1
        with contextlib.suppress(OSError):
            while not self.server.ended:
                told = self.server.wait(told)
                self.wfile.write(f"data: {told}\n\n".encode())
                self.wfile.flush()
        self.close_connection = True

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        return TYPES.get(Path(path).suffix.lower()) or super().guess_type(path)

    def end_headers(self) -> None:
        for name, value in SECURITY_HEADERS.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def list_directory(self, path: object) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", TYPES[".html"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is for what the build has to say."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"  # there it would let two programs have one port

    def __init__(self, *words: Any) -> None:
        self.changed = threading.Condition()
        self.changes = 0
        self.ended = False
        super().__init__(*words)  # closes itself where the port is taken

    def wait(self, told: int) -> int:
        """How often the site has changed, as soon as it is another number than was told."""
        with self.changed:
            self.changed.wait_for(lambda: self.changes != told or self.ended, _PATIENCE)
            return self.changes

    def tell(self) -> None:
        """The site has changed: browsers that show one of its pages look whether it is theirs."""
        with self.changed:
            self.changes += 1
            self.changed.notify_all()

    def server_close(self) -> None:
        with self.changed:
            self.ended = True
            self.changed.notify_all()
        super().server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that hangs up in the middle is no fault."""


@contextmanager
def server(site: Path, port: int | None) -> Iterator[tuple[str, Callable[[], None]]]:
    """Serve the folder, which need not exist yet; gives the address, and what is to be called when the site has
    changed. Without a port, the first free one from 8000.
    """
    with _bound(partial(_Handler, directory=str(site)), port) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            yield f"http://{HOST}:{running.server_port}/", running.tell
        finally:
            running.shutdown()


def _bound(handler: Callable[..., SimpleHTTPRequestHandler], port: int | None) -> _Server:
    ports = range(FIRST_PORT, FIRST_PORT + TRIED) if port is None else [port]
    for each in ports:
        try:
            return _Server((HOST, each), handler)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    if port is None:
        raise SourceError(f"--serve: ports {ports[0]} to {ports[-1]} are all taken; give another: --serve 9000")
    raise SourceError(f"--serve: port {port} is taken; give another, or none for the first free one from {FIRST_PORT}")


def changes(watched: Iterable[Path], site: Path) -> Iterator[frozenset[Path]]:
    """The files of each change below the watched folders, until Ctrl-C. What a build itself writes is no change."""
    site = site.resolve()
    beside = f".{site.name}."

    def is_source(change: watchfiles.Change, name: str) -> bool:
        path = Path(name)
        if path.is_relative_to(site) or any(part.startswith(beside) for part in path.parts):
            return False
        if path.name.startswith(f".{LEDGER}."):  # on its way to its place, written by another build
            return False
        return watchfiles.DefaultFilter()(change, name)

    folders = [folder.resolve() for folder in watched if folder.is_dir()]
    for found in watchfiles.watch(*folders, watch_filter=is_source, raise_interrupt=True):
        yield frozenset(Path(name) for _kind, name in found)
