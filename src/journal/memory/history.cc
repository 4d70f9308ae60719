// SPDX-License-Identifier: Apache-2.0
#include "journal/memory/history.h"

#include <cassert>
#include <utility>

namespace cinnabar {

void History::add(EventPtr event, std::int64_t now_ms) {
  assert(event->position() == next());
  const Position position = event->position();
  auto [entry, is_new] = chains_.try_emplace(event->id(), Chain{position, position});
  if (!is_new) {
    slots_[entry->second.latest - first_].next_with_same_id = position;
    entry->second.latest = position;
  }
  bytes_ += cost(event);
  slots_.push_back({std::move(event), 0});

  while (!slots_.empty() && ((retention_.count != 0 && slots_.size() > retention_.count) ||
                             (retention_.bytes != 0 && bytes_ > retention_.bytes))) {
    evict_first();
  }
  expire(now_ms);
}

void History::expire(std::int64_t now_ms) {
  if (retention_.age_ms == 0) return;
  while (!slots_.empty() && slots_.front().event->time_ms() <= now_ms - retention_.age_ms) evict_first();
}

std::optional<Position> History::find(std::string_view id) const {
  const auto entry = chains_.find(id);
  if (entry == chains_.end()) return std::nullopt;
  return entry->second.earliest;
}

void History::evict_first() {
  const Slot& slot = slots_.front();
  const auto entry = chains_.find(slot.event->id());
  assert(entry != chains_.end() && entry->second.earliest == first_);
  // The key points into the event that goes: take it out, and lend it the next one's id.
  const Position latest = entry->second.latest;
  chains_.erase(entry);
  if (const Position earliest = slot.next_with_same_id; earliest != 0) {
    chains_.emplace(at(earliest)->id(), Chain{earliest, latest});
  }
  bytes_ -= cost(slot.event);
  slots_.pop_front();
  ++first_;
}

}  // namespace cinnabar
