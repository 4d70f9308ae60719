# SPDX-License-Identifier: Apache-2.0
"""A hub in Python that does as little as `cinnabar bench` needs, and does it wrong on purpose."""

import contextlib
import itertools
import queue
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class FaultyHub(ThreadingHTTPServer):
    """Serves on a free port while used as a context. `fault(number, data)`: what subscribers get instead of the
    update with that number (from 1), a list of data. `statuses`: what subscribers and publishers are answered."""

    daemon_threads = True

    def __init__(self, fault=lambda number, data: [data], subscribe_status=200, publish_status=200):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fault = fault
        self.subscribe_status = subscribe_status
        self.publish_status = publish_status
        self.queries = []
        self._streams = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/.well-known/mercure"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        for stream in self._streams:
            stream.put(None)
        self.server_close()

    def open_stream(self, query):
        stream = queue.Queue()
        with self._lock:
            self.queries.append(query)
            self._streams.append(stream)
        return stream

    def publish(self, data):
        event_id = f"urn:uuid:{uuid.uuid4()}"
        with self._lock:
            for each in self.fault(next(self._numbers), data):
                for stream in self._streams:
                    stream.put(f"id: {event_id}\ndata: {each}\n\n".encode())
        return event_id


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.server.subscribe_status != 200:
            self.send_response(self.server.subscribe_status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        stream = self.server.open_stream(urlsplit(self.path).query)
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.flush()
            while (event := stream.get()) is not None:
                self.wfile.write(event)

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        answer = b""
        if self.server.publish_status == 200:
            answer = self.server.publish(form["data"][0]).encode()
        self.send_response(self.server.publish_status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass
