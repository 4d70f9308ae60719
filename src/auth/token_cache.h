// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "auth/digest.h"
#include "auth/token_report.h"
#include "auth/token_verifier.h"
#include "base/mutex.h"

namespace cinnabar {

/// What was found of a token before: good until its `exp`, or refused.
using RefusalPtr = std::shared_ptr<const TokenRefusal>;
using KnownToken = std::variant<std::monostate, TokenPtr, RefusalPtr>;

/// Verdicts on tokens by the SHA-256 of what they depend on, so that a token's signature is checked once, not
/// with every request. The token itself is not kept, but for the few that key() has seen last.
///
/// A good token is remembered until its `exp`, a refused one for a few seconds, so that a client that
/// repeats it costs next to nothing. Both are bounded, apart from each other: refused tokens never displace
/// good ones. forget() empties all, for when keys change. Threads: any.
class TokenCache {
 public:
  static constexpr std::int64_t kRefusalLifeMs = 10'000;

  /// Remembers about `capacity` good tokens and half as many refused ones; 0: none.
  explicit TokenCache(std::size_t capacity);

  /// Everything that the verdict depends on.
  static Digest key(const TokenQuestion& question);

  KnownToken find(const Digest& key, std::int64_t now_ms);

  /// To be asked for before a token is verified, and given to put(): a verdict by keys that were forgotten
  /// meanwhile is not remembered.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  void put(const Digest& key, TokenPtr token, std::uint64_t generation);
  void put(const Digest& key, RefusalPtr refusal, std::uint64_t generation, std::int64_t now_ms);

  void forget() { generation_.fetch_add(1, std::memory_order_acq_rel); }

  std::size_t size() const;

 private:
  struct Entry {
    Digest key;
    KnownToken known;
    std::uint64_t generation = 0;
    std::int64_t until_ms = 0;
    bool used = false;  // since the hand came by
  };

  /// The CLOCK algorithm: the hand passes over what was used lately, once.
  class Ring {
   public:
    void set_capacity(std::size_t capacity) { capacity_ = capacity; }
    Entry* find(const Digest& key);
    void put(Entry entry);
    void erase(Entry& entry);
    std::size_t size() const { return places_.size(); }

   private:
    std::size_t capacity_ = 0;
    std::size_t hand_ = 0;
    std::vector<Entry> entries_;
    boost::unordered_flat_map<Digest, std::size_t> places_;
  };

  /// Several, so that loops seldom wait for each other.
  struct Shard {
    mutable Mutex mutex;
    Ring good CINNABAR_GUARDED_BY(mutex);
    Ring refused CINNABAR_GUARDED_BY(mutex);
  };
  static constexpr std::size_t kShards = 16;

  Shard& shard_of(const Digest& key) { return shards_[key.bytes.back() % kShards]; }

  std::array<Shard, kShards> shards_;
  std::atomic<std::uint64_t> generation_ = 1;
};

}  // namespace cinnabar
