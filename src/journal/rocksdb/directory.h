// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace cinnabar::rocks {

enum class Contents { kNothing, kDatabase };

/// Makes sure that `path` is a directory that may hold our database: makes it when only
/// its last part is missing, and refuses what is not ours rather than mix with it.
Result<Contents> prepare_directory(const std::string& path);

/// Bytes of the file system, and those that it has left for us; 0 when it cannot be asked.
std::uint64_t total_space(const std::string& path);
std::uint64_t free_space(const std::string& path);

/// Bytes in the database's write-ahead logs.
std::uint64_t log_bytes(const std::string& path);

}  // namespace cinnabar::rocks
