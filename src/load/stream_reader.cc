// SPDX-License-Identifier: Apache-2.0
#include "load/stream_reader.h"

#include <utility>

#include "load/http_response.h"

namespace cinnabar::load {

void StreamReader::begin_again() {
  StreamReader next;
  next.keeps_ids_ = keeps_ids_;
  next.last_id_ = std::move(last_id_);
  *this = std::move(next);
}

void StreamReader::note(std::string_view line) {
  if (line.empty()) {
    if (!coming_id_.empty()) last_id_.swap(coming_id_);
    coming_id_.clear();
    between_ = true;
  } else if (line.starts_with("id:")) {
    coming_id_ = line.substr(line.starts_with("id: ") ? 4 : 3);
    between_ = false;
  } else if (line.front() != ':') {
    between_ = false;
  }
}

bool StreamReader::feed_head(std::string_view& bytes) {
  const std::size_t before = carry_.size();
  carry_.append(bytes);
  const std::size_t end = carry_.find("\r\n\r\n");
  if (end == std::string::npos) {
    bytes = {};
    return carry_.size() < 65536;
  }
  bytes.remove_prefix(end + 4 - before);
  const std::string_view head = std::string_view(carry_).substr(0, end + 2);
  status_ = status_of(head);
  resumed_after_ = field_of(head, "Mercure-Last-Event-ID");
  phase_ = field_of(head, "Transfer-Encoding").empty() ? Phase::kUntilClose : Phase::kChunkSize;
  carry_ = {};
  return status_ != 0;
}

bool StreamReader::feed_size(std::string_view& bytes) {
  const char next = bytes.front();
  bytes.remove_prefix(1);
  if (next == '\n') {
    if (!size_has_digit_) return false;
    phase_ = left_ == 0 ? Phase::kEnded : Phase::kChunk;
    size_has_digit_ = false;
    in_extension_ = false;
    return true;
  }
  if (next == '\r' || in_extension_) return true;
  if (next == ';') {
    in_extension_ = true;
    return true;
  }
  const char lower = static_cast<char>(next | 0x20);
  const bool is_digit = next >= '0' && next <= '9';
  if (!is_digit && (lower < 'a' || lower > 'f')) return false;
  left_ = left_ << 4 | static_cast<std::size_t>(is_digit ? next - '0' : lower - 'a' + 10);
  size_has_digit_ = true;
  return true;
}

}  // namespace cinnabar::load
