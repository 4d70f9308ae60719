// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "http/server.h"

namespace cinnabar::http {

/// A bound, listening, non-blocking socket. Closes it unless released.
class ListenSocket {
 public:
  explicit ListenSocket(int fd) : fd_(fd) {}
  ListenSocket(ListenSocket&& other) noexcept : fd_(other.release()) {}
  ListenSocket& operator=(ListenSocket other) noexcept;
  ~ListenSocket();

  int fd() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

/// Binds `address`, once for each of `copies` loops (SO_REUSEPORT): sockets of one loop are together,
/// one for each numeric address ("localhost" may be two). Port 0 is replaced in `address` by the
/// one that was free. What accepted sockets inherit is set here: no delay, and the probes that find
/// a dead peer within `peer_timeout`.
///
/// Errors: kUnavailable or kInvalid, one sentence that says which address and what to do.
Result<std::vector<std::vector<ListenSocket>>> bind_address(ListenAddress& address, std::size_t copies,
                                                            Duration peer_timeout);

/// Accepts connections on one loop. When the process is out of file descriptors it pauses a
/// little, so that the loop does not spin, and warns.
///
/// Threads: its loop.
class Listener final : public Timer, private Watched {
 public:
  /// Gets a connected non-blocking socket and the numeric address of its peer.
  using Accepted = std::function<void(int fd, std::string peer)>;

  Listener(Loop& loop, ListenSocket socket, Accepted accepted);
  ~Listener() override;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Errors: kUnavailable, when the system has no watch left for the socket.
  Result<void> start();

 private:
  void on_edges(Edges /*edges*/) override {
    if (!scheduled()) accept_some();  // else it pauses
  }
  void on_timer() override { accept_some(); }
  void accept_some();
  void pause(int error);

  Loop& loop_;
  ListenSocket socket_;
  Accepted accepted_;
};

}  // namespace cinnabar::http
