// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/loop.h"
#include "http/transport.h"

namespace cinnabar::http {

/// What plain and TLS sockets have in common: readiness and the end. Bytes are moved by the system
/// calls of the derived classes, which say when the socket had nothing more to give or to take.
///
/// The socket is registered with the loop once. Readiness is remembered until it is used up, so
/// that waiting costs a system call neither for the first request nor for the next.
///
/// Lifetime and threads: see Transport.
class SocketTransport : public Transport,
                        private Watched,
                        public std::enable_shared_from_this<SocketTransport> {
 public:
  /// Takes over `fd`, a connected non-blocking socket.
  SocketTransport(Loop& loop, int fd, std::string peer);
  ~SocketTransport() override;
  SocketTransport(const SocketTransport&) = delete;
  SocketTransport& operator=(const SocketTransport&) = delete;

  void await_readable() override { wait_to_read(false); }
  void await_writable() override;
  void set_listener(TransportListener* listener) override { listener_ = listener; }
  void close(bool linger_reset) override;
  bool is_tls() const override { return false; }
  const std::string& peer() const override { return peer_; }
  Loop& loop() const override { return loop_; }

 protected:
  /// Waits for ready_to_read(). `for_room`: until the socket can be written to, since a handshake
  /// that reads may have to write first.
  void wait_to_read(bool for_room);
  /// For ready_to_read() although the socket may stay silent.
  void read_soon();

  virtual void ready_to_read();
  virtual void ready_to_write();
  /// Says goodbye on the layer above the socket.
  virtual void before_close(bool /*linger_reset*/) {}

  int fd() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void saw_eof() { eof_seen_ = true; }
  /// A system call found nothing more to read, or no more room.
  void nothing_to_read() { readable_ = false; }
  void no_room() { writable_ = false; }
  /// The peer has ended its side or the socket is broken: there is something to read, if only that.
  bool ended() const { return ended_; }

 private:
  enum class ReadWait : unsigned char { kNone, kBytes, kRoom, kSoon };

  void on_edges(Edges edges) override;
  bool can_read() const;

  Loop& loop_;
  TransportListener* listener_ = nullptr;
  std::string peer_;
  int fd_;
  ReadWait read_waits_ = ReadWait::kNone;
  bool write_waits_ = false;
  bool readable_ = false;
  bool writable_ = true;
  bool ended_ = false;
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
