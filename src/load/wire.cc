// SPDX-License-Identifier: Apache-2.0
#include "load/wire.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace cinnabar::load {
namespace {

constexpr int kConnectTimeoutMs = 5000;

bool is_literal(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

/// The name that the certificate must be for.
void expect_name(SSL* tls, const std::string& host) {
  if (is_literal(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str());
  } else {
    SSL_set_tlsext_host_name(tls, host.c_str());
    SSL_set1_host(tls, host.c_str());
  }
}

}  // namespace

Result<SslContext> make_client_context(const TlsWishes& wishes) {
  SslContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), wishes.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  if (!wishes.ca_file.empty()) {
    if (SSL_CTX_load_verify_file(context.get(), wishes.ca_file.c_str()) != 1) {
      ERR_clear_error();
      return Error{ErrorCode::kInvalid, "--cacert " + wishes.ca_file +
                                            " cannot be used: it must be a file with certificates in PEM"};
    }
  } else {
    SSL_CTX_set_default_verify_paths(context.get());
  }
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY |
                                      SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  static constexpr unsigned char kHttp1[] = "\x08http/1.1";
  static constexpr unsigned char kHttp2[] = "\x02h2";
  SSL_CTX_set_alpn_protos(context.get(), wishes.http2 ? kHttp2 : kHttp1,
                          static_cast<unsigned>(wishes.http2 ? sizeof kHttp2 : sizeof kHttp1) - 1);
  return context;
}

Result<Wire> Wire::open(const HubAddress& address, SSL_CTX* context, int receive_buffer) {
  Wire wire;
  wire.fd_ = ::socket(address.socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (wire.fd_ < 0) return Error{ErrorCode::kInternal, std::string("socket: ") + std::strerror(errno)};
  const int one = 1;
  setsockopt(wire.fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  // Before connect(): the window scale is fixed by the SYN.
  if (receive_buffer > 0) {
    setsockopt(wire.fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  if (::connect(wire.fd_, reinterpret_cast<const sockaddr*>(&address.socket), address.socket_size) != 0 &&
      errno != EINPROGRESS) {
    return Error{ErrorCode::kUnavailable, "connect to " + address.authority + ": " + std::strerror(errno)};
  }
  if (context != nullptr) {
    wire.tls_ = SSL_new(context);
    SSL_set_fd(wire.tls_, wire.fd_);
    expect_name(wire.tls_, address.host);
    SSL_set_connect_state(wire.tls_);
  }
  return wire;
}

Result<Wire> Wire::open_and_wait(const HubAddress& address, SSL_CTX* context) {
  Result<Wire> wire = open(address, context, 0);
  if (!wire) return wire;
  const Error late{ErrorCode::kTimeout, "no connection to " + address.authority + " within 5 s"};
  if (!wire->wait_for(POLLOUT, kConnectTimeoutMs)) return late;
  for (;;) {
    const Progress progress = wire->connect();
    if (progress == Progress::kDone) return wire;
    if (progress == Progress::kFailed) {
      return Error{ErrorCode::kUnavailable, "no connection to " + address.authority + ": " + wire->failure()};
    }
    if (!wire->wait_for(progress == Progress::kWantRead ? POLLIN : POLLOUT, kConnectTimeoutMs)) return late;
  }
}

void Wire::reset_on_close() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

bool Wire::wait_for(short events, int timeout_ms) const {
  pollfd entry{fd_, events, 0};
  return ::poll(&entry, 1, timeout_ms) == 1;
}

bool Wire::speaks_http2() const {
  if (tls_ == nullptr) return false;
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(tls_, &name, &size);
  return size == 2 && std::memcmp(name, "h2", 2) == 0;
}

Wire::Progress Wire::connect() {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
    errno = error;
    return Progress::kFailed;
  }
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

std::string Wire::failure() const {
  if (tls_ == nullptr) return std::strerror(errno);
  const long verdict = SSL_get_verify_result(tls_);
  if (verdict != X509_V_OK) {
    return std::string("its certificate is not trusted (") + X509_verify_cert_error_string(verdict) +
           "); give --cacert FILE, or --insecure to trust any";
  }
  if (SSL_get_state(tls_) == TLS_ST_BEFORE) return std::strerror(errno);
  return "the TLS handshake failed; does it speak TLS, and the protocol asked for, on this port?";
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

}  // namespace cinnabar::load
