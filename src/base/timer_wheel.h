// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace cinnabar {

/// A timer that costs 40 bytes and no allocation: derive from it, schedule it on a
/// TimerWheel. Destroying a scheduled timer cancels it. Belongs to one loop.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool scheduled() const { return next_ != nullptr; }
  void cancel();

 protected:
  virtual ~Timer() { cancel(); }

 private:
  friend class TimerWheel;
  /// Runs on the loop, once, at the first tick at or after the due time. The timer
  /// is no longer scheduled then; it may schedule or destroy itself.
  virtual void on_timer() = 0;
  /// Runs instead when the wheel ends while the timer is scheduled: for timers that own themselves.
  virtual void on_abandoned() {}

  Timer* next_ = nullptr;
  Timer* previous_ = nullptr;
  std::uint64_t due_tick_ = 0;
};

/// A hashed timing wheel of coarse ticks, for the many timers that mostly do not
/// fire (heartbeats, expiries, timeouts). Schedule and cancel are O(1); a tick
/// costs the timers in its slot. A timer fires between its due time and one tick
/// later, never before. Threads: one loop.
class TimerWheel {
 public:
  static constexpr Duration kTick = std::chrono::milliseconds(20);

  explicit TimerWheel(SteadyTime start);
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Sets (or moves) the time at which `timer` fires.
  void schedule(Timer& timer, SteadyTime due);

  /// Fires everything that is due. Called by the loop's tick.
  void advance(SteadyTime now);

 private:
  struct Slot final : Timer {
    void on_timer() override {}
    ~Slot() override = default;
  };
  std::uint64_t tick_of(SteadyTime time) const;

  SteadyTime start_;
  std::uint64_t current_tick_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace cinnabar
