"""A web server on this machine that gives archives away, well or badly."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HostileServer

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.asked.append((self.path, self.headers.get("Range")))
        script = self.server.scripts[self.path]
        (script.pop(0) if len(script) > 1 else script[0])(self)

    def log_message(self, *_: object) -> None:
        pass

    def begin(self, status: int, **headers: str | int) -> None:
        self.send_response(status)
        for name, value in {"Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def range_start(self) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(match[1]) if match else 0


class HostileServer(ThreadingHTTPServer):
    daemon_threads = True
    scheme = "http"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.scripts: dict[str, list[Behaviour]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.closing = threading.Event()

    def at(self, path: str, *script: Behaviour) -> str:
        """Answer `path` with each behaviour in turn, the last again and again."""
        self.scripts[path] = list(script)
        return f"{self.scheme}://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, *_: object) -> None:
        """Clients hang up on a server like this."""


@contextmanager
def running(certificate: ssl.SSLContext | None = None) -> Iterator[HostileServer]:
    server = HostileServer()
    if certificate is not None:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def whole(data: bytes) -> Behaviour:
    """As it should be: ranges understood."""

    def answer(request: Request) -> None:
        start = request.range_start()
        if start >= len(data):
            request.begin(416, Content_Range=f"bytes */{len(data)}", Content_Length=0)
        elif start:
            place = f"bytes {start}-{len(data) - 1}/{len(data)}"
            request.begin(206, Content_Range=place, Content_Length=len(data) - start)
            request.wfile.write(data[start:])
        else:
            request.begin(200, Content_Length=len(data))
            request.wfile.write(data)

    return answer


def without_ranges(data: bytes) -> Behaviour:
    def answer(request: Request) -> None:
        request.begin(200, Content_Length=len(data))
        request.wfile.write(data)

    return answer


def wrong_range(data: bytes) -> Behaviour:
    """Answers a range with another one."""

    def answer(request: Request) -> None:
        if not request.range_start():
            return without_ranges(data)(request)
        request.begin(206, Content_Range=f"bytes 7-{len(data) - 1}/{len(data)}",
                      Content_Length=len(data) - 7)  # fmt: skip
        request.wfile.write(data[7:])
        return None

    return answer


def cut_off(data: bytes, after: int, *, admitted: bool = True) -> Behaviour:
    """Sends `after` bytes and hangs up; `admitted`: having promised all of them."""

    def answer(request: Request) -> None:
        start = request.range_start()
        length = {"Content_Length": len(data) - start} if admitted else {"Connection": "close"}
        if start:
            place = f"bytes {start}-{len(data) - 1}/{len(data)}"
            request.begin(206, Content_Range=place, **length)
        else:
            request.begin(200, **length)
        request.wfile.write(data[start : start + after])

    return answer


def stalling(data: bytes, after: int) -> Behaviour:
    """Sends `after` bytes, then nothing, and does not hang up."""

    def answer(request: Request) -> None:
        request.begin(200, Content_Length=len(data))
        request.wfile.write(data[:after])
        request.wfile.flush()
        request.server.closing.wait()

    return answer


def silent(request: Request) -> None:
    """Does not answer at all."""
    request.server.closing.wait()


def endless(request: Request) -> None:
    request.begin(200, Connection="close")
    while not request.server.closing.is_set():
        request.wfile.write(bytes(65536))


def redirect(to: str) -> Behaviour:
    def answer(request: Request) -> None:
        request.begin(302, Location=to, Content_Length=0)

    return answer


def status(code: int) -> Behaviour:
    def answer(request: Request) -> None:
        request.begin(code, Content_Length=0)

    return answer
