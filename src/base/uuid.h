// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>

namespace cinnabar {

/// A UUID (RFC 9562) in 16 bytes, for those that are kept by the ten thousand.
struct Uuid {
  std::array<unsigned char, 16> bytes;

  /// A random one (version 4, section 5.4), from the kernel's generator: ids of private updates
  /// and subscriber identifiers must not be guessable (PUB-13, ACT-5). Any thread.
  static Uuid random();

  /// "urn:uuid:f81d4fae-7dec-41d0-a765-00a0c91e6bf6"
  std::string urn() const;
};

}  // namespace cinnabar
