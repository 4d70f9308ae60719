// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "http/server.h"

namespace cinnabar::http {

/// Finds the end of a request head as it arrives, each byte looked at once, and stops early at
/// what could never become a good one: limits, and the line endings and foldings that serve request
/// smuggling (RFC 9112 sections 2.2, 5.1 and 5.2). What the lines say is the parser's matter.
class H1HeadScanner {
 public:
  explicit H1HeadScanner(const ServerLimits& limits) : limits_(limits) {}

  /// Goes on where the last call stopped. `input` begins where the request does (leading empty
  /// lines included) and only grows from call to call. 0: not complete yet; 200: head() is known;
  /// else the status to refuse with.
  unsigned scan(std::string_view input);

  /// From the request line to the empty line. REQUIRES: scan() answered 200.
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return position_; }

 private:
  enum class Part { kLeadingLines, kMethod, kTarget, kVersion, kFields };

  void skip_plain(std::string_view input);
  unsigned look_at(char c);

  const ServerLimits& limits_;
  std::size_t position_ = 0;
  std::size_t begin_ = 0;
  std::size_t part_begin_ = 0;
  std::size_t line_begin_ = 0;
  Part part_ = Part::kLeadingLines;
  char previous_ = 0;
};

}  // namespace cinnabar::http
