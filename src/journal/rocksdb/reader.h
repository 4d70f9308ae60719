// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "journal/journal.h"
#include "journal/rocksdb/store.h"

namespace cinnabar::rocks {

/// Journal::read() on a Store. Filters look at records where RocksDB has them; only the
/// events that are wanted are built.
Result<ReadBatch> read_events(const Store& store, Position from, const EventFilter& filter,
                              const ReadLimits& limits);

/// Journal::find() on a Store.
Result<std::optional<Position>> find_id(const Store& store, std::string_view id);

}  // namespace cinnabar::rocks
