// SPDX-License-Identifier: Apache-2.0
#include "http/h1_request_head.h"

#include <algorithm>
#include <cstddef>

#include "http/characters.h"

namespace cinnabar::http {
namespace {

constexpr std::size_t kUsualFields = 16;  // what one allocation has room for
constexpr std::size_t kMaxFields = 256;   // each costs far more memory than its bytes
constexpr std::string_view kBlanks = " \t";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\r'));
  rest.remove_prefix(line.size() + 2);
  return line;
}

unsigned read_request_line(std::string_view line, Request& request, std::string_view& target) {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.find(' ', method_end + 1);
  request.method = line.substr(0, method_end);
  target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::string_view version = line.substr(target_end + 1);
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) || version[6] != '.' ||
      !is_digit(version[7])) {
    return 400;
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return 505;
  request.version = version.back() == '0' ? Version::kHttp10 : Version::kHttp11;
  return 0;
}

unsigned read_field(std::string_view line, Request& request) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return 400;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  // A blank before the colon is what request smuggling is made of (section 5.1).
  if (!kTokenCharacters.has_all(name) || has_control(value)) return 400;
  if (request.headers.size() == kMaxFields) return 431;
  Header& header = request.headers.emplace_back();
  header.name = name;
  for (char& c : header.name) c = lower(c);
  header.value = value;
  return 0;
}

}  // namespace

unsigned read_request_head(std::string_view head, Request& request, std::string_view& target) {
  std::string_view rest = head;
  if (const unsigned status = read_request_line(take_line(rest), request, target); status != 0) return status;
  request.headers.reserve(kUsualFields);
  for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
    if (const unsigned status = read_field(line, request); status != 0) return status;
  }
  return 0;
}

bool wants_keep_alive(const Request& request) {
  bool close = false;
  bool keep_alive = false;
  for (const Header& header : request.headers) {
    if (header.name != "connection") continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::string_view option = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(option.size() + 1, rest.size()));
      close = close || same_ignoring_case(trim(option), "close");
      keep_alive = keep_alive || same_ignoring_case(trim(option), "keep-alive");
    }
  }
  return !close && (keep_alive || request.version != Version::kHttp10);
}

}  // namespace cinnabar::http
