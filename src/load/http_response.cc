// SPDX-License-Identifier: Apache-2.0
#include "load/http_response.h"

#include <strings.h>

#include <charconv>
#include <cstddef>
#include <system_error>

namespace cinnabar::load {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::string> body_of_chunks(std::string_view rest) {
  std::string body;
  for (;;) {
    const std::size_t line = rest.find("\r\n");
    if (line == std::string_view::npos) return std::nullopt;
    std::size_t size = 0;
    if (std::from_chars(rest.data(), rest.data() + line, size, 16).ec != std::errc{}) return body;
    rest.remove_prefix(line + 2);
    if (size == 0) {  // with trailers, there is an empty line after them
      const bool complete = rest.starts_with("\r\n") || rest.find("\r\n\r\n") != std::string_view::npos;
      return complete ? std::optional(body) : std::nullopt;
    }
    if (rest.size() < size + 2) return std::nullopt;
    body += rest.substr(0, size);
    rest.remove_prefix(size + 2);
  }
}

}  // namespace

int status_of(std::string_view head) {
  if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) return 0;
  int status = 0;
  for (const char digit : head.substr(9, 3)) {
    if (digit < '0' || digit > '9') return 0;
    status = status * 10 + (digit - '0');
  }
  return status;
}

std::string_view field_of(std::string_view head, std::string_view name) {
  for (std::size_t start = head.find("\r\n"); start != std::string_view::npos;
       start = head.find("\r\n", start + 2)) {
    const std::string_view line = head.substr(start + 2, head.find("\r\n", start + 2) - start - 2);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        strncasecmp(line.data(), name.data(), name.size()) == 0) {
      return trim(line.substr(name.size() + 1));
    }
  }
  return {};
}

std::optional<std::string> body_of(std::string_view response) {
  const std::size_t end = response.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view head = response.substr(0, end + 2);
  const std::string_view rest = response.substr(end + 4);
  if (!field_of(head, "Transfer-Encoding").empty()) return body_of_chunks(rest);
  const std::string_view digits = field_of(head, "Content-Length");
  std::size_t length = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (rest.size() < length) return std::nullopt;
  return std::string(rest.substr(0, length));
}

}  // namespace cinnabar::load
