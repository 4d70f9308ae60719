// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "hub/presence/announcer.h"
#include "hub/presence/lingering.h"
#include "hub/presence/presence.h"
#include "hub/subscriber.h"
#include "journal/journal.h"
#include "protocol/hub_url.h"

namespace cinnabar {

class Loop;

/// Sees subscribers come and go, and has it announced: section ACT, but for its API. One a hub, for all
/// shards.
///
/// Lifetime: load() before journal.start(), end_leftovers() after it; stop() after journal.stop(), and the
/// loop turns once more before destruction. Threads: any.
class Registrar {
 public:
  /// `grace`: how long nobody is told that a subscriber left who may come back;
  /// 0: not at all. `loop` keeps the times.
  Registrar(Journal& journal, Loop& loop, HubPath path, Duration grace);

  const Presence& presence() const { return presence_; }

  /// Takes over what the journal says.
  Result<void> load();
  /// Ends what was open then: the process that served it is no more.
  void end_leftovers();
  void on_committed(std::span<const EventPtr> events) { presence_.on_committed(events); }

  /// The id of a subscriber that left within the grace, if this is its client again.
  std::optional<Uuid> recognize(const SubscriberSpec& spec);
  /// What there is to say when this subscriber has come, one update for each matcher.
  std::vector<Update> announcement(const SubscriberSpec& spec, const Uuid& id) const;
  /// It has come (ACT-7). `recognized`: it was said before, and is said again only where it changed.
  void arrived(std::vector<Update> announcement, bool recognized);
  /// `may_return`: its client is not unwanted.
  void left(const Subscriber& subscriber, bool may_return);

  /// The hub is about to stop: nobody lingers any more.
  void drain() { lingering_.flush(); }
  /// Ends all timers, in the loop's next turn.
  void stop();

 private:
  Journal& journal_;
  Loop& loop_;
  const HubPath path_;
  Presence presence_;
  Announcer announcer_;
  Lingering lingering_;
  std::vector<std::string> leftovers_;
};

}  // namespace cinnabar
