// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/poller.h"
#include "base/timer_wheel.h"

namespace cinnabar {

/// One thread's event loop (docs/adr/0011). A connection, its subscriber and its shard live and die
/// on one loop; between loops there is only post().
///
/// A turn tells descriptors that they are ready, runs what was posted, fires the timers that are
/// due, and ends with what wanted to be done once for all of these. It sleeps when there is nothing
/// to do.
///
/// Lifetime: outlives everything that runs on it; call stop() and then join().
/// Threads: post() and stop() from any; everything else on the loop's own thread.
class Loop {
 public:
  using Task = std::function<void()>;

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Starts the thread.
  void start();
  /// Makes the thread return as soon as the running turn is done.
  void stop();
  void join();

  /// Runs `task` on the loop, after everything posted before it from the same thread.
  /// A burst of posts wakes the loop once, and only if it sleeps.
  void post(Task task);

  /// Runs `task` when what is ready now has been dealt with. From the loop only.
  /// For work that wants to be done once for all of it (a commit, a flush).
  void at_turn_end(Task task);

  /// Tells `watched` from now on what `fd` becomes ready for. False: see Poller::add().
  bool watch(int fd, Watched& watched) { return poller_.add(fd, watched); }
  /// See Poller::hand_over().
  void hand_over(int fd, Watched& watched, Watched& successor);
  /// Ends the watch. The caller closes the descriptor at once.
  void forget(Watched& watched);
  /// Tells `watched` in the next turn, with no edges: for who did not use up what it was told of.
  void tell_soon(Watched& watched);

  /// Does what is ready, without waiting and without timers, until nothing is. Answers how much
  /// there was. For tests that play the loop's thread: not after start().
  std::size_t run_ready();

  bool on_this_thread() const;

  TimerWheel& timers() { return timers_; }

 private:
  class Wake final : public Watched {
   public:
    Wake();
    ~Wake();
    int fd() const { return fd_; }
    void operator()() const;

   private:
    // Edge-triggered: each write is an edge of its own, and nobody needs to read.
    void on_edges(Edges /*edges*/) override {}
    int fd_;
  };

  void run();
  /// One turn that sleeps at most `timeout_ms`. Answers how much there was to do.
  std::size_t turn(int timeout_ms);
  void wait(int timeout_ms);
  std::size_t tell_those_due();
  std::size_t run_posted();
  std::size_t run_turn_end();

  Poller poller_;
  Wake wake_;
  std::thread thread_;
  std::atomic<bool> stopped_{false};
  std::atomic<bool> sleeping_{false};

  Mutex mutex_;
  std::vector<Task> posted_ CINNABAR_GUARDED_BY(mutex_);
  std::vector<Task> running_;
  std::vector<Task> turn_end_;
  std::vector<Watched*> soon_;
  std::vector<Watched*> telling_;
  TimerWheel timers_;  // the last: what it abandons may forget its watch
};

}  // namespace cinnabar
