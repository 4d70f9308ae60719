// SPDX-License-Identifier: Apache-2.0
#include "auth/bearer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace cinnabar {
namespace {

Error malformed(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> is_one{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")) {
    is_one[static_cast<unsigned char>(c)] = true;
  }
  return is_one;
}();

/// Without a branch for each character, as tokens are long and mostly right.
bool has_only_token_characters(std::string_view text) {
  const auto is_one = [](char c) { return kTokenCharacters[static_cast<unsigned char>(c)]; };
  bool all = true;
  for (; text.size() >= 4; text.remove_prefix(4)) {
    all &= is_one(text[0]) & is_one(text[1]) & is_one(text[2]) & is_one(text[3]);
  }
  for (const char c : text) all &= is_one(c);
  return all;
}

}  // namespace

Result<std::optional<std::string_view>> bearer_token(std::span<const std::string_view> fields) {
  using Token = std::optional<std::string_view>;
  if (fields.empty()) return Token();
  if (fields.size() > 1) return malformed("The request has several Authorization fields; send one.");

  const std::string_view field = fields.front();
  const std::size_t space = field.find(' ');
  if (!equals_ignoring_case(field.substr(0, space), "bearer")) {
    return malformed("The Authorization field has another scheme than Bearer; send `Bearer <token>`.");
  }
  // RFC 9110 section 11.4: one or more spaces part the scheme from what follows.
  const std::size_t start = space == std::string_view::npos ? space : field.find_first_not_of(' ', space);
  if (start == std::string_view::npos) {
    return malformed("The Authorization field has no token; send `Bearer <token>`.");
  }
  const std::string_view token = field.substr(start);
  if (!has_only_token_characters(token)) {
    return malformed("The token in the Authorization field has a character that no token can have.");
  }
  if (token.size() < kShortestToken) {
    return malformed("The token in the Authorization field is shorter than any signed token.");
  }
  return Token(token);
}

}  // namespace cinnabar
