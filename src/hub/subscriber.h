// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/timer_wheel.h"
#include "base/uuid.h"
#include "hub/event_sink.h"
#include "hub/grant_table.h"
#include "hub/subscriber_index.h"
#include "protocol/grants.h"
#include "protocol/matcher.h"
#include "protocol/token_identity.h"
#include "protocol/update.h"

namespace cinnabar {

class Shard;
class CatchUp;

/// Where a new subscriber begins.
struct Cursor {
  enum class From { kLive, kEarliest, kAfter };
  From from = From::kLive;
  Position after = 0;  ///< with kAfter: the event that the client saw last
};

/// What a subscribe request asks for, after authorization.
struct SubscriberSpec {
  Uuid id = Uuid::random();
  MatcherSet matchers;
  GrantsPtr grants;        ///< null: no token
  TokenIdentityPtr token;  ///< null: no token
  Cursor cursor;
  std::optional<std::int64_t> expires_ms;  ///< the token's `exp`, Unix milliseconds (CONN-3)
};

/// One connection to the stream: a cursor over the journal and a wire to send along.
///
/// It is a small struct on purpose, since a hub holds tens of thousands: no queue, no buffer. What
/// it is due lies in the shard's ring or in the journal. Owned by its Shard. Threads: the shard's loop.
class Subscriber final : public Timer {
 public:
  Subscriber(Shard& shard, const SubscriberSpec& spec, std::unique_ptr<EventSink> sink);
  ~Subscriber() override;

  const Uuid& id() const { return id_; }
  /// Whose it is; nullptr: it came without a token.
  const TokenIdentity* token() const { return token_.get(); }
  /// What it asked for. Good as long as the subscriber is.
  std::vector<const Matcher*> matchers() const;

 private:
  friend class Shard;
  friend class SubscriberIndex;

  enum class State : std::uint8_t {
    kStarting,  ///< registered, nothing written yet
    kLive,      ///< has everything up to the shard's head; new events are written as they come
    kCatching,  ///< being fed from the ring or from the journal
    kBlocked,   ///< its wire is full; continues at next_ when there is room
  };

  void on_timer() override;

  Shard& shard_;
  std::unique_ptr<EventSink> sink_;
  std::vector<Membership> memberships_;
  GrantSet* grants_;
  TokenIdentityPtr token_;
  /// No event before this one may be sent. While not live: the next to send.
  Position next_ = 0;
  /// JournalBounds::subscriptions_first as it was when this one asked for all that there is: gaps before it
  /// are no news to it.
  Position known_gap_ = 0;
  /// The event that was last found for it, so that one with several matching topics comes once (SUB-17).
  Position found_ = 0;
  /// What is to be announced once the stream is open.
  std::unique_ptr<std::vector<Update>> announcement_;
  std::shared_ptr<CatchUp> catch_up_;  ///< while work for it is under way elsewhere
  SteadyTime last_write_;
  SteadyTime close_at_ = SteadyTime::max();
  SteadyTime stalled_since_;
  Uuid id_;
  std::uint32_t batch_head_ = 0;  ///< see Shard::deliver()
  std::uint32_t batch_tail_ = 0;
  std::uint32_t place_ = 0;  ///< index in the shard's list
  State state_ = State::kStarting;
  bool announced_ = false;      ///< so that its end is to be announced too
  bool from_earliest_ = false;  ///< nothing read yet: begin wherever history begins by then
};

}  // namespace cinnabar
