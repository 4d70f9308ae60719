// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "http/listener.h"

namespace cinnabar::http {
namespace {

constexpr int kBacklog = 4096;      // the kernel lowers it to net.core.somaxconn
constexpr int kFreePortTries = 16;  // until a free port is free in both address families

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  SocketAddress(const std::string& host, std::uint16_t port) {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    if (inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
      v6->sin6_family = AF_INET6;
      v6->sin6_port = htons(port);
      size = sizeof *v6;
    } else {
      v4->sin_family = AF_INET;
      inet_pton(AF_INET, host.c_str(), &v4->sin_addr);
      v4->sin_port = htons(port);
      size = sizeof *v4;
    }
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

void set_option(int fd, int level, int name, int value) {
  ::setsockopt(fd, level, name, &value, sizeof value);
}

/// A peer that vanished is found within `timeout`: by probes while all is silent, by the lack of
/// acknowledgements while something is under way.
void set_inherited_options(int fd, Duration timeout) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout).count();
  const int idle = static_cast<int>(std::clamp<std::int64_t>(seconds / 2, 1, 3600));
  const int interval = static_cast<int>(std::clamp<std::int64_t>(seconds / 8, 1, 3600));
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, interval);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,
             static_cast<int>(std::clamp<std::int64_t>(ms, 1000, 1 << 30)));
}

std::string shown(const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Error bind_error(const std::string& host, std::uint16_t port, int error) {
  std::string advice;
  switch (error) {
    case EADDRINUSE:
      advice =
          "another program listens there; stop it (\"ss -ltnp\" shows which it is) or choose another port";
      break;
    case EACCES:
      advice = "ports below 1024 need CAP_NET_BIND_SERVICE; choose a higher port or grant it";
      break;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
      advice =
          "this machine has no such address; \"ip addr\" shows which it has, 0.0.0.0 or [::] stand for all";
      break;
    case EMFILE: advice = "raise the nofile limit (ulimit -n)"; break;
    default: advice = "check the address";
  }
  return {error == EADDRINUSE ? ErrorCode::kUnavailable : ErrorCode::kInvalid,
          "Cannot listen on " + shown(host, port) + ": " + std::strerror(error) + "; " + advice + "."};
}

/// 0, or errno. Sets `out`.
int bind_one(const std::string& host, std::uint16_t port, bool shared, std::optional<ListenSocket>& out) {
  const SocketAddress address(host, port);
  ListenSocket socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.fd() < 0) return errno;
  set_option(socket.fd(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (shared) set_option(socket.fd(), SOL_SOCKET, SO_REUSEPORT, 1);
  if (address.storage.ss_family == AF_INET6) set_option(socket.fd(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (::bind(socket.fd(), address.get(), address.size) != 0) return errno;
  out.emplace(std::move(socket));
  return 0;
}

std::uint16_t port_of(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size);
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(storage).sin_port);
}

bool has_ipv6_loopback() {
  std::optional<ListenSocket> socket;
  return bind_one("::1", 0, false, socket) == 0;
}

/// 0, or errno: finds out whether the port is ours alone. With SO_REUSEPORT a second process of
/// the same user would silently get half of the connections.
int probe(const std::vector<std::string>& hosts, std::uint16_t& port, std::string& failed_host) {
  std::uint16_t chosen = port;
  std::vector<ListenSocket> held;
  for (const std::string& host : hosts) {
    std::optional<ListenSocket> socket;
    failed_host = host;
    if (const int error = bind_one(host, chosen, false, socket); error != 0) return error;
    if (chosen == 0) chosen = port_of(socket->fd());
    held.push_back(std::move(*socket));
  }
  port = chosen;
  return 0;
}

}  // namespace

Result<std::vector<std::vector<ListenSocket>>> bind_address(ListenAddress& address, std::size_t copies,
                                                            Duration peer_timeout) {
  std::vector<std::string> hosts{address.host};
  if (address.host == "localhost") {
    hosts = {"127.0.0.1"};
    if (has_ipv6_loopback()) hosts.push_back("::1");
  }
  const bool any_port = address.port == 0;
  std::string failed_host;
  int error = 0;
  for (int tries = 0; tries < (any_port ? kFreePortTries : 1); ++tries) {
    std::uint16_t port = address.port;
    error = probe(hosts, port, failed_host);
    if (error == EADDRINUSE && any_port) continue;
    if (error == 0) address.port = port;
    break;
  }
  if (error != 0) return bind_error(failed_host, address.port, error);

  std::vector<std::vector<ListenSocket>> loops(copies);
  for (auto& sockets : loops) {
    for (const std::string& host : hosts) {
      std::optional<ListenSocket> socket;
      error = bind_one(host, address.port, true, socket);
      if (error == 0) {
        set_inherited_options(socket->fd(), peer_timeout);
        if (::listen(socket->fd(), kBacklog) != 0) error = errno;
      }
      if (error != 0) return bind_error(host, address.port, error);
      sockets.push_back(std::move(*socket));
    }
  }
  return loops;
}

}  // namespace cinnabar::http
