// SPDX-License-Identifier: Apache-2.0
#include "journal/memory/history.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace cinnabar {
namespace {

/// Fewer empty slots than this are not worth a look at all the others.
constexpr std::size_t kFewSlots = 64;

bool is_published(const EventPtr& event) { return event->kind() == UpdateKind::kPublished; }

}  // namespace

void History::add(EventPtr event, std::int64_t now_ms) {
  assert(event->position() == next());
  const Position position = event->position();
  Position previous = 0;
  auto [entry, is_new] = chains_.try_emplace(event->id(), Chain{position, position});
  if (!is_new) {
    previous = entry->second.latest;
    slot(previous).next_with_same_id = position;
    entry->second.latest = position;
  }
  if (is_published(event)) {
    ++published_;
    bytes_ += cost(event);
  } else {
    subscriptions_.push_back(position);
  }
  slots_.push_back({std::move(event), position, previous, 0});
  last_ = position;

  // What precedes the oldest update in excess goes with it, whatever it is.
  while ((retention_.count != 0 && published_ > retention_.count) ||
         (retention_.bytes != 0 && bytes_ > retention_.bytes)) {
    evict_first();
  }
  while (retention_.subscriptions != 0 && subscriptions_.size() > retention_.subscriptions) {
    drop_oldest_subscription();
  }
  expire(now_ms);
}

void History::expire(std::int64_t now_ms) {
  if (retention_.age_ms == 0) return;
  while (!slots_.empty() && slots_.front().event->time_ms() <= now_ms - retention_.age_ms) evict_first();
}

const Event* History::at(Position position) const {
  const std::size_t index = index_from(position);
  if (index == slots_.size() || slots_[index].position != position) return nullptr;
  return slots_[index].event.get();
}

std::optional<Position> History::find(std::string_view id) const {
  const auto entry = chains_.find(id);
  if (entry == chains_.end()) return std::nullopt;
  return entry->second.earliest;
}

Position History::copy(Position from, std::size_t slots, std::vector<EventPtr>& out) const {
  const std::size_t begin = index_from(from);
  const std::size_t end = begin + std::min(slots, slots_.size() - begin);
  for (std::size_t i = begin; i < end; ++i) {
    if (slots_[i].event != nullptr) out.push_back(slots_[i].event);
  }
  return end == slots_.size() ? next() : slots_[end].position;
}

/// Where the first slot at `position` or later is. Positions differ by one at least, which leaves little
/// room for a search; none where nothing was ever taken out.
std::size_t History::index_from(Position position) const {
  if (slots_.empty() || position <= slots_.front().position) return 0;
  if (position > slots_.back().position) return slots_.size();
  const std::size_t newest = slots_.size() - 1;
  const Position behind = slots_.back().position - position;
  const std::size_t low = behind < newest ? newest - static_cast<std::size_t>(behind) : 0;
  const Position ahead = position - slots_.front().position;
  const std::size_t high = ahead < newest ? static_cast<std::size_t>(ahead) : newest;
  const auto begin = slots_.begin();
  const auto found =
      std::lower_bound(begin + static_cast<std::ptrdiff_t>(low), begin + static_cast<std::ptrdiff_t>(high),
                       position, [](const Slot& slot, Position wanted) { return slot.position < wanted; });
  return static_cast<std::size_t>(found - begin);
}

void History::evict_first() {
  const Slot& oldest = slots_.front();
  unchain(oldest);
  if (is_published(oldest.event)) {
    --published_;
    bytes_ -= cost(oldest.event);
  } else {
    assert(subscriptions_.front() == oldest.position);
    subscriptions_.pop_front();
  }
  first_ = oldest.position + 1;
  slots_.pop_front();
  remove_empty_slots();
}

void History::drop_oldest_subscription() {
  const Position position = subscriptions_.front();
  subscriptions_.pop_front();
  Slot& dropped = slot(position);
  unchain(dropped);
  dropped.event = nullptr;
  ++empty_slots_;
  subscriptions_first_ = position + 1;
  remove_empty_slots();
}

void History::unchain(const Slot& gone) {
  const Position previous = gone.previous_with_same_id;
  const Position next = gone.next_with_same_id;
  if (previous != 0) slot(previous).next_with_same_id = next;
  if (next != 0) slot(next).previous_with_same_id = previous;
  if (previous != 0 && next != 0) return;
  const auto entry = chains_.find(gone.event->id());
  assert(entry != chains_.end());
  if (previous != 0) {
    entry->second.latest = previous;
    return;
  }
  // The key points into the event that goes: take it out, and lend it the next one's id.
  const Position latest = entry->second.latest;
  chains_.erase(entry);
  if (next != 0) chains_.emplace(at(next)->id(), Chain{next, latest});
}

/// Those at the front at once, those in between when they are the most.
void History::remove_empty_slots() {
  while (!slots_.empty() && slots_.front().event == nullptr) {
    slots_.pop_front();
    --empty_slots_;
  }
  if (empty_slots_ < kFewSlots || empty_slots_ <= slots_.size() / 2) return;
  std::erase_if(slots_, [](const Slot& slot) { return slot.event == nullptr; });
  empty_slots_ = 0;
}

}  // namespace cinnabar
