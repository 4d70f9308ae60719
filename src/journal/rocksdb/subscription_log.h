// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/slice.h>
#include <rocksdb/write_batch.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "journal/rocksdb/store.h"
#include "protocol/event.h"

// The column family "subscriptions", which knows the events on subscriptions apart from all others. Its keys:
//
//   'p', position                  there is such an event in history: for retention, oldest first
//   'o', topic, NUL, position      a subscription has begun; the value is the record of that event, which
//                                  stays until the subscription is known to be over, whatever retention drops
//   'c', position                  the subscription that is the value, a topic, has ended there
//
// An end does not delete the beginning: its batch may turn out not to have been stored, when nobody remembers
// any more what it deleted. The batch after it does.
namespace cinnabar::rocks {

/// Subscriptions that have ended, by topic and position of the end.
struct Closed {
  std::string topic;
  Position position;
};

/// Adds what the family is to know of an event at `position`. `record`: its parts, head and body.
void log_subscription(rocksdb::WriteBatch& batch, const Store::Lease& use, const Update& update,
                      Position position, std::span<const rocksdb::Slice> record);

/// Adds the deletion of what is closed, with the marks that say so. REQUIRES: the ends are stored for good
Result<void> purge_closed(rocksdb::WriteBatch& batch, const Store& store, const Store::Lease& use,
                          const std::vector<Closed>& closed);

/// What has ended and is not purged.
Result<std::vector<Closed>> read_closed(const Store& store, const Store::Lease& use);

/// Journal::open_subscriptions().
Result<std::vector<EventPtr>> read_open(const Store& store, const Store::Lease& use);

/// Adds the deletion of all that is known of events after `last`.
Result<void> forget_after(rocksdb::WriteBatch& batch, const std::string& path, rocksdb::DB& db,
                          rocksdb::ColumnFamilyHandle* family, Position last);

/// How many events on subscriptions there are in history.
Result<std::uint64_t> count_logged(const std::string& path, rocksdb::DB& db,
                                   rocksdb::ColumnFamilyHandle* family);

/// The oldest events on subscriptions, `count` at most.
Result<std::vector<Position>> oldest_logged(const Store& store, const Store::Lease& use, std::size_t count);

/// Adds what follows when retention drops the event at `position`.
void unlog_event(rocksdb::WriteBatch& batch, const Store::Lease& use, Position position);

}  // namespace cinnabar::rocks
