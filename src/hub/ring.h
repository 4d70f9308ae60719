// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>

#include "protocol/event.h"

namespace cinnabar {

/// The newest events, bounded by count and by bytes, addressed by position. Positions are dense,
/// so finding one is a subtraction. Threads: one loop.
class Ring {
 public:
  Ring(std::size_t max_events, std::size_t max_bytes) : max_events_(max_events), max_bytes_(max_bytes) {}

  /// What came before a gap (JournalBounds::subscriptions_first) goes: what is held is dense.
  /// REQUIRES: event->position() is beyond the last one pushed.
  void push(EventPtr event);

  bool empty() const { return events_.empty(); }
  std::size_t size() const { return events_.size(); }
  std::size_t bytes() const { return bytes_; }
  /// The oldest position held. REQUIRES: !empty()
  Position first() const { return events_.front()->position(); }
  bool holds(Position position) const {
    return !empty() && position >= first() && position - first() < events_.size();
  }
  /// REQUIRES: holds(position)
  const Event& at(Position position) const { return *events_[position - first()]; }

 private:
  std::size_t max_events_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::deque<EventPtr> events_;
};

}  // namespace cinnabar
