// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cinnabar::url {

/// What the path state depends on besides its input.
struct PathRules {
  bool is_special;  ///< a backslash separates segments too
  bool is_file;     ///< the first segment may be a Windows drive letter
  bool is_all;      ///< with a state override: "?" and "#" belong to the path
};

/// The path state (URL Standard, section 4.4): reads segments of `input` from `at`, which is behind the
/// slash that starts the first one, and appends them to the path that begins at `path_start` of `out`.
/// Answers where it stopped: at a "?" or "#", or at the end. REQUIRES: `input` is UTF-8.
std::size_t append_path(std::string& out, std::size_t path_start, std::string_view input, std::size_t at,
                        const PathRules& rules);

/// "Shorten a URL's path", the path being all of `out` from `path_start`.
void shorten_path(std::string& out, std::size_t path_start, bool is_file);

/// "Windows drive letter": a letter and a colon or a vertical line.
bool is_drive_letter(std::string_view text);
/// "Starts with a Windows drive letter".
bool starts_with_drive_letter(std::string_view text);
/// Whether the first segment of a serialised path is a normalised Windows drive letter.
bool path_has_drive_letter(std::string_view path);

}  // namespace cinnabar::url
