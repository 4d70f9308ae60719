// SPDX-License-Identifier: Apache-2.0
#include "bench/wire.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace cinnabar::bench {

Result<Endpoint> parse_endpoint(std::string_view host_port) {
  const std::size_t colon = host_port.rfind(':');
  Endpoint endpoint;
  endpoint.authority = host_port;
  endpoint.address.sin_family = AF_INET;
  if (colon != std::string_view::npos) {
    std::string host(host_port.substr(0, colon));
    if (host == "localhost") host = "127.0.0.1";
    const std::string_view digits = host_port.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error == std::errc{} && end == digits.data() + digits.size() && port != 0 &&
        inet_pton(AF_INET, host.c_str(), &endpoint.address.sin_addr) == 1) {
      endpoint.address.sin_port = htons(port);
      return endpoint;
    }
  }
  return Error{ErrorCode::kInvalid,
               "\"" + std::string(host_port) + "\" is not an address such as 127.0.0.1:3000"};
}

SslContext make_client_context() {
  SslContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  static constexpr unsigned char kAlpn[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context.get(), kAlpn, sizeof(kAlpn) - 1);
  return context;
}

Result<Wire> Wire::open(const Endpoint& endpoint, SSL_CTX* context, int receive_buffer) {
  Wire wire;
  wire.fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (wire.fd_ < 0) return Error{ErrorCode::kInternal, std::string("socket: ") + std::strerror(errno)};
  const int one = 1;
  setsockopt(wire.fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  // Before connect(): the window scale is fixed by the SYN.
  if (receive_buffer > 0) {
    setsockopt(wire.fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  if (::connect(wire.fd_, reinterpret_cast<const sockaddr*>(&endpoint.address), sizeof endpoint.address) !=
          0 &&
      errno != EINPROGRESS) {
    return Error{ErrorCode::kUnavailable, "connect to " + endpoint.authority + ": " + std::strerror(errno)};
  }
  if (context != nullptr) {
    wire.tls_ = SSL_new(context);
    SSL_set_fd(wire.tls_, wire.fd_);
    SSL_set_tlsext_host_name(wire.tls_, "localhost");
    SSL_set_connect_state(wire.tls_);
  }
  return wire;
}

Wire::Progress Wire::connect() {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return Progress::kFailed;
  if (tls_ == nullptr) return Progress::kDone;
  ERR_clear_error();
  const int outcome = SSL_do_handshake(tls_);
  if (outcome == 1) return Progress::kDone;
  switch (SSL_get_error(tls_, outcome)) {
    case SSL_ERROR_WANT_READ: return Progress::kWantRead;
    case SSL_ERROR_WANT_WRITE: return Progress::kWantWrite;
    default: return Progress::kFailed;
  }
}

long Wire::read(char* to, std::size_t size) {
  if (tls_ == nullptr) {
    const ssize_t count = ::recv(fd_, to, size, 0);
    if (count >= 0) return count;
    return errno == EAGAIN || errno == EINTR ? kWouldBlock : kClosed;
  }
  ERR_clear_error();
  const int count = SSL_read(tls_, to, static_cast<int>(size));
  if (count > 0) return count;
  return SSL_get_error(tls_, count) == SSL_ERROR_WANT_READ ? kWouldBlock : kClosed;
}

long Wire::write(std::string_view bytes) {
  if (tls_ == nullptr) {
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) return count;
    return errno == EAGAIN || errno == EINTR ? kWouldBlock : kClosed;
  }
  ERR_clear_error();
  const int count = SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
  if (count > 0) return count;
  return SSL_get_error(tls_, count) == SSL_ERROR_WANT_WRITE ? kWouldBlock : kClosed;
}

void Wire::close() {
  if (tls_ != nullptr) SSL_free(std::exchange(tls_, nullptr));
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace cinnabar::bench
