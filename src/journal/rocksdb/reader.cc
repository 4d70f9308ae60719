// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/reader.h"

#include <rocksdb/db.h>

#include <memory>
#include <string>

#include "journal/batch_builder.h"
#include "journal/rocksdb/keys.h"
#include "journal/rocksdb/record.h"
#include "journal/rocksdb/status.h"

namespace cinnabar::rocks {
namespace {

rocksdb::Slice slice(const PositionKey& key) { return {key.data(), key.size()}; }

Error expired(const Store& store, Position from) {
  return {ErrorCode::kExpired, store.path() + ": position " + std::to_string(from) +
                                   " is no longer in history, which begins at " +
                                   std::to_string(store.ledger().bounds().first)};
}

/// Positions are dense, but for events on subscriptions that retention took out: where another one is
/// missing, it was taken after we looked, or it is lost.
Error missing(const Store& store, const Store::Lease& use, Position position) {
  if (position < store.stored_first(use)) return expired(store, position);
  return {ErrorCode::kCorrupt,
          store.path() + ": the event at position " + std::to_string(position) +
              " is missing; stop the hub and restore a backup or move the directory away"};
}

/// Whether what is missing right before `position` may be.
bool is_gap(const Store& store, const Store::Lease& use, Position position) {
  return position <= store.ledger().bounds().subscriptions_first ||
         position <= store.stored_subscriptions_first(use);
}

Error at_position(Error error, const Store& store, Position position) {
  error.detail = store.path() + ": position " + std::to_string(position) + ": " + error.detail;
  return error;
}

}  // namespace

Result<ReadBatch> read_events(const Store& store, Position from, const EventFilter& filter,
                              const ReadLimits& limits) {
  const Store::Lease use = store.lease();
  if (!use) return store.not_open();
  const JournalBounds bounds = store.ledger().bounds();
  BatchBuilder batch(from, limits);
  if (from < bounds.first) return expired(store, from);
  if (from > bounds.last) return batch.take();

  // What the writer has written but not yet announced stays out.
  const PositionKey begin = position_key(from);
  const PositionKey end = position_key(bounds.last + 1);
  const rocksdb::Slice lower = slice(begin);
  const rocksdb::Slice upper = slice(end);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(use.db().NewIterator(options, use.events()));

  RecordView record;
  for (it->SeekToFirst(); it->Valid() && !batch.full(); it->Next()) {
    const Position position = position_of(it->key().ToStringView());
    if (position != batch.next()) {
      if (!is_gap(store, use, position)) return missing(store, use, batch.next());
      batch.skip_to(position);
    }
    if (auto decoded = decode_record(it->value().ToStringView(), record); !decoded) {
      return at_position(decoded.error(), store, position);
    }
    batch.examined();
    if (filter && !filter({record.topics, record.is_private})) continue;
    batch.add(Event::make(
        {record.topics, record.data, record.id, record.type, record.retry, record.is_private, record.kind},
        position, record.time_ms));
  }
  if (!it->status().ok()) return error_of(it->status(), store.path());
  if (!batch.full() && batch.next() <= bounds.last) {
    if (!is_gap(store, use, bounds.last + 1)) return missing(store, use, batch.next());
    batch.skip_to(bounds.last + 1);
  }
  return batch.take();
}

Result<std::optional<Position>> find_id(const Store& store, std::string_view id) {
  if (id.find('\0') != std::string_view::npos) return std::optional<Position>();  // no id holds NUL
  const Store::Lease use = store.lease();
  if (!use) return store.not_open();
  const JournalBounds bounds = store.ledger().bounds();
  const std::string begin = id_key(id, bounds.first);
  const std::string end = id_key(id, bounds.last + 1);
  const rocksdb::Slice upper(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(use.db().NewIterator(options, use.ids()));

  RecordView record;
  rocksdb::PinnableSlice value;
  for (it->Seek(begin); it->Valid(); it->Next()) {
    const std::string_view key = it->key().ToStringView();
    const Position position = position_of(key.substr(key.size() - kPositionSize));
    const PositionKey event_key = position_key(position);
    value.Reset();
    const rocksdb::Status status =
        use.db().Get(rocksdb::ReadOptions(), use.events(), slice(event_key), &value);
    // An entry without its event is of a batch that failed, or of an event that was dropped meanwhile.
    if (status.IsNotFound()) continue;
    if (!status.ok()) return error_of(status, store.path());
    if (auto decoded = decode_record(value.ToStringView(), record); !decoded) {
      return at_position(decoded.error(), store, position);
    }
    if (record.id == id) return std::optional(position);
  }
  if (!it->status().ok()) return error_of(it->status(), store.path());
  return std::optional<Position>();
}

}  // namespace cinnabar::rocks
