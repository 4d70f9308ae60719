// SPDX-License-Identifier: Apache-2.0
#include "auth/digest_memo.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace cinnabar {
namespace {

std::uint64_t word_at(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// Looks at all bytes, whatever the first ones are.
bool same_secret(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  std::uint64_t difference = 0;
  std::size_t i = 0;
  for (; i + 8 <= one.size(); i += 8) difference |= word_at(one.data() + i) ^ word_at(other.data() + i);
  for (; i < one.size(); ++i) difference |= static_cast<unsigned char>(one[i] ^ other[i]);
  return difference == 0;
}

/// A token ends with its signature, which is as good as random.
std::uint64_t end_of(std::string_view token) {
  return token.size() >= 8 ? word_at(token.data() + token.size() - 8) : token.size();
}

std::size_t place_of(std::uint64_t end) { return end * 0x9E3779B97F4A7C15 >> 57; }

}  // namespace

Digest DigestMemo::of(std::string_view token, std::array<std::string_view, 3> context) {
  const auto digest = [&] { return Digest::of({token, context[0], context[1], context[2]}); };
  if (token.empty() || token.size() > kMostBytes) return digest();
  static_assert(kPlaces == 1 << 7, "place_of() answers 7 bits");
  if (entries_.empty()) entries_.resize(kPlaces);
  const std::uint64_t end = end_of(token);
  Entry& entry = entries_[place_of(end)];
  if (entry.end != end) {
    // Not kept yet: of a flood of forged ones each comes once.
    entry.end = end;
    entry.token.clear();
    return digest();
  }
  if (same_secret(entry.token, token) && std::ranges::equal(entry.context, context)) return entry.digest;
  entry.digest = digest();
  entry.token = token;
  std::ranges::copy(context, entry.context.begin());
  return entry.digest;
}

}  // namespace cinnabar
