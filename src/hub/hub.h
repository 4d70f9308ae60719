// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "hub/options.h"
#include "hub/presence/registrar.h"
#include "hub/shard.h"
#include "journal/journal.h"

namespace cinnabar {

class BlockingPool;
class Loop;

/// One shard a loop, all fed by one journal.
///
/// Lifetime: outlives journal.stop(); the loops and the pool outlive it, or have ended.
/// Threads: start() before the loops run; on_committed() from the journal's thread; the rest from any.
class Hub final : public JournalTail {
 public:
  Hub(Journal& journal, std::span<Loop* const> loops, BlockingPool& pool, const HubOptions& options);

  /// Fills the rings with the newest events and begins to listen to the journal.
  Result<void> start();

  void on_committed(std::span<const EventPtr> events) override;

  /// REQUIRES: `loop` is one of those given to the constructor.
  Shard& shard_of(const Loop& loop);

  std::size_t subscribers() const;
  std::span<const std::unique_ptr<Shard>> shards() const { return shards_; }

  /// Who is subscribed; nullptr: not announced, so nobody knows.
  const Presence* presence() const { return registrar_ ? &registrar_->presence() : nullptr; }

  /// From now on draining() is true; every subscriber is closed at a random moment within `spread`.
  void drain(Duration spread);
  /// Ends, cleanly, every subscriber that `unwanted`, which is asked on each loop, is true of.
  void disconnect(SubscriberTest unwanted);
  /// After journal.stop(); the loops turn once more before destruction.
  void stop();
  bool draining() const { return draining_.load(std::memory_order_relaxed); }

 private:
  Journal& journal_;
  const HubOptions options_;
  std::unique_ptr<Registrar> registrar_;  ///< null: subscriptions are not announced
  std::vector<std::unique_ptr<Shard>> shards_;
  std::atomic<bool> draining_ = false;
};

}  // namespace cinnabar
