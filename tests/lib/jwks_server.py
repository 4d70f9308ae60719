# SPDX-License-Identifier: Apache-2.0
"""An authorization server's JWK Set over https on loopback: it rotates, lies, hangs, redirects and floods."""

import base64
import json
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from lib import certs, tokens


def _number(value, length=None):
    raw = value.to_bytes(length or (value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class SigningKey:
    """A key pair with an id, as its issuer has it."""

    def __init__(self, key_id, algorithm="ES256", **members):
        self.id = key_id
        self.algorithm = algorithm
        self.members = members
        if algorithm == "EdDSA":
            self.private = ed25519.Ed25519PrivateKey.generate()
        elif algorithm.startswith("ES"):
            curve = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}[algorithm]
            self.private = ec.generate_private_key(curve())
        else:
            self.private = rsa.generate_private_key(65537, 2048)

    def jwk(self):
        public = self.private.public_key()
        if self.algorithm == "EdDSA":
            raw = public.public_bytes_raw() if hasattr(public, "public_bytes_raw") else None
            if raw is None:
                from cryptography.hazmat.primitives import serialization

                raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            body = {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode()}
        elif self.algorithm.startswith("ES"):
            numbers = public.public_numbers()
            length = (public.curve.key_size + 7) // 8
            name = {256: "P-256", 384: "P-384", 521: "P-521"}[public.curve.key_size]
            body = {"kty": "EC", "crv": name, "x": _number(numbers.x, length), "y": _number(numbers.y, length)}
        else:
            numbers = public.public_numbers()
            body = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
        return {**body, **({"kid": self.id} if self.id else {}), **self.members}

    def token(self, headers=None, **claims):
        """By this key, which its header names if it has an id."""
        kid = {"kid": self.id} if self.id else {}
        return jwt.encode(
            tokens.claims(**claims),
            self.private,
            algorithm=self.algorithm,
            headers={"typ": "at+jwt", **kid, **(headers or {})},
        )


class JwksServer:
    """Serves /jwks from a thread of its own. `behave` takes the request and may answer in another way."""

    def __init__(self, directory, *keys):
        self.certificate, key = certs.make_certificate(directory, stem="jwks")
        self.keys = list(keys)
        self.headers = {}
        self.behave = None
        self.requests = []
        self._stopping = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server.requests.append(self.path)
                if server.behave and server.behave(self):
                    return
                self.answer(200, server.document())

            def answer(self, status, body, headers=()):
                self.send_response(status)
                for name, value in {**server.headers, **dict(headers)}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def sleep(self, seconds):
                """False once the server stops."""
                return not server._stopping.wait(seconds)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request, client_address):
                pass  # clients that go away are what some scenarios are about

        self._server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def document(self):
        return json.dumps({"keys": [key.jwk() for key in self.keys]}).encode()

    @property
    def uri(self):
        return f"https://localhost:{self.port}/jwks"

    def stop(self):
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class SilentServer:
    """Accepts connections, and says nothing."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    @property
    def uri(self):
        return f"https://localhost:{self.port}/jwks"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()


def wait_for_requests(server, count, timeout=10):
    deadline = time.monotonic() + timeout
    while len(server.requests) < count:
        assert time.monotonic() < deadline, f"{len(server.requests)} of {count} requests"
        time.sleep(0.01)
