// SPDX-License-Identifier: Apache-2.0
#include "http/linger.h"

#include <sys/socket.h>

#include "http/scratch.h"

namespace cinnabar::http {

void Linger::begin(Loop& loop, Descriptor&& descriptor) {
  if (::shutdown(descriptor.native_handle(), SHUT_WR) != 0) {
    boost::system::error_code ignored;
    descriptor.close(ignored);
    return;
  }
  const auto linger = std::make_shared<Linger>(std::move(descriptor));
  loop.timers().schedule(*linger, steady_now() + kTime);
  linger->discard();
}

// Closing completes the pending wait, which holds the last reference.
void Linger::on_timer() {
  boost::system::error_code ignored;
  descriptor_.close(ignored);
}

void Linger::discard() {
  const auto scratch = read_scratch();
  while (discarded_ < kBytes) {
    const ssize_t got = ::recv(descriptor_.native_handle(), scratch.data(), scratch.size(), 0);
    if (got > 0) {
      discarded_ += static_cast<std::size_t>(got);
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      descriptor_.async_wait(Descriptor::wait_read,
                             [self = shared_from_this()](const boost::system::error_code& error) {
                               if (!error) self->discard();
                             });
      return;
    }
    break;
  }
  cancel();
  boost::system::error_code ignored;
  descriptor_.close(ignored);
}

}  // namespace cinnabar::http
