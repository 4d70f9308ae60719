// SPDX-License-Identifier: Apache-2.0
#include "http/socket_transport.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "http/linger.h"

namespace cinnabar::http {

SocketTransport::SocketTransport(Loop& loop, int fd, std::string peer)
    : loop_(loop), peer_(std::move(peer)), fd_(fd) {
  if (loop_.watch(fd_, *this)) return;
  // Out of epoll watches: a transport that is closed from the start.
  ::close(fd_);
  fd_ = -1;
}

SocketTransport::~SocketTransport() {
  if (!open()) return;
  loop_.forget(*this);
  ::close(fd_);
}

void SocketTransport::wait_to_read(bool for_room) {
  read_waits_ = for_room ? ReadWait::kRoom : ReadWait::kBytes;
  if (can_read()) loop_.tell_soon(*this);
}

void SocketTransport::read_soon() {
  read_waits_ = ReadWait::kSoon;
  loop_.tell_soon(*this);
}

void SocketTransport::await_writable() {
  write_waits_ = true;
  if (writable_) loop_.tell_soon(*this);
}

bool SocketTransport::can_read() const {
  switch (read_waits_) {
    case ReadWait::kNone: return false;
    case ReadWait::kBytes: return readable_;
    case ReadWait::kRoom: return writable_;
    case ReadWait::kSoon: return true;
  }
  return false;
}

void SocketTransport::on_edges(Edges edges) {
  readable_ |= edges.readable;
  writable_ |= edges.writable;
  ended_ |= edges.ended;
  const auto self = shared_from_this();  // the listener may let go of it
  if (write_waits_ && writable_) {
    write_waits_ = false;
    ready_to_write();
  }
  if (can_read()) {
    read_waits_ = ReadWait::kNone;
    ready_to_read();
  }
}

void SocketTransport::ready_to_read() {
  if (listener_) listener_->on_readable();
}

void SocketTransport::ready_to_write() {
  if (listener_) listener_->on_writable();
}

void SocketTransport::close(bool linger_reset) {
  listener_ = nullptr;
  read_waits_ = ReadWait::kNone;
  write_waits_ = false;
  if (!open()) return;
  before_close(linger_reset);
  const int fd = std::exchange(fd_, -1);
  if (linger_reset) {
    const linger reset{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  } else if (!eof_seen_ && ::shutdown(fd, SHUT_WR) == 0) {
    Linger::begin(loop_, fd, *this);
    return;
  }
  loop_.forget(*this);
  ::close(fd);
}

Transport::Outcome PlainTransport::read(std::span<char> into) {
  if (!open()) return {0, Status::kError};
  for (;;) {
    const ssize_t got = ::recv(fd(), into.data(), into.size(), 0);
    if (got > 0) {
      // A short read has emptied the socket: what comes later is an edge of its own.
      const auto bytes = static_cast<std::size_t>(got);
      if (bytes < into.size() && !ended()) nothing_to_read();
      return {bytes, Status::kOk};
    }
    if (got == 0) {
      saw_eof();
      return {0, Status::kEof};
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return {0, Status::kError};
    nothing_to_read();
    return {0, Status::kBlocked};
  }
}

Transport::Outcome PlainTransport::write(std::span<const iovec> buffers) {
  if (!open()) return {0, Status::kError};
  const auto count = std::min<std::size_t>(buffers.size(), IOV_MAX);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(buffers.data());
  message.msg_iovlen = count;
  for (;;) {
    const ssize_t sent = ::sendmsg(fd(), &message, MSG_NOSIGNAL);
    if (sent >= 0) return {static_cast<std::size_t>(sent), Status::kOk};
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return {0, Status::kError};
    no_room();
    return {0, Status::kBlocked};
  }
}

}  // namespace cinnabar::http
