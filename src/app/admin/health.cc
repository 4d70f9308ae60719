// SPDX-License-Identifier: Apache-2.0
#include "app/admin/health.h"

#include <utility>

#include "base/log.h"
#include "base/loop.h"

namespace cinnabar {

/// Somebody who waits for a probe, on a loop, for so long. Its last reference ends on that loop.
class HealthCheck::Waiter final : public Timer {
 public:
  Waiter(HealthCheck& check, Loop& loop, Done done) : check_(check), loop_(loop), done_(std::move(done)) {}

  void wait_until(SteadyTime deadline) { loop_.timers().schedule(*this, deadline); }
  Loop& loop() const { return loop_; }
  /// Once; later calls do nothing.
  void answer() {
    cancel();
    if (const Done done = std::exchange(done_, nullptr)) done(check_.state_now());
  }

 private:
  void on_timer() override { answer(); }

  HealthCheck& check_;
  Loop& loop_;
  Done done_;
};

void HealthCheck::ask(Loop& loop, Done done) {
  const SteadyTime now = steady_now();
  std::shared_ptr<Waiter> waiter;
  bool probe = false;
  HealthState known;
  SteadyTime deadline;
  {
    const MutexLock lock(mutex_);
    known = state(now);
    const bool fresh = checked_at_ && now - *checked_at_ < kFresh;
    const bool stuck = probing_since_ && now - *probing_since_ >= kPatience;
    if (!stopping_ && !stuck && (probing_since_ || !fresh)) {
      probe = !probing_since_;
      if (probe) probing_since_ = now;
      deadline = *probing_since_ + kPatience;
      waiter = std::make_shared<Waiter>(*this, loop, std::move(done));
      // Before it can be answered: the probe's answer is posted to this loop, behind this call.
      waiter->wait_until(deadline);
      waiters_.push_back(waiter);
    }
  }
  if (!waiter) return done(known);
  if (probe) journal_.probe([this](const Result<void>& result) { probed(result); });
}

void HealthCheck::begin_stop() {
  const MutexLock lock(mutex_);
  stopping_ = true;
}

/// From a journal thread, or from within ask().
void HealthCheck::probed(const Result<void>& result) {
  std::vector<std::shared_ptr<Waiter>> waiters;
  bool changed = false;
  {
    const MutexLock lock(mutex_);
    changed = healthy_ != result.ok() && !stopping_;
    healthy_ = result.ok();
    if (healthy_) {
      broken_since_.reset();
    } else if (!broken_since_) {
      broken_since_ = probing_since_;
    }
    checked_at_ = steady_now();
    probing_since_.reset();
    waiters.swap(waiters_);
  }
  if (changed && result) log_info("ready again: the journal can be written");
  if (changed && !result)
    log_warn("not ready: the journal cannot be written", {{"error", result.error().detail}});
  for (std::shared_ptr<Waiter>& waiter : waiters) {
    Loop& loop = waiter->loop();
    loop.post([waiter = std::move(waiter)] { waiter->answer(); });
  }
}

HealthState HealthCheck::state_now() {
  const MutexLock lock(mutex_);
  return state(steady_now());
}

HealthState HealthCheck::state(SteadyTime now) {
  const bool stuck = probing_since_ && now - *probing_since_ >= kPatience;
  if (stuck && !broken_since_) broken_since_ = probing_since_;
  HealthState known;
  if (stopping_) {
    known.ready = false;
    known.why_not_ready = "the hub is stopping";
  } else if (!healthy_ || stuck) {
    known.ready = false;
    known.why_not_ready = "the history cannot be written now";
  }
  known.live = live_grace_ == Duration::zero() || !broken_since_ || now - *broken_since_ < live_grace_;
  return known;
}

}  // namespace cinnabar
