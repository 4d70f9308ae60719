// SPDX-License-Identifier: Apache-2.0
// The part of Shard that bounds a connection's life: heartbeats, deadlines, stalled readers.
#include <algorithm>

#include "base/loop.h"
#include "hub/shard.h"

namespace cinnabar {
namespace {

constexpr Duration kOff{0};
// A timer fires up to a tick late; a token's deadline must not pass (CONN-3).
constexpr Duration kEarly = 2 * TimerWheel::kTick;

}  // namespace

void Shard::plan_close(Subscriber& subscriber, const SubscriberSpec& spec) {
  const SteadyTime now = steady_now();
  SteadyTime deadline = SteadyTime::max();
  if (options_.write_timeout != kOff) {
    // CONN-2: 80 to 100 % of it, so that clients do not come back together.
    std::uniform_real_distribution<double> share(0.8, 1.0);
    deadline = now + std::chrono::duration_cast<Duration>(options_.write_timeout * share(random_));
  }
  if (spec.expires_ms) {
    // Bounded, since an `exp` may lie beyond what a time point holds.
    constexpr std::int64_t kFar = std::int64_t{1000} * 60 * 60 * 24 * 365;
    const std::int64_t left = std::clamp<std::int64_t>(*spec.expires_ms - unix_now_ms(), 0, kFar);
    deadline = std::min(deadline, now + std::chrono::milliseconds(left) - kEarly);
  }
  if (deadline == SteadyTime::max()) return;
  // CONN-4: a planned close leaves time to write it, if there is any.
  const SteadyTime early = deadline - options_.dispatch_timeout;
  subscriber.close_at_ = early > now ? early : deadline;
}

void Shard::schedule(Subscriber& subscriber) {
  SteadyTime due = subscriber.close_at_;
  switch (subscriber.state_) {
    case Subscriber::State::kLive:
      if (options_.heartbeat != kOff) due = std::min(due, subscriber.last_write_ + options_.heartbeat);
      break;
    case Subscriber::State::kBlocked:
      if (options_.dispatch_timeout != kOff)
        due = std::min(due, subscriber.stalled_since_ + options_.dispatch_timeout);
      break;
    case Subscriber::State::kStarting:
    case Subscriber::State::kCatching: break;
  }
  if (due == SteadyTime::max()) {
    subscriber.cancel();
  } else {
    loop_.timers().schedule(subscriber, due);
  }
}

void Shard::on_timer(Subscriber& subscriber) {
  const SteadyTime now = steady_now();
  if (now >= subscriber.close_at_) return close(subscriber, StreamEnd::kPlanned);
  if (subscriber.state_ == Subscriber::State::kBlocked && options_.dispatch_timeout != kOff &&
      now >= subscriber.stalled_since_ + options_.dispatch_timeout) {
    return abort(subscriber, StreamEnd::kSlow);  // CONN-5
  }
  if (subscriber.state_ == Subscriber::State::kLive && options_.heartbeat != kOff &&
      now >= subscriber.last_write_ + options_.heartbeat) {
    // A live subscriber has everything up to head_: that is where it goes on if this blocks.
    const Position after = std::max(subscriber.next_, head_ + 1);
    if (send_comment(subscriber, after) != Sent::kAll) return;
  }
  schedule(subscriber);
}

void Shard::drain(Duration spread) {
  const SteadyTime now = steady_now();
  std::uniform_real_distribution<double> share(0.0, 1.0);
  for (const std::unique_ptr<Subscriber>& subscriber : subscribers_) {
    const SteadyTime at = now + std::chrono::duration_cast<Duration>(spread * share(random_));
    subscriber->close_at_ = std::min(subscriber->close_at_, at);
    schedule(*subscriber);
  }
}

}  // namespace cinnabar
