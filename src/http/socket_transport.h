// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "http/linger.h"
#include "http/transport.h"

namespace cinnabar::http {

/// What plain and TLS sockets have in common: readiness and the end. Asio is used to learn of
/// readiness only; bytes are moved by the system calls of the derived classes.
///
/// Lifetime and threads: see Transport.
class SocketTransport : public Transport, public std::enable_shared_from_this<SocketTransport> {
 public:
  /// Takes over `fd`, a connected non-blocking socket.
  SocketTransport(Loop& loop, int fd, std::string peer);
  SocketTransport(const SocketTransport&) = delete;
  SocketTransport& operator=(const SocketTransport&) = delete;

  void await_readable() override { wait(false, Descriptor::wait_read); }
  void await_writable() override { wait(true, Descriptor::wait_write); }
  void set_listener(TransportListener* listener) override { listener_ = listener; }
  void close(bool linger_reset) override;
  bool is_tls() const override { return false; }
  const std::string& peer() const override { return peer_; }
  Loop& loop() const override { return loop_; }

 protected:
  /// Waits on the socket for ready_to_write() (`for_write`) or ready_to_read(). `kind` is what the
  /// socket must be ready for, which in TLS may be the other way round.
  void wait(bool for_write, Descriptor::wait_type kind);

  virtual void ready_to_read();
  virtual void ready_to_write();
  /// Says goodbye on the layer above the socket.
  virtual void before_close(bool /*linger_reset*/) {}

  int fd() { return descriptor_.native_handle(); }
  bool open() const { return descriptor_.is_open(); }
  void saw_eof() { eof_seen_ = true; }

 private:
  Loop& loop_;
  Descriptor descriptor_;
  TransportListener* listener_ = nullptr;
  std::string peer_;
  bool read_waits_ = false;
  bool write_waits_ = false;
  bool eof_seen_ = false;
};

/// Bytes as they are on the wire.
class PlainTransport final : public SocketTransport {
 public:
  using SocketTransport::SocketTransport;

  Outcome read(std::span<char> into) override;
  Outcome write(std::span<const iovec> buffers) override;
};

}  // namespace cinnabar::http
