// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/retainer.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "journal/rocksdb/keys.h"
#include "journal/rocksdb/record.h"
#include "journal/rocksdb/status.h"
#include "journal/rocksdb/subscription_log.h"

namespace cinnabar::rocks {
namespace {

constexpr auto kPeriod = std::chrono::seconds(1);
/// One batch of deletes: large enough to be cheap, small enough not to hold up a commit.
constexpr std::size_t kChunk = 1000;
/// Dropped bytes that are worth a look for files to remove.
constexpr std::uint64_t kReclaimStep = std::uint64_t{4} << 20;

rocksdb::Slice slice(const PositionKey& key) { return {key.data(), key.size()}; }
rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

std::uint64_t alarm(std::uint64_t limit, std::uint64_t least_slack) {
  if (limit == 0) return std::numeric_limits<std::uint64_t>::max();
  return limit + std::max(limit / 8, least_slack);
}

}  // namespace

/// What one look at history is measured by.
struct Retainer::Purge {
  std::uint64_t excess_count = 0;     ///< published events beyond the limit
  std::uint64_t excess_bytes = 0;     ///< their bytes beyond the limit
  std::int64_t expired_until_ms = 0;  ///< events of that time or earlier are too old
  std::uint64_t published = 0;        ///< dropped so far, and
  std::uint64_t freed = 0;            ///< their bytes
  std::uint64_t others = 0;           ///< events on subscriptions that went with them
};

Retainer::Retainer(Store& store, const Retention& retention)
    : store_(store),
      retention_(retention),
      count_alarm_(alarm(retention.count, 1000)),
      bytes_alarm_(alarm(retention.bytes, 64 * 1024)),
      subscriptions_alarm_(alarm(retention.subscriptions, 1000)),
      reclaim_step_(retention.bytes == 0 ? kReclaimStep : std::min(kReclaimStep, retention.bytes / 4)) {}

void Retainer::start() {
  if (retention_.count == 0 && retention_.bytes == 0 && retention_.age_ms == 0 &&
      retention_.subscriptions == 0) {
    return;
  }
  thread_ = std::thread([this] { run(); });
}

void Retainer::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Retainer::on_growth() {
  const Ledger& ledger = store_.ledger();
  if (ledger.live_published() <= count_alarm_ && ledger.live_bytes() <= bytes_alarm_ &&
      ledger.subscriptions.load(std::memory_order_relaxed) <= subscriptions_alarm_) {
    return;
  }
  MutexLock lock(mutex_);
  if (nudged_) return;
  nudged_ = true;
  wake_.notify_one();
}

void Retainer::run() {
  do {
    Result<bool> more = drop_some();
    while (more && *more) {
      {
        MutexLock lock(mutex_);
        if (stopping_) return;
      }
      more = drop_some();
    }
    if (more) more = drop_subscriptions();
    if (more) {
      last_error_.clear();
      if (reclaimable_ >= reclaim_step_) reclaim();
    } else if (last_error_ != more.error().detail) {
      last_error_ = more.error().detail;
      log_warn("old history could not be dropped; it is tried again", {{"error", last_error_}});
    }
  } while (wait());
}

/// False: stop.
bool Retainer::wait() {
  MutexLock lock(mutex_);
  const SteadyTime end = steady_now() + kPeriod;
  while (!stopping_ && !nudged_) {
    const Duration left = end - steady_now();
    if (left <= Duration::zero()) break;
    wake_.wait_for(mutex_, left);
  }
  nudged_ = false;
  return !stopping_;
}

/// Events on subscriptions that stand before a published one in excess go with it.
bool Retainer::due(const Purge& purge, std::int64_t time_ms) const {
  return purge.published < purge.excess_count || purge.freed < purge.excess_bytes ||
         (retention_.age_ms != 0 && time_ms <= purge.expired_until_ms);
}

/// Drops up to kChunk events from the oldest on. True: there may be more to drop.
Result<bool> Retainer::drop_some() {
  const Store::Lease use = store_.lease();
  if (!use) return store_.not_open();
  Ledger& ledger = store_.ledger();
  const JournalBounds bounds = ledger.bounds();
  if (bounds.first > bounds.last) return false;
  Purge purge;
  const std::uint64_t published = ledger.live_published();
  if (retention_.count != 0 && published > retention_.count)
    purge.excess_count = published - retention_.count;
  const std::uint64_t live = ledger.live_bytes();
  if (retention_.bytes != 0 && live > retention_.bytes) purge.excess_bytes = live - retention_.bytes;
  purge.expired_until_ms = unix_now_ms() - retention_.age_ms;

  const PositionKey begin = position_key(bounds.first);
  const PositionKey end = position_key(bounds.last + 1);
  const rocksdb::Slice lower = slice(begin);
  const rocksdb::Slice upper = slice(end);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = &upper;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(use.db().NewIterator(options, use.events()));
  rocksdb::WriteBatch batch;
  RecordView record;
  Position first = bounds.first;
  std::size_t dropped = 0;
  for (it->SeekToFirst(); it->Valid() && dropped < kChunk; it->Next(), ++dropped) {
    const std::string_view value = it->value().ToStringView();
    const Position position = position_of(it->key().ToStringView());
    // A damaged record leaves by count and bytes as any other. Only its id, unknown, stays in the
    // index, where find_id() passes over it.
    const bool readable = decode_record(value, record).ok();
    if (!due(purge, readable ? record.time_ms : std::numeric_limits<std::int64_t>::max())) break;
    if (readable) batch.Delete(use.ids(), id_key(record.id, position));
    if (readable && record.kind != UpdateKind::kPublished) {
      unlog_event(batch, use, position);
      ++purge.others;
    } else {
      ++purge.published;
      purge.freed += stored_bytes(value.size(), readable ? record.id.size() : 0);
    }
    first = position + 1;
  }
  if (!it->status().ok()) return error_of(it->status(), store_.path());
  if (dropped == 0) return false;

  const PositionKey new_begin = position_key(first);
  const std::uint64_t purged = ledger.purged.load(std::memory_order_relaxed) + purge.freed;
  const std::uint64_t published_purged =
      ledger.published_purged.load(std::memory_order_relaxed) + purge.published;
  batch.DeleteRange(use.events(), slice(begin), slice(new_begin));
  batch.Put(use.meta(), slice(Store::kPurgedKey), Store::counters(first, purged, published_purged));
  // Not synced: after a crash that loses it, those events are history for a second more.
  const rocksdb::Status status = use.db().Write(rocksdb::WriteOptions(), &batch);
  if (!status.ok()) return error_of(status, store_.path());
  ledger.first.store(first, std::memory_order_release);
  ledger.purged.store(purged, std::memory_order_release);
  ledger.published_purged.store(published_purged, std::memory_order_release);
  ledger.subscriptions.fetch_sub(purge.others, std::memory_order_acq_rel);
  reclaimable_ += purge.freed;
  return dropped == kChunk;
}

/// Gives whole files of dropped events back to the disk, without waiting for a compaction.
void Retainer::reclaim() {
  const Store::Lease use = store_.lease();
  if (!use) return;
  reclaimable_ = 0;
  // Files go for good at once: the deletes that say so must not be lost in a crash.
  rocksdb::Status status = store_.sync(use);
  if (status.ok()) {
    const PositionKey first = position_key(store_.ledger().bounds().first);
    const rocksdb::Slice end = slice(first);
    status = rocksdb::DeleteFilesInRange(&use.db(), use.events(), nullptr, &end, false);
  }
  if (!status.ok()) {
    log_warn("the files of old history could not be removed; it is tried again",
             {{"path", store_.path()}, {"error", status.ToString()}});
  }
}

}  // namespace cinnabar::rocks
