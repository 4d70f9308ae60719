// SPDX-License-Identifier: Apache-2.0
#include "http/characters.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar::http {
namespace {

TEST(Characters, EveryControlIsFoundAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool expected = (byte < 0x20 && byte != '\t') || byte == 0x7F;
    EXPECT_EQ(is_control(c), expected) << byte;
    for (std::size_t size = 1; size < 20; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        for (const char fill : {'a', ' ', '\t', '~', '\x80', '\xff'}) {
          std::string text(size, fill);
          text[at] = c;
          EXPECT_EQ(has_control(text), expected) << byte << " at " << at << " of " << size;
        }
      }
    }
  }
  EXPECT_FALSE(has_control(""));
}

TEST(Characters, Tokens) {
  EXPECT_TRUE(kTokenCharacters.has_all("X-Custom_1!#$%&'*+.^`|~"));
  for (const char c : std::string_view("()<>@,;:\\\"/[]?={} \t\x7f\xe9"))
    EXPECT_FALSE(kTokenCharacters.has(c));
}

}  // namespace
}  // namespace cinnabar::http
