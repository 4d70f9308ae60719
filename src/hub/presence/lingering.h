// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/timer_wheel.h"
#include "base/uuid.h"
#include "protocol/matcher.h"
#include "protocol/token_identity.h"

namespace cinnabar {

class Loop;

/// Subscribers whose connection is over but whose client may come back within a grace, so that nobody is told
/// yet that they left. Who comes back is whoever has a token with the same `iss` and `sub` and asks for the
/// same matchers; without a `sub` nobody can tell.
///
/// Lifetime: stop() on the loop before destruction. Threads: any.
class Lingering {
 public:
  /// Called, on any thread, with the topics of one who did not come back.
  using GaveUp = std::function<void(const std::vector<std::string>& topics)>;

  Lingering(Loop& loop, Duration grace, GaveUp gave_up);

  /// What to recognize somebody by; empty: nothing.
  static std::string key(const TokenIdentity* token, std::span<const Matcher* const> matchers);

  /// False: there is no grace, or not any more; the subscriber has left.
  bool keep(const std::string& key, const Uuid& id, std::vector<std::string> topics);
  /// Who lingers under that key stays after all, by this id.
  std::optional<Uuid> take(const std::string& key);
  /// Gives everybody up, and keeps nobody from now on.
  void flush();
  /// From the loop.
  void stop() { timer_.cancel(); }

 private:
  struct Guest {
    std::string key;
    Uuid id;
    std::vector<std::string> topics;
    SteadyTime until;
  };
  class Expiry final : public Timer {
   public:
    explicit Expiry(Lingering& owner) : owner_(owner) {}

   private:
    void on_timer() override { owner_.expire(); }
    Lingering& owner_;
  };

  void expire();
  void plan() CINNABAR_REQUIRES(mutex_);
  void forget(std::list<Guest>::iterator guest) CINNABAR_REQUIRES(mutex_);

  Loop& loop_;
  const Duration grace_;
  const GaveUp gave_up_;
  Expiry timer_;

  Mutex mutex_;
  std::list<Guest> guests_ CINNABAR_GUARDED_BY(mutex_);  ///< in the order of `until`
  std::unordered_multimap<std::string, std::list<Guest>::iterator> by_key_ CINNABAR_GUARDED_BY(mutex_);
  bool planned_ CINNABAR_GUARDED_BY(mutex_) = false;
  bool open_ CINNABAR_GUARDED_BY(mutex_);
};

}  // namespace cinnabar
