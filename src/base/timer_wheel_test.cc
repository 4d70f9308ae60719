// SPDX-License-Identifier: Apache-2.0
#include "base/timer_wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace cinnabar {
namespace {

constexpr Duration kTick = TimerWheel::kTick;

class Counting final : public Timer {
 public:
  explicit Counting(std::function<void()> then = {}) : then_(std::move(then)) {}
  int fired = 0;

 private:
  void on_timer() override {
    ++fired;
    if (then_) then_();
  }
  std::function<void()> then_;
};

TEST(TimerWheel, FiresAtItsTimeAndOnce) {
  const SteadyTime start = steady_now();
  TimerWheel wheel(start);
  Counting timer;
  wheel.schedule(timer, start + 5 * kTick);
  wheel.advance(start + 4 * kTick);
  EXPECT_EQ(timer.fired, 0);
  wheel.advance(start + 5 * kTick);
  EXPECT_EQ(timer.fired, 1);
  EXPECT_FALSE(timer.scheduled());
  wheel.advance(start + 100 * kTick);
  EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, NeverFiresEarly) {
  const SteadyTime start = steady_now();
  TimerWheel wheel(start);
  Counting timer;
  wheel.schedule(timer, start + 5 * kTick + Duration(1));
  wheel.advance(start + 5 * kTick);
  EXPECT_EQ(timer.fired, 0);
  wheel.advance(start + 6 * kTick);
  EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, LongTimersWaitTheirTurns) {
  const SteadyTime start = steady_now();
  TimerWheel wheel(start);
  Counting timer;
  wheel.schedule(timer, start + 10'000 * kTick);
  wheel.advance(start + 9'999 * kTick);
  EXPECT_EQ(timer.fired, 0);
  wheel.advance(start + 10'000 * kTick);
  EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, ReschedulingMovesAndCancelStops) {
  const SteadyTime start = steady_now();
  TimerWheel wheel(start);
  Counting moved, cancelled;
  wheel.schedule(moved, start + 2 * kTick);
  wheel.schedule(moved, start + 8 * kTick);
  wheel.schedule(cancelled, start + 2 * kTick);
  cancelled.cancel();
  wheel.advance(start + 7 * kTick);
  EXPECT_EQ(moved.fired, 0);
  wheel.advance(start + 8 * kTick);
  EXPECT_EQ(moved.fired, 1);
  EXPECT_EQ(cancelled.fired, 0);
}

TEST(TimerWheel, FiringMayScheduleItselfAndDestroyOthers) {
  const SteadyTime start = steady_now();
  TimerWheel wheel(start);
  auto doomed = std::make_unique<Counting>();
  Counting* again = nullptr;
  Counting timer([&] {
    doomed.reset();
    wheel.schedule(*again, start + 4 * kTick);
  });
  again = &timer;
  wheel.schedule(timer, start + 2 * kTick);
  wheel.schedule(*doomed, start + 2 * kTick);
  wheel.advance(start + 2 * kTick);
  EXPECT_EQ(doomed, nullptr);
  EXPECT_EQ(timer.fired, 1);
  wheel.advance(start + 4 * kTick);
  EXPECT_EQ(timer.fired, 2);
}

TEST(TimerWheel, DestroyingEitherSideIsSafe) {
  const SteadyTime start = steady_now();
  Counting outlives;
  {
    TimerWheel wheel(start);
    wheel.schedule(outlives, start + kTick);
    {
      Counting leaves;
      wheel.schedule(leaves, start + kTick);
    }
    wheel.advance(start);
  }
  EXPECT_FALSE(outlives.scheduled());
}

}  // namespace
}  // namespace cinnabar
