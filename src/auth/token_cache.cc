// SPDX-License-Identifier: Apache-2.0
#include "auth/token_cache.h"

#include <limits>
#include <utility>

#include "auth/digest_memo.h"

namespace cinnabar {

TokenCache::Entry* TokenCache::Ring::find(const Digest& key) {
  const auto at = places_.find(key);
  return at == places_.end() ? nullptr : &entries_[at->second];
}

void TokenCache::Ring::put(Entry entry) {
  if (capacity_ == 0) return;
  if (Entry* known = find(entry.key)) {
    *known = std::move(entry);
    return;
  }
  if (entries_.size() < capacity_) {
    places_.emplace(entry.key, entries_.size());
    entries_.push_back(std::move(entry));
    return;
  }
  while (entries_[hand_].used) {
    entries_[hand_].used = false;
    hand_ = (hand_ + 1) % capacity_;
  }
  // A place that was erased has lost its key already.
  if (const auto at = places_.find(entries_[hand_].key); at != places_.end() && at->second == hand_) {
    places_.erase(at);
  }
  places_.emplace(entry.key, hand_);
  entries_[hand_] = std::move(entry);
  hand_ = (hand_ + 1) % capacity_;
}

void TokenCache::Ring::erase(Entry& entry) {
  places_.erase(entry.key);
  entry.known = std::monostate();
  entry.used = false;
}

TokenCache::TokenCache(std::size_t capacity) {
  const std::size_t each = (capacity + kShards - 1) / kShards;
  for (Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
    shard.good.set_capacity(each);
    shard.refused.set_capacity((each + 1) / 2);
  }
}

Digest TokenCache::key(const TokenQuestion& question) {
  const char kind[] = {question.role == Role::kPublisher ? 'p' : 's', question.by_legacy_means ? 'l' : 'm'};
  thread_local DigestMemo memo;
  return memo.of(question.token,
                 {std::string_view(kind, sizeof kind), question.resource, question.hub.url().href()});
}

KnownToken TokenCache::find(const Digest& key, std::int64_t now_ms) {
  Shard& shard = shard_of(key);
  const MutexLock lock(shard.mutex);
  for (Ring* ring : {&shard.good, &shard.refused}) {
    Entry* entry = ring->find(key);
    if (!entry) continue;
    if (entry->generation != generation() || entry->until_ms <= now_ms) {
      ring->erase(*entry);
      continue;
    }
    entry->used = true;
    return entry->known;
  }
  return {};
}

void TokenCache::put(const Digest& key, TokenPtr token, std::uint64_t generation) {
  Entry entry;
  entry.key = key;
  entry.until_ms = token->expires_ms.value_or(std::numeric_limits<std::int64_t>::max());
  entry.generation = generation;
  entry.known = std::move(token);
  Shard& shard = shard_of(key);
  const MutexLock lock(shard.mutex);
  shard.good.put(std::move(entry));
}

void TokenCache::put(const Digest& key, RefusalPtr refusal, std::uint64_t generation, std::int64_t now_ms) {
  Entry entry;
  entry.key = key;
  entry.until_ms = now_ms + kRefusalLifeMs;
  entry.generation = generation;
  entry.known = std::move(refusal);
  Shard& shard = shard_of(key);
  const MutexLock lock(shard.mutex);
  shard.refused.put(std::move(entry));
}

std::size_t TokenCache::size() const {
  std::size_t size = 0;
  for (const Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
    size += shard.good.size() + shard.refused.size();
  }
  return size;
}

}  // namespace cinnabar
