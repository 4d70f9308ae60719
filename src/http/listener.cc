// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace cinnabar::http {
namespace {

constexpr int kAcceptsPerTurn = 64;  // then the connections that are open get their turn
constexpr Duration kPause = std::chrono::milliseconds(200);
constexpr std::int64_t kWarnEveryMs = 10'000;

void warn_out_of_files(int error) {
  static std::atomic<std::int64_t> last{-kWarnEveryMs};
  const std::int64_t now = unix_now_ms();
  std::int64_t before = last.load();
  if (now - before < kWarnEveryMs || !last.compare_exchange_strong(before, now)) return;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  log_warn(error == EMFILE
               ? "cannot accept connections: this process has no file descriptor left; raise its nofile "
                 "limit (ulimit -n, LimitNOFILE= of a systemd unit)"
           : error == ENFILE
               ? "cannot accept connections: the system has no file descriptor left; raise fs.file-max"
               : "cannot accept connections: the system is out of memory for sockets",
           {{"limit", static_cast<std::uint64_t>(limit.rlim_cur)}, {"error", std::strerror(error)}});
}

std::string numeric_peer(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
  } else {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  }
  return text;
}

}  // namespace

ListenSocket& ListenSocket::operator=(ListenSocket other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

ListenSocket::~ListenSocket() {
  if (fd_ >= 0) ::close(fd_);
}

Listener::Listener(Loop& loop, ListenSocket socket, Accepted accepted)
    : loop_(loop), socket_(std::move(socket)), accepted_(std::move(accepted)) {}

Listener::~Listener() { loop_.forget(*this); }

Result<void> Listener::start() {
  if (loop_.watch(socket_.fd(), *this)) return {};
  return Error{ErrorCode::kUnavailable, std::string("cannot watch a listening socket: ") +
                                            std::strerror(errno) + "; raise fs.epoll.max_user_watches"};
}

void Listener::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd =
        ::accept4(socket_.fd(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      accepted_(fd, numeric_peer(peer));
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      pause(errno);
      return;
    }
    // Errors of the one connection (ECONNABORTED and the network's, see accept(2)) concern only it.
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
  }
  loop_.tell_soon(*this);
}

void Listener::pause(int error) {
  warn_out_of_files(error);
  loop_.timers().schedule(*this, steady_now() + kPause);
}

}  // namespace cinnabar::http
