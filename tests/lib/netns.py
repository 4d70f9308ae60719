# SPDX-License-Identifier: Apache-2.0
"""A client on a network of its own, joined to ours by a cable that can be cut."""

import os
import subprocess
import sys

from lib.timing import scaled

# Opens an event stream, says so, and then only acknowledges what comes, as far as the kernel does that.
_CLIENT = r"""
import socket, sys, time
address, port, path, h2 = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4] == "h2"
sock = socket.create_connection((address, port), 10)
if h2:
    import h2.connection
    connection = h2.connection.H2Connection()
    connection.initiate_connection()
    fields = [(":method", "GET"), (":scheme", "http"), (":authority", "hub"), (":path", path)]
    connection.send_headers(1, fields, end_stream=True)
    sock.sendall(connection.data_to_send())
else:
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: hub\r\n\r\n".encode())
sock.recv(65536)
print("open", flush=True)
while True:
    data = sock.recv(65536)
    if h2:
        connection.receive_data(data)
        sock.sendall(connection.data_to_send())
"""


def _run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=scaled(10), check=False)


def unavailable():
    """Why there can be no such network here; None: there can."""
    done = _run("unshare", "-n", "true")
    return None if done.returncode == 0 else f"no network namespaces: {done.stderr.strip()}"


class Network:
    """Ours is `address`; the client's end is a process's, and ends with it."""

    def __init__(self):
        self.name = f"cin{os.getpid() % 100000}"
        number = os.getpid() % 200
        self.address, self._other = f"10.231.{number}.1", f"10.231.{number}.2"
        self._holder = subprocess.Popen(["unshare", "-n", "sleep", "600"], stdout=subprocess.DEVNULL)
        self._clients = []
        try:
            self._join()
        except BaseException:
            self.close()
            raise

    def _join(self):
        ours, theirs = self.name + "a", self.name + "b"
        # unshare has to get there first.
        for _ in range(200):
            if os.readlink(f"/proc/{self._holder.pid}/ns/net") != os.readlink("/proc/self/ns/net"):
                break
        steps = [
            ["ip", "link", "add", ours, "type", "veth", "peer", "name", theirs],
            ["ip", "link", "set", theirs, "netns", str(self._holder.pid)],
            ["ip", "addr", "add", f"{self.address}/24", "dev", ours],
            ["ip", "link", "set", ours, "up"],
            self._inside("ip", "addr", "add", f"{self._other}/24", "dev", theirs),
            self._inside("ip", "link", "set", theirs, "up"),
        ]
        for step in steps:
            done = _run(*step)
            assert done.returncode == 0, f"{' '.join(step)}: {done.stderr}"

    def _inside(self, *command):
        return ["nsenter", "-t", str(self._holder.pid), "-n", *command]

    def subscribe(self, port, path, protocol):
        client = subprocess.Popen(
            self._inside(sys.executable, "-c", _CLIENT, self.address, str(port), path, protocol),
            stdout=subprocess.PIPE,
            text=True,
        )
        self._clients.append(client)
        assert client.stdout.readline() == "open\n"

    def cut(self):
        """From now on every packet is lost; nobody is told."""
        done = _run(*self._inside("ip", "link", "set", self.name + "b", "down"))
        assert done.returncode == 0, done.stderr

    def close(self):
        for process in [*self._clients, self._holder]:
            process.kill()
            process.wait()
        for client in self._clients:
            client.stdout.close()
        _run("ip", "link", "del", self.name + "a")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
