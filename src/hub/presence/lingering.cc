// SPDX-License-Identifier: Apache-2.0
#include "hub/presence/lingering.h"

#include <algorithm>
#include <utility>

#include "base/loop.h"

namespace cinnabar {

Lingering::Lingering(Loop& loop, Duration grace, GaveUp gave_up)
    : loop_(loop),
      grace_(grace),
      gave_up_(std::move(gave_up)),
      timer_(*this),
      open_(grace > Duration::zero()) {}

std::string Lingering::key(const TokenIdentity* token, std::span<const Matcher* const> matchers) {
  if (token == nullptr || token->subject.empty()) return {};
  std::vector<std::string> parts;
  for (const Matcher* matcher : matchers) {
    parts.push_back(std::string(name_of(matcher->type())) + ' ' + matcher->pattern());
  }
  std::sort(parts.begin(), parts.end());
  // NUL parts them: no protocol string, and no claim that the hub takes, can hold one.
  std::string key = token->issuer + '\0' + token->subject;
  for (const std::string& part : parts) {
    key += '\0';
    key += part;
  }
  return key;
}

bool Lingering::keep(const std::string& key, const Uuid& id, std::vector<std::string> topics) {
  if (key.empty()) return false;
  const MutexLock lock(mutex_);
  if (!open_) return false;
  guests_.push_back({key, id, std::move(topics), steady_now() + grace_});
  by_key_.emplace(key, std::prev(guests_.end()));
  plan();
  return true;
}

std::optional<Uuid> Lingering::take(const std::string& key) {
  if (key.empty()) return {};
  const MutexLock lock(mutex_);
  const auto at = by_key_.find(key);
  if (at == by_key_.end()) return {};
  const auto guest = at->second;
  const Uuid id = guest->id;
  by_key_.erase(at);
  guests_.erase(guest);
  return id;
}

void Lingering::flush() {
  std::list<Guest> gone;
  {
    const MutexLock lock(mutex_);
    open_ = false;
    by_key_.clear();
    gone.swap(guests_);
  }
  for (const Guest& guest : gone) gave_up_(guest.topics);
}

void Lingering::expire() {
  std::list<Guest> gone;
  {
    const MutexLock lock(mutex_);
    planned_ = false;
    const SteadyTime now = steady_now();
    while (!guests_.empty() && guests_.front().until <= now) {
      forget(guests_.begin());
      gone.splice(gone.end(), guests_, guests_.begin());
    }
    plan();
  }
  for (const Guest& guest : gone) gave_up_(guest.topics);
}

void Lingering::forget(std::list<Guest>::iterator guest) {
  const auto [begin, end] = by_key_.equal_range(guest->key);
  by_key_.erase(std::find_if(begin, end, [&](const auto& entry) { return entry.second == guest; }));
}

void Lingering::plan() {
  if (planned_ || guests_.empty()) return;
  planned_ = true;
  loop_.post([this, due = guests_.front().until] { loop_.timers().schedule(timer_, due); });
}

}  // namespace cinnabar
