// SPDX-License-Identifier: Apache-2.0
#include "protocol/form.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace cinnabar {
namespace {

/// -1: not a hex digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void decode(std::string_view encoded, std::string& out) {
  // Decoding never grows a text, so it is done in place, over a copy.
  out.assign(encoded);
  char* to = out.data();
  const char* from = to;
  const char* const end = from + out.size();
  for (std::size_t plus = out.find('+'); plus != std::string::npos; plus = out.find('+', plus + 1))
    out[plus] = ' ';
  while (from < end) {
    const void* const found = std::memchr(from, '%', static_cast<std::size_t>(end - from));
    const char* const percent = found != nullptr ? static_cast<const char*>(found) : end;
    const auto plain = static_cast<std::size_t>(percent - from);
    if (to != from) std::memmove(to, from, plain);
    to += plain;
    from = percent;
    if (from == end) break;
    const int high = end - from > 2 ? hex_value(from[1]) : -1;
    const int low = end - from > 2 ? hex_value(from[2]) : -1;
    if (high >= 0 && low >= 0) {
      *to++ = static_cast<char>(high * 16 + low);
      from += 3;
    } else {
      *to++ = *from++;
    }
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace

bool FormReader::next(std::string& name, std::string& value) {
  while (!rest_.empty()) {
    const std::string_view piece = rest_.substr(0, rest_.find('&'));
    rest_.remove_prefix(std::min(piece.size() + 1, rest_.size()));
    if (piece.empty()) continue;
    const std::size_t equals = piece.find('=');
    decode(piece.substr(0, equals), name);
    decode(equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1), value);
    return true;
  }
  return false;
}

std::vector<FormPair> parse_form(std::string_view encoded) {
  std::vector<FormPair> pairs;
  FormReader reader(encoded);
  FormPair pair;
  while (reader.next(pair.name, pair.value)) pairs.push_back(std::move(pair));
  return pairs;
}

}  // namespace cinnabar
