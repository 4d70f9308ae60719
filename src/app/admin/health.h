// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/timer_wheel.h"
#include "journal/journal.h"

namespace cinnabar {

class Loop;

/// What is known of the hub's health.
struct HealthState {
  bool ready = true;               ///< an update would be stored now, and the hub is not stopping
  bool live = true;                ///< false: it could not be stored for so long that a restart may help
  std::string_view why_not_ready;  ///< a generic text, static
};

/// Finds out whether the hub can serve, by probing the journal the way that updates go (OPS-1). Only when
/// somebody asks, and at most once in kFresh; who asks meanwhile shares the answer. An answer comes within
/// kPatience, whatever the disk does.
///
/// Lifetime: outlives journal.stop() and what that posts to the loops. Threads: any.
class HealthCheck {
 public:
  static constexpr Duration kFresh = std::chrono::seconds(1);
  static constexpr Duration kPatience = std::chrono::seconds(2);

  using Done = std::function<void(const HealthState&)>;

  /// `live_grace`: how long the journal may fail before the hub counts as dead; 0: for ever.
  HealthCheck(Journal& journal, Duration live_grace) : journal_(journal), live_grace_(live_grace) {}

  /// `done` is called once: within this call, or later on `loop`. From `loop`.
  void ask(Loop& loop, Done done);
  /// From now on the hub is not ready.
  void begin_stop();

 private:
  class Waiter;

  HealthState state(SteadyTime now) CINNABAR_REQUIRES(mutex_);
  HealthState state_now();
  void probed(const Result<void>& result);

  Journal& journal_;
  const Duration live_grace_;

  Mutex mutex_;
  bool stopping_ CINNABAR_GUARDED_BY(mutex_) = false;
  bool healthy_ CINNABAR_GUARDED_BY(mutex_) = true;
  std::optional<SteadyTime> checked_at_ CINNABAR_GUARDED_BY(mutex_);
  std::optional<SteadyTime> probing_since_ CINNABAR_GUARDED_BY(mutex_);
  std::optional<SteadyTime> broken_since_ CINNABAR_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Waiter>> waiters_ CINNABAR_GUARDED_BY(mutex_);
};

}  // namespace cinnabar
