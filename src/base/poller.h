// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>

namespace cinnabar {

/// What a file descriptor has become ready for since it was last told: one or more of these.
struct Edges {
  bool readable = false;  ///< there may be something to read, the end included
  bool writable = false;  ///< there may be room to write
  bool ended = false;     ///< the peer has ended its side, or the descriptor is broken
};

/// Told when a file descriptor becomes ready: derive from it, watch it with Loop::watch().
/// Lifetime: outlives the watch, which ends with Loop::forget(). Threads: the loop's.
class Watched {
 protected:
  ~Watched() = default;

 private:
  friend class Loop;
  friend class Poller;
  /// Edge-triggered: says what is new, once. May forget or destroy any Watched, itself included.
  virtual void on_edges(Edges edges) = 0;

  bool told_soon_ = false;  // Loop::tell_soon()
};

/// An epoll set. A descriptor is registered once, for both directions and edge-triggered, so that
/// waiting for the next request of a connection costs no system call.
///
/// Threads: one.
class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// Watches `fd` from now on; what it is ready for already is told too. False: the system has no
  /// more watches (fs.epoll.max_user_watches) or no memory.
  bool add(int fd, Watched& watched);
  /// Tells `successor` from now on of what was told to `watched`, and of what `fd` is ready for.
  void hand_over(int fd, Watched& watched, Watched& successor);
  /// Tells `watched` nothing any more. The descriptor itself leaves the set when it is closed,
  /// which is the caller's to do at once.
  void forget(const Watched& watched);

  /// Waits until something is ready, at most `timeout_ms`. Then tell() is due.
  void wait(int timeout_ms);
  /// Tells those that wait() found ready. Answers how many there were.
  std::size_t tell();

 private:
  int epoll_;
  std::array<epoll_event, 256> events_;
  std::size_t next_ = 0;   // of events_, the first that was not told yet
  std::size_t count_ = 0;  // of events_
};

}  // namespace cinnabar
