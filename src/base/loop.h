// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/timer_wheel.h"

namespace cinnabar {

/// One thread's event loop. A connection, its subscriber and its shard live and die
/// on one loop; between loops there is only post().
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
  /// Makes the thread return as soon as the running handler is done.
  void stop();
  void join();

  /// Runs `task` on the loop, after everything posted before it from the same thread.
  /// A burst of posts wakes the loop once.
  void post(Task task);

  /// Runs `task` when the handlers that are ready now have run. From the loop only.
  /// For work that wants to be done once for all of them (a commit, a flush).
  void at_turn_end(Task task);

  bool on_this_thread() const;

  boost::asio::io_context& context() { return context_; }
  TimerWheel& timers() { return timers_; }

 private:
  void run_posted();
  void arm_tick();

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer tick_;
  TimerWheel timers_;
  std::thread thread_;

  Mutex mutex_;
  std::vector<Task> posted_ CINNABAR_GUARDED_BY(mutex_);
  std::vector<Task> running_;
};

}  // namespace cinnabar
