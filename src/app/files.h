// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cinnabar {

/// A whole file. Errors: kNotFound, kTooLarge (over 16 MiB: not what was meant), kInternal, in a
/// sentence with the path and the system's reason.
Result<std::string> read_file(const std::string& path);

/// `text` without one LF or CRLF at its end, which is not part of a key that comes from a file (CLI-4).
std::string without_line_end(std::string text);

/// Makes `path` and its parents, 0700 each that was missing.
Result<void> make_private_directory(const std::string& path);

/// Writes `path` so that readers see the old content or all of the new; a file with `secret`
/// content has mode 0600 from its first byte on, another 0644. Replaces what is there.
Result<void> replace_file(const std::string& path, std::string_view content, bool secret);

/// Like replace_file() with secret content, but leaves an existing file alone: kLocked then.
Result<void> create_secret_file(const std::string& path, std::string_view content);

}  // namespace cinnabar
