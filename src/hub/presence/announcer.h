// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "base/timer_wheel.h"
#include "hub/presence/presence.h"
#include "journal/journal.h"

namespace cinnabar {

class Loop;

/// Publishes the beginning and the end of subscriptions (ACT-1), so that the journal comes to say what is
/// true: what it does not take is tried again, in order for each subscription, and what became void meanwhile
/// is not published at all.
///
/// Lifetime: outlives journal.stop() and the loop's last turn. Threads: any.
class Announcer {
 public:
  /// `loop` times the tries.
  Announcer(Journal& journal, const Presence& presence, Loop& loop);

  /// Also for what is announced already, to say it anew.
  void started(Update start);
  /// Of what was started, or is in the presence table.
  void ended(std::string_view topic);
  /// From the loop: no more tries.
  void stop() { retry_.cancel(); }

 private:
  /// A subscription of which the journal does not say yet what is true.
  struct Flux {
    Update start;
    bool wanted;     ///< it is there
    bool announced;  ///< so the journal says
    bool under_way = false;
  };
  class Retry final : public Timer {
   public:
    explicit Retry(Announcer& owner) : owner_(owner) {}

   private:
    void on_timer() override { owner_.try_again(); }
    Announcer& owner_;
  };

  void publish(const std::string& topic, Update update);
  void published(const std::string& topic, const Result<Position>& result);
  void try_again();
  void plan_retry() CINNABAR_REQUIRES(mutex_);
  static Update next_of(const std::string& topic, const Flux& flux);

  Journal& journal_;
  const Presence& presence_;
  Loop& loop_;
  Retry retry_;

  Mutex mutex_;
  std::unordered_map<std::string, Flux> flux_ CINNABAR_GUARDED_BY(mutex_);
  bool retry_planned_ CINNABAR_GUARDED_BY(mutex_) = false;
  bool failing_ CINNABAR_GUARDED_BY(mutex_) = false;  ///< and the log says so
};

}  // namespace cinnabar
