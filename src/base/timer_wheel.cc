// SPDX-License-Identifier: Apache-2.0
#include "base/timer_wheel.h"

#include <algorithm>

namespace cinnabar {
namespace {
constexpr std::size_t kSlots = 4096;  // 82 s a turn; longer timers wait for their turn
}

void Timer::cancel() {
  if (!next_) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = nullptr;
}

TimerWheel::TimerWheel(SteadyTime start) : start_(start), slots_(kSlots) {
  for (Slot& slot : slots_) slot.next_ = slot.previous_ = &slot;
}

TimerWheel::~TimerWheel() {
  for (Slot& slot : slots_) {
    while (slot.next_ != &slot) {
      Timer& timer = *slot.next_;
      timer.cancel();
      timer.on_abandoned();
    }
    slot.next_ = slot.previous_ = nullptr;
  }
}

std::uint64_t TimerWheel::tick_of(SteadyTime time) const {
  if (time <= start_) return 0;
  // Rounded up: a timer never fires before it is due.
  return static_cast<std::uint64_t>((time - start_ + kTick - Duration(1)) / kTick);
}

void TimerWheel::schedule(Timer& timer, SteadyTime due) {
  timer.cancel();
  timer.due_tick_ = std::max(tick_of(due), current_tick_ + 1);
  Slot& slot = slots_[timer.due_tick_ % kSlots];
  timer.previous_ = slot.previous_;
  timer.next_ = &slot;
  slot.previous_->next_ = &timer;
  slot.previous_ = &timer;
}

void TimerWheel::advance(SteadyTime now) {
  const auto target =
      static_cast<std::uint64_t>(now <= start_ ? Duration(0) / kTick : (now - start_) / kTick);
  while (current_tick_ < target) {
    ++current_tick_;
    Slot& slot = slots_[current_tick_ % kSlots];
    // Move the slot's timers aside first: a timer that fires may schedule,
    // cancel or destroy any other, itself included.
    if (slot.next_ == &slot) continue;
    Slot pending;
    pending.next_ = slot.next_;
    pending.previous_ = slot.previous_;
    pending.next_->previous_ = &pending;
    pending.previous_->next_ = &pending;
    slot.next_ = slot.previous_ = &slot;
    while (pending.next_ != &pending) {
      Timer& timer = *pending.next_;
      timer.cancel();
      if (timer.due_tick_ <= current_tick_) {
        timer.on_timer();
      } else {
        timer.previous_ = slot.previous_;
        timer.next_ = &slot;
        slot.previous_->next_ = &timer;
        slot.previous_ = &timer;
      }
    }
    pending.next_ = pending.previous_ = nullptr;
  }
}

}  // namespace cinnabar
