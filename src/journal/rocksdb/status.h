// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/status.h>

#include <cstdint>
#include <string>

#include "base/result.h"

namespace cinnabar::rocks {

/// Why the database at `path`, already open, could not do what was asked.
Error error_of(const rocksdb::Status& status, const std::string& path);

/// Why the database at `path` could not be opened.
Error open_error_of(const rocksdb::Status& status, const std::string& path);

/// "PATH: the database is damaged (…); …"
Error damaged(const std::string& path, const std::string& detail);

/// The disk is full; `needed` bytes make the journal go on, 0: not known.
Error disk_full(const std::string& path, std::uint64_t needed);

bool is_no_space(const rocksdb::Status& status);

}  // namespace cinnabar::rocks
