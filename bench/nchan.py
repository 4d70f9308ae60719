# SPDX-License-Identifier: Apache-2.0
"""Debian's nginx with nchan (nginx, libnginx-mod-nchan) as a yardstick: EventSource subscribers of one channel.

One worker process: nchan then has nothing to pass from worker to worker, so that its CPU time per delivery is
the least it can be, and one process has all of it. With two, each message costs more and is no sooner with the
last of the subscribers, as their client needs a core too (tried on two cores)."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from harness import Failure, Hub, free_port, stop
from targets import Target, drain, post_request

MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
CONFIGURATION = """
load_module {module};
{user}
daemon off;
worker_processes {workers};
worker_rlimit_nofile 20000;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 16384; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  client_body_buffer_size 64k;
  keepalive_requests 1000000000;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /subscribe {{
      nchan_subscriber eventsource;
      nchan_subscriber_first_message newest;
      nchan_channel_id bench;
    }}
    location = /publish {{
      nchan_publisher http;
      nchan_message_buffer_length 1;
      nchan_channel_id bench;
    }}
  }}
}}
"""


class Nchan(Target):
    """An nginx of its own on a free loopback port; use as a context. `pid` is that of its only worker."""

    def __init__(self, bench, workers=1):
        super().__init__(bench, "nchan", free_port(), "/subscribe")
        nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if not nginx or not MODULE.exists():
            raise Failure("nchan is not installed: apt-get install nginx libnginx-mod-nchan")
        self.nginx, self.workers, self.process = nginx, workers, None
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="nchan-"))
        configuration = self.directory / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(
            module=MODULE, user="user root;" if os.geteuid() == 0 else "", workers=workers,
            directory=self.directory, port=self.port))
        self.command = [nginx, "-c", str(configuration), "-e", str(self.directory / "error.log")]

    def __enter__(self):
        try:
            self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 10
            while not Hub.answers(self.port) or len(self.worker_pids()) < self.workers:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise Failure(f"nginx does not listen; it said: {self.last_words()}")
                time.sleep(0.05)
            self.pid = self.worker_pids()[0]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            stop(self.process)  # the master takes its workers with it
        shutil.rmtree(self.directory, ignore_errors=True)

    def worker_pids(self):
        master = self.process.pid
        try:
            children = pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split()
        except FileNotFoundError:
            return []
        return [int(child) for child in children]

    def last_words(self):
        log = self.directory / "error.log"
        return log.read_text(errors="replace")[-600:] if log.exists() else "(none)"

    def drain(self, subscribers, events, rate, size=200):
        """The JSON of the run. nchan takes the body whole as the message."""
        fill = b"x" * (size - 30)
        return drain(self, lambda mark: post_request("/publish", mark + fill, "text/plain"), subscribers, events,
                     rate, path=self.path)
