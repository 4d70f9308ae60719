// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <string_view>

namespace cinnabar {

/// A SHA-256 hash. Two that are equal are taken for the hash of the same bytes.
struct Digest {
  std::array<unsigned char, 32> bytes{};

  /// Of the parts in this order; ("ab", "c") and ("a", "bc") differ. Any thread.
  static Digest of(std::initializer_list<std::string_view> parts);

  friend bool operator==(const Digest&, const Digest&) = default;
  /// Its first bytes are as good a hash as any.
  friend std::size_t hash_value(const Digest& digest) {
    std::size_t value = 0;
    std::memcpy(&value, digest.bytes.data(), sizeof value);
    return value;
  }
};

}  // namespace cinnabar
