// SPDX-License-Identifier: Apache-2.0
// The part of Retainer that keeps events on subscriptions within their own limit.
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>

#include "journal/rocksdb/keys.h"
#include "journal/rocksdb/record.h"
#include "journal/rocksdb/retainer.h"
#include "journal/rocksdb/status.h"
#include "journal/rocksdb/subscription_log.h"

namespace cinnabar::rocks {
namespace {

constexpr std::uint64_t kChunk = 1000;

}  // namespace

/// Drops the oldest of what exceeds the limit, up to kChunk at a time, until nothing does. False: done.
Result<bool> Retainer::drop_subscriptions() {
  if (retention_.subscriptions == 0) return false;
  Ledger& ledger = store_.ledger();
  for (;;) {
    const std::uint64_t count = ledger.subscriptions.load(std::memory_order_acquire);
    if (count <= retention_.subscriptions) return false;
    const Store::Lease use = store_.lease();
    if (!use) return store_.not_open();
    const Result<std::vector<Position>> oldest = oldest_logged(
        store_, use, static_cast<std::size_t>(std::min(kChunk, count - retention_.subscriptions)));
    if (!oldest) return oldest.error();
    if (oldest->empty()) return false;

    rocksdb::WriteBatch batch;
    RecordView record;
    rocksdb::PinnableSlice value;
    for (const Position position : *oldest) {
      const PositionKey key = position_key(position);
      const rocksdb::Slice key_slice(key.data(), key.size());
      value.Reset();
      const rocksdb::Status status = use.db().Get(rocksdb::ReadOptions(), use.events(), key_slice, &value);
      if (!status.ok() && !status.IsNotFound()) return error_of(status, store_.path());
      // The id of a damaged record stays in the index, where find_id() passes over it.
      if (status.ok() && decode_record(value.ToStringView(), record).ok()) {
        batch.Delete(use.ids(), id_key(record.id, position));
      }
      batch.Delete(use.events(), key_slice);
      unlog_event(batch, use, position);
    }
    const Position whole_from = oldest->back() + 1;
    batch.Put(use.meta(), rocksdb::Slice(Store::kSubscriptionsKey.data(), Store::kSubscriptionsKey.size()),
              std::to_string(whole_from));
    if (const rocksdb::Status status = use.db().Write(rocksdb::WriteOptions(), &batch); !status.ok()) {
      return error_of(status, store_.path());
    }
    ledger.subscriptions_first.store(whole_from, std::memory_order_release);
    ledger.subscriptions.fetch_sub(oldest->size(), std::memory_order_acq_rel);
    MutexLock lock(mutex_);
    if (stopping_) return false;
  }
}

}  // namespace cinnabar::rocks
