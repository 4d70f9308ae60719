// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/loop.h"

namespace cinnabar::http {

/// The end of a connection that this side closes first (RFC 9112 section 9.6): after FIN it reads
/// and discards a little longer, so that the peer gets to see the last response instead of the RST
/// that a close with unread input sends.
///
/// Lifetime: its own, at most kTime and kBytes; a timer wheel that goes before takes it along.
/// Threads: one loop.
class Linger final : public Timer, private Watched {
 public:
  static constexpr Duration kTime = std::chrono::seconds(2);
  static constexpr std::size_t kBytes = std::size_t{1024} * 1024;

  /// Takes over `fd`, whose sending side has ended, from who watched it.
  static void begin(Loop& loop, int fd, Watched& watched);

 private:
  Linger(Loop& loop, int fd) : loop_(loop), fd_(fd) {}
  ~Linger() override;

  void on_timer() override { delete this; }
  void on_abandoned() override { delete this; }
  void on_edges(Edges edges) override;

  Loop& loop_;
  int fd_;
  std::size_t discarded_ = 0;
};

}  // namespace cinnabar::http
