// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/options.h>

#include <cstdint>
#include <string>

#include "journal/journal.h"

namespace cinnabar::rocks {

/// How RocksDB is set up: for little memory, few threads, bounded files, and errors that
/// are ours to handle.
struct Tuning {
  rocksdb::DBOptions database;
  rocksdb::ColumnFamilyOptions meta, events, ids, subscriptions;
};

/// A small Retention::bytes makes small files too, so that the disk can follow the limit, and so
/// does a small disk (`disk_bytes`; 0: unknown), so that little space is enough to go on with.
Tuning tuning_for(const Retention& retention, const std::string& path, std::uint64_t disk_bytes);

}  // namespace cinnabar::rocks
