// SPDX-License-Identifier: Apache-2.0
#include "protocol/sse.h"

#include <cassert>
#include <cstddef>
#include <cstring>

namespace cinnabar {
namespace {

constexpr std::string_view kEvent = "event: ";
constexpr std::string_view kRetry = "retry: ";
constexpr std::string_view kId = "id: ";
constexpr std::string_view kData = "data: ";

std::size_t line_size(std::string_view field, std::string_view value) {
  return field.size() + value.size() + 1;
}

char* put(char* to, std::string_view text) {
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

char* put_line(char* to, std::string_view field, std::string_view value) {
  to = put(put(to, field), value);
  *to = '\n';
  return to + 1;
}

bool has(std::string_view text, char c) {
  return !text.empty() && std::memchr(text.data(), c, text.size()) != nullptr;
}

/// Calls `each` for every line of `data`: CRLF, CR and LF each end one (SSE-3), and what
/// follows the last break is a line too, if only an empty one.
template <class Each>
void for_each_line(std::string_view data, Each each) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i] != '\r' && data[i] != '\n') continue;
    each(data.substr(start, i - start));
    if (data[i] == '\r' && i + 1 < data.size() && data[i + 1] == '\n') ++i;
    start = i + 1;
  }
  each(data.substr(start));
}

}  // namespace

const SharedBytes& sse_comment() {
  static const SharedBytes comment = SharedBytes::copy_of(":\n");
  return comment;
}

SharedBytes encode_sse(std::string_view type, std::string_view retry, std::string_view id,
                       std::string_view data) {
  // A line break in one of these would forge a field; parse_publish() lets none pass.
  assert(!has(type, '\n') && !has(type, '\r') && !has(id, '\n') && !has(id, '\r'));
  assert(!has(retry, '\n') && !has(retry, '\r'));

  const bool one_line = !has(data, '\n') && !has(data, '\r');
  std::size_t size = line_size(kId, id) + 1;
  if (!type.empty()) size += line_size(kEvent, type);
  if (!retry.empty()) size += line_size(kRetry, retry);
  if (one_line) {
    size += line_size(kData, data);
  } else {
    for_each_line(data, [&](std::string_view line) { size += line_size(kData, line); });
  }

  SharedBytes bytes = SharedBytes::allocate(size);
  char* to = bytes.mutable_body();
  if (!type.empty()) to = put_line(to, kEvent, type);
  if (!retry.empty()) to = put_line(to, kRetry, retry);
  to = put_line(to, kId, id);
  if (one_line) {
    to = put_line(to, kData, data);
  } else {
    for_each_line(data, [&](std::string_view line) { to = put_line(to, kData, line); });
  }
  *to++ = '\n';
  assert(to == bytes.mutable_body() + size);
  return bytes;
}

}  // namespace cinnabar
