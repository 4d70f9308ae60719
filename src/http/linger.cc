// SPDX-License-Identifier: Apache-2.0
#include "http/linger.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "http/scratch.h"

namespace cinnabar::http {

void Linger::begin(Loop& loop, int fd, Watched& watched) {
  auto* const linger = new Linger(loop, fd);
  loop.timers().schedule(*linger, steady_now() + kTime);
  // What was there to read already is an edge for the successor too.
  loop.hand_over(fd, watched, *linger);
}

Linger::~Linger() {
  loop_.forget(*this);
  ::close(fd_);
}

void Linger::on_edges(Edges edges) {
  if (!edges.readable) return;
  const auto scratch = read_scratch();
  while (discarded_ < kBytes) {
    const ssize_t got = ::recv(fd_, scratch.data(), scratch.size(), 0);
    if (got > 0) {
      discarded_ += static_cast<std::size_t>(got);
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    break;
  }
  delete this;
}

}  // namespace cinnabar::http
