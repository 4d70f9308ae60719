// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "journal/journal.h"

namespace cinnabar {

/// Retained events by position and by id: what a MemoryJournal keeps.
///
/// Events with the same id are chained from the earliest to the latest through their
/// slots, so that the index holds one entry per distinct id, finding the earliest is one
/// lookup (HIST-11, HIST-14), and evicting it moves the entry on to the next in O(1).
///
/// Threads: none of its own; the owner locks.
class History {
 public:
  explicit History(const Retention& retention) : retention_(retention) {}

  /// The position that the next add() must have.
  Position next() const { return first_ + slots_.size(); }
  JournalBounds bounds() const { return {first_, next() - 1}; }

  /// Adds the event and evicts what exceeds the limits. REQUIRES: event->position() == next()
  void add(EventPtr event, std::int64_t now_ms);
  /// Evicts what is too old.
  void expire(std::int64_t now_ms);

  /// REQUIRES: position is within bounds()
  const EventPtr& at(Position position) const { return slots_[position - first_].event; }
  std::optional<Position> find(std::string_view id) const;

 private:
  struct Slot {
    EventPtr event;
    Position next_with_same_id = 0;
  };
  struct Chain {
    Position earliest = 0;
    Position latest = 0;
  };
  void evict_first();
  static std::uint64_t cost(const EventPtr& event) { return event->footprint() + sizeof(Slot); }

  const Retention retention_;
  Position first_ = 1;
  std::uint64_t bytes_ = 0;
  std::deque<Slot> slots_;
  /// The keys borrow the id of each chain's earliest event.
  boost::unordered_flat_map<std::string_view, Chain> chains_;
};

}  // namespace cinnabar
