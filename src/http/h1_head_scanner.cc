// SPDX-License-Identifier: Apache-2.0
#include "http/h1_head_scanner.h"

#include <algorithm>

#include "http/characters.h"

namespace cinnabar::http {
namespace {

constexpr std::size_t kLeadingBytes = 16;  // empty lines before a request, from sloppy clients
constexpr std::size_t kMethodBytes = 64;
constexpr std::size_t kVersionBytes = 16;

}  // namespace

unsigned H1HeadScanner::scan(std::string_view input) {
  while (position_ < input.size()) {
    skip_plain(input);
    if (position_ == input.size()) break;
    const unsigned status = look_at(input[position_]);
    ++position_;
    if (status != 0) return status;
  }
  return 0;
}

/// Inside a field line, goes to the next byte that look_at() may have something to say about. Most of a head
/// are such bytes, a token above all.
void H1HeadScanner::skip_plain(std::string_view input) {
  if (part_ != Part::kFields || previous_ == '\r' || position_ == line_begin_) return;
  const std::size_t limit = std::min(input.size(), part_begin_ + limits_.header_bytes);
  if (position_ >= limit) return;
  std::string_view plain = input.substr(position_, limit - position_);
  for (const char special : {'\r', '\n', '\0'}) plain = plain.substr(0, plain.find(special));
  if (plain.empty()) return;
  position_ += plain.size();
  previous_ = plain.back();
}

unsigned H1HeadScanner::look_at(char c) {
  // Only CRLF ends a line; a lone CR or LF, which others may take for an end, is refused.
  if ((previous_ == '\r') != (c == '\n') || c == 0) return 400;
  previous_ = c;
  switch (part_) {
    case Part::kLeadingLines:
      if (c == '\r' || c == '\n') return position_ < kLeadingBytes ? 0 : 400;
      begin_ = part_begin_ = position_;
      part_ = Part::kMethod;
      [[fallthrough]];
    case Part::kMethod:
      if (c == ' ' && position_ > part_begin_) {
        part_begin_ = position_ + 1;
        part_ = Part::kTarget;
        return 0;
      }
      return kTokenCharacters.has(c) && position_ - part_begin_ < kMethodBytes ? 0 : 400;
    case Part::kTarget:
      if (c == ' ') {
        part_begin_ = position_ + 1;
        part_ = Part::kVersion;
        return 0;
      }
      if (c == '\r') return 400;  // HTTP/0.9
      return position_ - part_begin_ < limits_.uri_bytes ? 0 : 414;
    case Part::kVersion:
      if (c == '\n') {
        part_begin_ = line_begin_ = position_ + 1;
        part_ = Part::kFields;
        return 0;
      }
      return position_ - part_begin_ < kVersionBytes ? 0 : 400;
    case Part::kFields:
      if (position_ - part_begin_ >= limits_.header_bytes) return 431;
      if (c == '\n') {
        if (position_ - line_begin_ == 1) return 200;
        line_begin_ = position_ + 1;
        return 0;
      }
      return position_ == line_begin_ && (c == ' ' || c == '\t') ? 400 : 0;
  }
  return 400;
}

}  // namespace cinnabar::http
