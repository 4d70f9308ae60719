// SPDX-License-Identifier: Apache-2.0
#include "protocol/text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

using namespace std::string_view_literals;

std::string utf8(char32_t point) {
  std::string out;
  const auto put = [&](char32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6));
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  }
  return out;
}

TEST(Utf8, AcceptsEveryScalarValueAndRefusesSurrogates) {
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    ASSERT_EQ(is_utf8(utf8(point)), !surrogate) << std::hex << static_cast<unsigned>(point);
  }
}

TEST(Utf8, RefusesIllFormedSequences) {
  const std::vector<std::string_view> bad = {"\x80"sv,
                                             "\xBF"sv,
                                             "\xC0\x80"sv,
                                             "\xC1\xBF"sv,
                                             "\xE0\x80\x80"sv,
                                             "\xE0\x9F\xBF"sv,
                                             "\xED\xA0\x80"sv,
                                             "\xF0\x80\x80\x80"sv,
                                             "\xF0\x8F\xBF\xBF"sv,
                                             "\xF4\x90\x80\x80"sv,
                                             "\xF5\x80\x80\x80"sv,
                                             "\xFE"sv,
                                             "\xFF"sv,
                                             "\xC3"sv,
                                             "\xE2\x82"sv,
                                             "\xF0\x9F\x98"sv,
                                             "\xC3\x41"sv,
                                             "\xE2\x82\x41"sv,
                                             "\xC3\xC3"sv};
  for (const std::string_view bytes : bad) {
    EXPECT_FALSE(is_utf8(bytes)) << testing::PrintToString(bytes);
    // At every offset to the eight-byte steps of the fast path.
    for (std::size_t shift = 1; shift < 18; ++shift) {
      const std::string padded = std::string(shift, 'a') + std::string(bytes) + "zzzzzzzzz";
      EXPECT_FALSE(is_utf8(padded)) << testing::PrintToString(padded);
      EXPECT_FALSE(is_protocol_string(padded)) << testing::PrintToString(padded);
    }
  }
}

TEST(Utf8, AllowsControls) { EXPECT_TRUE(is_utf8("a\0b\r\n\x7F"sv)); }

TEST(ProtocolString, AcceptsOrdinaryText) {
  for (const std::string_view text : {""sv, " "sv, "a\"b'c"sv, "https://example.com/books/{id}?a=b#c"sv,
                                      "\u05D0\u0627"sv, "é"sv, "\U0001F600"sv, "\u00A0"sv, "\u2028"sv}) {
    EXPECT_TRUE(is_protocol_string(text)) << text;
  }
}

TEST(ProtocolString, RefusesControlsAtEveryOffset) {
  for (char32_t point = 0; point <= 0x9F; ++point) {
    const bool control = point < 0x20 || point >= 0x7F;
    for (std::size_t shift = 0; shift < 18; ++shift) {
      const std::string text = std::string(shift, 'x') + utf8(point) + std::string(9, ' ');
      ASSERT_EQ(is_protocol_string(text), !control) << static_cast<unsigned>(point) << " at " << shift;
    }
  }
}

TEST(ProtocolString, RefusesTheFormatCharactersOfSection2) {
  struct Range {
    char32_t first, last;
  };
  const std::vector<Range> ranges = {
      {0x00AD, 0x00AD},   {0x0600, 0x0605},   {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
      {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x180E, 0x180E},   {0x200B, 0x200F},   {0x202A, 0x202E},
      {0x2060, 0x2064},   {0x2066, 0x206F},   {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},   {0x110BD, 0x110BD},
      {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0001, 0xE0001},
      {0xE0020, 0xE007F}};
  for (const Range& range : ranges) {
    for (char32_t point = range.first; point <= range.last; ++point) {
      EXPECT_FALSE(is_protocol_string(utf8(point))) << std::hex << static_cast<unsigned>(point);
    }
    EXPECT_FALSE(is_protocol_string("aaaaaaaaa" + utf8(range.first) + "b"));
  }
  for (const char32_t point :
       {U'\u00AC', U'\u00AE', U'\u0606', U'\u200A', U'\u2010', U'\u2070', U'\uFEFE', U'\U00013440'}) {
    EXPECT_TRUE(is_protocol_string(utf8(point))) << std::hex << static_cast<unsigned>(point);
  }
}

}  // namespace
}  // namespace cinnabar
