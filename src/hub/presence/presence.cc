// SPDX-License-Identifier: Apache-2.0
#include "hub/presence/presence.h"

#include <utility>

#include "protocol/subscription.h"

namespace cinnabar {

void Presence::load(std::vector<EventPtr> open, std::string last_id) {
  const MutexLock lock(mutex_);
  for (const EventPtr& event : open) apply(event);
  loaded_id_ = std::move(last_id);
}

void Presence::on_committed(std::span<const EventPtr> events) {
  if (events.empty()) return;
  const MutexLock lock(mutex_);
  for (const EventPtr& event : events) {
    if (event->kind() != UpdateKind::kPublished) apply(event);
  }
  newest_ = events.back();
}

void Presence::apply(const EventPtr& event) {
  const std::string_view topic = event->topics().front();
  // Out first in any case: the key must not be that of an event which goes.
  active_.erase(topic);
  if (event->kind() == UpdateKind::kSubscriptionStarted) active_.emplace(topic, event);
}

Presence::Page Presence::list(const Query& query) const {
  Page page;
  const MutexLock lock(mutex_);
  page.last_id = newest_ ? std::string(newest_->id()) : loaded_id_;
  for (auto at = active_.lower_bound(query.prefix); at != active_.end(); ++at) {
    const std::string_view topic = at->first;
    if (!topic.starts_with(query.prefix)) break;
    if (query.which != Which::kAll && is_selector_topic(path_, topic) != (query.which == Which::kSelectors)) {
      continue;
    }
    ++page.total;
    if (!query.after.empty() && topic <= query.after) continue;
    if (page.subscriptions.size() == query.limit) {
      page.more = true;
    } else {
      page.subscriptions.push_back(at->second);
    }
  }
  return page;
}

EventPtr Presence::find(std::string_view topic) const {
  const MutexLock lock(mutex_);
  const auto at = active_.find(topic);
  return at == active_.end() ? nullptr : at->second;
}

}  // namespace cinnabar
