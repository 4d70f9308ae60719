// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "http/transport.h"

namespace cinnabar::http {

/// A transport without a socket: strings in, strings out, and as much room to write as is granted.
/// For what real sockets do not do on demand. The driver calls pump().
class MemoryTransport final : public Transport {
 public:
  explicit MemoryTransport(Loop& loop) : loop_(loop) {}

  Outcome read(std::span<char> into) override {
    if (closed) return {0, Status::kError};
    if (input.empty()) return {0, eof ? Status::kEof : Status::kBlocked};
    const std::size_t size = std::min({into.size(), input.size(), read_size});
    input.copy(into.data(), size);
    input.erase(0, size);
    return {size, Status::kOk};
  }
  Outcome write(std::span<const iovec> buffers) override {
    if (closed) return {0, Status::kError};
    ++writes;
    std::size_t total = 0;
    for (const iovec& buffer : buffers) {
      const std::size_t size = std::min(buffer.iov_len, room);
      output.append(static_cast<const char*>(buffer.iov_base), size);
      room -= size;
      total += size;
      if (size < buffer.iov_len) return {total, Status::kBlocked};
    }
    return {total, Status::kOk};
  }
  void await_readable() override { awaits_readable_ = true; }
  void await_writable() override { awaits_writable_ = true; }
  void set_listener(TransportListener* listener) override { listener_ = listener; }
  void close(bool linger_reset) override {
    closed = true;
    reset = linger_reset;
    listener_ = nullptr;
  }
  bool is_tls() const override { return false; }
  const std::string& peer() const override { return peer_; }
  Loop& loop() const override { return loop_; }

  /// Tells the listener of one thing it waits for. False if there is none.
  bool pump() {
    if (listener_ && awaits_readable_ && (!input.empty() || eof)) {
      awaits_readable_ = false;
      listener_->on_readable();
      return true;
    }
    if (listener_ && awaits_writable_ && room > 0) {
      awaits_writable_ = false;
      listener_->on_writable();
      return true;
    }
    return false;
  }

  std::string input;
  std::string output;
  std::size_t read_size = std::size_t{1} << 20;  ///< the most that one read gets
  std::size_t room = std::size_t{1} << 40;
  int writes = 0;
  bool eof = false;
  bool closed = false;
  bool reset = false;

 private:
  Loop& loop_;
  TransportListener* listener_ = nullptr;
  std::string peer_ = "192.0.2.1";
  bool awaits_readable_ = false;
  bool awaits_writable_ = false;
};

}  // namespace cinnabar::http
