// SPDX-License-Identifier: Apache-2.0
#include "hub/presence/announcer.h"

#include <chrono>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/loop.h"
#include "protocol/subscription.h"

namespace cinnabar {
namespace {

constexpr Duration kRetryAfter = std::chrono::seconds(1);

}  // namespace

// Appending may call back at once, into published(), so the lock is never held there.

Announcer::Announcer(Journal& journal, const Presence& presence, Loop& loop)
    : journal_(journal), presence_(presence), loop_(loop), retry_(*this) {}

void Announcer::started(Update start) {
  const std::string topic = start.topics.front();
  {
    const MutexLock lock(mutex_);
    const auto [at, is_new] = flux_.try_emplace(topic, Flux{start, true, false, true});
    if (!is_new) {
      at->second.start = std::move(start);
      at->second.wanted = true;
      return;  // what comes of what is under way decides
    }
  }
  publish(topic, std::move(start));
}

void Announcer::ended(std::string_view topic) {
  const std::string key(topic);
  Update end;
  {
    const MutexLock lock(mutex_);
    const auto at = flux_.find(key);
    if (at != flux_.end()) {
      Flux& flux = at->second;
      flux.wanted = false;
      if (flux.under_way || flux.announced) return;  // what comes of that decides
      flux_.erase(at);                               // the journal never took the start
      return;
    }
    const EventPtr begun = presence_.find(topic);
    if (!begun) return;
    Flux flux{{}, false, true, true};
    flux.start.topics = {key};
    flux.start.data = subscription_document(*begun);
    end = subscription_ended(topic, flux.start.data);
    flux_.emplace(key, std::move(flux));
  }
  publish(key, std::move(end));
}

void Announcer::publish(const std::string& topic, Update update) {
  journal_.append(std::move(update),
                  [this, topic](const Result<Position>& result) { published(topic, result); });
}

/// The journal took, or refused, what was under way for a subscription.
void Announcer::published(const std::string& topic, const Result<Position>& result) {
  std::optional<Update> next;
  {
    const MutexLock lock(mutex_);
    const auto at = flux_.find(topic);
    if (at == flux_.end()) return;
    Flux& flux = at->second;
    flux.under_way = false;
    if (result) {
      flux.announced = !flux.announced;
      failing_ = false;
    } else if (result.error().code == ErrorCode::kClosed) {
      flux_.erase(at);  // the hub stops; what is left open is ended at the next start
      return;
    }
    if (flux.wanted == flux.announced) {
      flux_.erase(at);
      return;
    }
    if (!result) {
      plan_retry();
      return;
    }
    flux.under_way = true;  // the journal took it, and it is not true any more
    next = next_of(topic, flux);
  }
  publish(topic, std::move(*next));
}

Update Announcer::next_of(const std::string& topic, const Flux& flux) {
  return flux.wanted ? flux.start : subscription_ended(topic, flux.start.data);
}

void Announcer::plan_retry() {
  if (std::exchange(retry_planned_, true)) return;
  if (!std::exchange(failing_, true)) {
    log_warn("events on subscriptions are not stored; they are tried again each second");
  }
  loop_.post([this] { loop_.timers().schedule(retry_, steady_now() + kRetryAfter); });
}

void Announcer::try_again() {
  std::vector<std::pair<std::string, Update>> due;
  {
    const MutexLock lock(mutex_);
    retry_planned_ = false;
    for (auto& [topic, flux] : flux_) {
      if (std::exchange(flux.under_way, true)) continue;
      due.emplace_back(topic, next_of(topic, flux));
    }
  }
  for (auto& [topic, update] : due) publish(topic, std::move(update));
}

}  // namespace cinnabar
