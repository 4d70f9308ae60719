// SPDX-License-Identifier: Apache-2.0
#include "http/socket_transport.h"

#include <sys/socket.h>

#include <algorithm>
#include <climits>

namespace cinnabar::http {

SocketTransport::SocketTransport(Loop& loop, int fd, std::string peer)
    : loop_(loop), descriptor_(loop.context().get_executor()), peer_(std::move(peer)) {
  boost::system::error_code error;
  descriptor_.assign(fd, error);
  // Out of epoll watches: a transport that is closed from the start.
  if (error) ::close(fd);
}

void SocketTransport::wait(bool for_write, Descriptor::wait_type kind) {
  bool& waits = for_write ? write_waits_ : read_waits_;
  if (waits) return;
  waits = true;
  descriptor_.async_wait(kind,
                         [self = shared_from_this(), for_write](const boost::system::error_code& error) {
                           (for_write ? self->write_waits_ : self->read_waits_) = false;
                           if (error == boost::asio::error::operation_aborted) return;
                           if (for_write) {
                             self->ready_to_write();
                           } else {
                             self->ready_to_read();
                           }
                         });
}

void SocketTransport::ready_to_read() {
  if (listener_) listener_->on_readable();
}

void SocketTransport::ready_to_write() {
  if (listener_) listener_->on_writable();
}

void SocketTransport::close(bool linger_reset) {
  listener_ = nullptr;
  if (!open()) return;
  before_close(linger_reset);
  boost::system::error_code ignored;
  if (linger_reset) {
    const linger reset{1, 0};
    ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  } else if (!eof_seen_) {
    descriptor_.cancel(ignored);
    Linger::begin(loop_, std::move(descriptor_));
    return;
  }
  descriptor_.close(ignored);
}

Transport::Outcome PlainTransport::read(std::span<char> into) {
  if (!open()) return {0, Status::kError};
  for (;;) {
    const ssize_t got = ::recv(fd(), into.data(), into.size(), 0);
    if (got > 0) return {static_cast<std::size_t>(got), Status::kOk};
    if (got == 0) {
      saw_eof();
      return {0, Status::kEof};
    }
    if (errno == EINTR) continue;
    return {0, errno == EAGAIN || errno == EWOULDBLOCK ? Status::kBlocked : Status::kError};
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
    return {0, errno == EAGAIN || errno == EWOULDBLOCK ? Status::kBlocked : Status::kError};
  }
}

}  // namespace cinnabar::http
