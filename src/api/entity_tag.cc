// SPDX-License-Identifier: Apache-2.0
#include "api/entity_tag.h"

#include <algorithm>
#include <cstddef>

namespace cinnabar {
namespace {

constexpr std::string_view kBlanks = " \t";

/// Takes the first member off a list of entity tags, whose quoted parts may hold commas.
std::string_view take_member(std::string_view& rest) {
  std::size_t end = 0;
  for (bool quoted = false; end < rest.size() && (quoted || rest[end] != ','); ++end) {
    if (rest[end] == '"') quoted = !quoted;
  }
  std::string_view member = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  member.remove_prefix(std::min(member.find_first_not_of(kBlanks), member.size()));
  return member.substr(0, member.find_last_not_of(kBlanks) + 1);
}

}  // namespace

std::string entity_tag(std::string_view event_id) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string tag = "\"";
  for (const char c : event_id) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x21 || c == '"' || c == '%' || byte == 0x7F) {
      tag += '%';
      tag += kHex[byte >> 4];
      tag += kHex[byte & 15];
    } else {
      tag += c;
    }
  }
  return tag += '"';
}

bool none_match_fails(const http::Request& request, std::string_view tag, std::string_view event_id) {
  for (const http::Header& header : request.headers) {
    if (header.name != "if-none-match") continue;
    if (header.value == event_id) return true;  // an id may hold commas
    for (std::string_view rest = header.value; !rest.empty();) {
      std::string_view member = take_member(rest);
      if (member.starts_with("W/")) member.remove_prefix(2);
      if (member == tag || member == "*" || (!member.empty() && member == event_id)) return true;
    }
  }
  return false;
}

}  // namespace cinnabar
