// SPDX-License-Identifier: Apache-2.0
// The part of Shard that feeds a subscriber which is behind: out of the ring, or out of the journal.
#include <algorithm>
#include <array>

#include "base/blocking_pool.h"
#include "base/log.h"
#include "base/loop.h"
#include "hub/catch_up.h"
#include "hub/shard.h"
#include "protocol/subscription.h"

namespace cinnabar {
namespace {

constexpr std::size_t kBatch = 64;
// Events that one turn examines for one subscriber before others get theirs.
constexpr Position kTurn = 1024;
// Journal reads under way at once, a shard; each brings at most ReadLimits::bytes.
constexpr std::size_t kReads = 4;
constexpr ReadLimits kReadLimits{.events = 256, .bytes = std::size_t{256} * 1024, .examined = 20'000};

}  // namespace

bool Shard::wants(Subscriber& subscriber, const Event& event) const {
  Topics topics(event.topics(), options_.path);
  const auto selected = [&](const Membership& membership) {
    return std::any_of(topics.begin(), topics.end(),
                       [&](Topic& topic) { return membership.node->matcher.matches(topic); });
  };
  if (std::none_of(subscriber.memberships_.begin(), subscriber.memberships_.end(), selected)) return false;
  // HIST-5: replay is authorized against the token of this connection.
  return !event.is_private() ||
         (subscriber.grants_ && subscriber.grants_->may_receive(event.position(), topics));
}

void Shard::pump(Subscriber& subscriber) {
  subscriber.state_ = Subscriber::State::kCatching;
  const Position stop = subscriber.next_ + kTurn;
  while (subscriber.next_ <= head_) {
    if (!ring_.holds(subscriber.next_)) return read_journal(subscriber);
    if (subscriber.next_ >= stop) {
      catch_up(subscriber);
      return loop_.at_turn_end([this, work = subscriber.catch_up_] {
        if (work->subscriber) pump(*work->subscriber);
      });
    }
    if (pump_ring(subscriber) != Sent::kAll) return;
  }
  subscriber.state_ = Subscriber::State::kLive;
  if (subscriber.catch_up_) {
    subscriber.catch_up_->subscriber = nullptr;
    subscriber.catch_up_.reset();
  }
  schedule(subscriber);
}

Shard::Sent Shard::send_behind(Subscriber& subscriber, BufferSpan buffers,
                               std::span<const Position> positions, Position after) {
  const std::uint64_t before = figures_.events.value();
  const Sent sent = send(subscriber, buffers, positions, after);
  figures_.caught_up.add(figures_.events.value() - before);
  return sent;
}

Shard::Sent Shard::pump_ring(Subscriber& subscriber) {
  std::array<const SharedBytes*, kBatch> buffers;
  std::array<Position, kBatch> positions;
  std::size_t count = 0;
  Position at = subscriber.next_;
  const Position end = std::min(head_, at + kTurn - 1);
  for (; at <= end && count < kBatch; ++at) {
    const Event& event = ring_.at(at);
    if (!wants(subscriber, event)) continue;
    buffers[count] = &event.bytes();
    positions[count++] = at;
  }
  if (count != 0) {
    const Sent sent = send_behind(subscriber, {buffers.data(), count}, {positions.data(), count}, at);
    if (sent != Sent::kAll) return sent;
  }
  subscriber.from_earliest_ = false;
  subscriber.next_ = at;
  return Sent::kAll;
}

CatchUp& Shard::catch_up(Subscriber& subscriber) {
  if (!subscriber.catch_up_) {
    std::vector<Matcher> matchers;
    for (const Membership& membership : subscriber.memberships_) matchers.push_back(membership.node->matcher);
    const GrantsPtr grants = subscriber.grants_ ? subscriber.grants_->grants() : nullptr;
    subscriber.catch_up_ = std::make_shared<CatchUp>(
        subscriber, [this, set = MatcherSet(std::move(matchers)), grants](const RoutingView& event) {
          Topics topics(event.topics, options_.path);
          return set.selects(topics) && (!event.is_private || (grants && grants->may_receive(topics)));
        });
  }
  return *subscriber.catch_up_;
}

void Shard::read_journal(Subscriber& subscriber) {
  catch_up(subscriber);
  if (reads_ < kReads) {
    issue_read(subscriber.catch_up_, subscriber.next_);
  } else {
    waiting_reads_.push_back(subscriber.catch_up_);
  }
}

void Shard::issue_read(const std::shared_ptr<CatchUp>& work, Position from) {
  ++reads_;
  figures_.journal_reads.add();
  pool_.run([this, work, from]() mutable {
    Result<ReadBatch> result = journal_.read(from, work->filter, kReadLimits);
    // The last reference must end on the loop.
    loop_.post([this, work = std::move(work), result = std::move(result)]() mutable {
      on_read(work, std::move(result));
    });
  });
}

/// Whether what was read for it may lack events on subscriptions that it is due.
bool Shard::missed_something(const Subscriber& subscriber) const {
  const Position whole_from = journal_.bounds().subscriptions_first;
  if (subscriber.next_ >= whole_from || subscriber.known_gap_ >= whole_from) return false;
  const GrantsPtr grants = subscriber.grants_ ? subscriber.grants_->grants() : nullptr;
  return may_see_subscriptions(subscriber.matchers(), grants.get(), subscriptions_path(options_.path.text()));
}

void Shard::on_read(const std::shared_ptr<CatchUp>& work, Result<ReadBatch> result) {
  --reads_;
  if (work->subscriber) {
    Subscriber& subscriber = *work->subscriber;
    if (result.ok() && missed_something(subscriber)) {
      close(subscriber, StreamEnd::kBehindPresence);  // CONN-8
    } else if (result.ok()) {
      std::vector<const SharedBytes*> buffers;
      std::vector<Position> positions;
      buffers.reserve(result->events.size());
      positions.reserve(result->events.size());
      for (const EventPtr& event : result->events) {
        buffers.push_back(&event->bytes());
        positions.push_back(event->position());
      }
      const Sent sent =
          buffers.empty() ? Sent::kAll : send_behind(subscriber, buffers, positions, result->next);
      if (sent == Sent::kAll) {
        subscriber.from_earliest_ = false;
        subscriber.next_ = std::max(subscriber.next_, result->next);
        pump(subscriber);
      }
    } else if (result.error().code == ErrorCode::kExpired && subscriber.from_earliest_) {
      // Retention moved on before anything was read: history begins later now.
      subscriber.next_ = journal_.bounds().first;
      pump(subscriber);
    } else if (result.error().code == ErrorCode::kExpired) {
      close(subscriber, StreamEnd::kBehindHistory);  // CONN-8
    } else {
      log_error("history cannot be read", {{"id", subscriber.id_.urn()}, {"error", result.error().detail}});
      close(subscriber, StreamEnd::kHistoryUnreadable);
    }
  }
  while (reads_ < kReads && !waiting_reads_.empty()) {
    const std::shared_ptr<CatchUp> next = std::move(waiting_reads_.front());
    waiting_reads_.pop_front();
    if (next->subscriber) issue_read(next, next->subscriber->next_);
  }
}

}  // namespace cinnabar
