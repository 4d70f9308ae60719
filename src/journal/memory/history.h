// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "journal/journal.h"

namespace cinnabar {

/// Retained events by position and by id: what a MemoryJournal keeps.
///
/// Events with the same id are chained from the earliest to the latest through their
/// slots, so that the index holds one entry per distinct id, finding the earliest is one
/// lookup (HIST-11, HIST-14), and dropping any of them takes it out of its chain in O(1).
///
/// An event that Retention::subscriptions drops leaves an empty slot behind, so that nothing moves;
/// when most slots are empty they all go at once.
///
/// Threads: none of its own; the owner locks.
class History {
 public:
  explicit History(const Retention& retention) : retention_(retention) {}

  /// The position that the next add() must have.
  Position next() const { return last_ + 1; }
  JournalBounds bounds() const { return {first_, last_, subscriptions_first_}; }

  /// Adds the event and evicts what exceeds the limits. REQUIRES: event->position() == next()
  void add(EventPtr event, std::int64_t now_ms);
  /// Evicts what is too old.
  void expire(std::int64_t now_ms);

  /// Null: there is none, any more or yet.
  const Event* at(Position position) const;
  std::optional<Position> find(std::string_view id) const;
  /// Appends the events from `from` on to `out`, looking at `slots` places at the most. Returns the first
  /// position that was not looked at.
  Position copy(Position from, std::size_t slots, std::vector<EventPtr>& out) const;

  /// What Retention::bytes is compared with.
  std::uint64_t bytes() const { return bytes_; }

  /// How many places are kept, for events and for what was dropped between them.
  std::size_t slots() const { return slots_.size(); }

 private:
  struct Slot {
    EventPtr event;  ///< null: dropped
    Position position = 0;
    Position previous_with_same_id = 0;
    Position next_with_same_id = 0;
  };
  struct Chain {
    Position earliest = 0;
    Position latest = 0;
  };
  std::size_t index_from(Position position) const;
  Slot& slot(Position position) { return slots_[index_from(position)]; }
  void evict_first();
  void drop_oldest_subscription();
  void unchain(const Slot& slot);
  void remove_empty_slots();
  static std::uint64_t cost(const EventPtr& event) { return event->footprint() + sizeof(Slot); }

  const Retention retention_;
  Position first_ = 1;
  Position last_ = 0;
  Position subscriptions_first_ = 1;
  std::uint64_t published_ = 0;  ///< how many of the events are publishers'
  std::uint64_t bytes_ = 0;      ///< cost() of those
  std::deque<Slot> slots_;       ///< by position; the first one is never empty
  std::size_t empty_slots_ = 0;
  std::deque<Position> subscriptions_;  ///< where the other events are
  /// The keys borrow the id of each chain's earliest event.
  boost::unordered_flat_map<std::string_view, Chain> chains_;
};

}  // namespace cinnabar
