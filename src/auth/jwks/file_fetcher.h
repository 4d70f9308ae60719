// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "auth/jwks/fetcher.h"

namespace cinnabar {

/// Reads a regular file. `path`: of a file: URL, percent-encoded.
std::unique_ptr<Fetcher> make_file_fetcher(const std::string& path, std::size_t max_bytes);

}  // namespace cinnabar
