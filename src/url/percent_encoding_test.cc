// SPDX-License-Identifier: Apache-2.0
#include "url/percent_encoding.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cinnabar::url {
namespace {

/// The printable ASCII characters of a set.
std::string printable(EncodeSet set) {
  std::string all;
  for (char c = 0x20; c < 0x7F; ++c) {
    if (must_encode(c, set)) all += c;
  }
  return all;
}

TEST(PercentEncoding, HasTheSetsOfTheStandard) {
  EXPECT_EQ(printable(EncodeSet::kC0Control), "");
  EXPECT_EQ(printable(EncodeSet::kFragment), " \"<>`");
  EXPECT_EQ(printable(EncodeSet::kQuery), " \"#<>");
  EXPECT_EQ(printable(EncodeSet::kSpecialQuery), " \"#'<>");
  EXPECT_EQ(printable(EncodeSet::kPath), " \"#<>?^`{}");
  EXPECT_EQ(printable(EncodeSet::kUserinfo), " \"#/:;<=>?@[\\]^`{|}");
  for (const auto set : {EncodeSet::kC0Control, EncodeSet::kFragment, EncodeSet::kQuery,
                         EncodeSet::kSpecialQuery, EncodeSet::kPath, EncodeSet::kUserinfo}) {
    for (int c = 0; c < 0x20; ++c) EXPECT_TRUE(must_encode(static_cast<char>(c), set)) << c;
    for (int c = 0x7F; c < 0x100; ++c) EXPECT_TRUE(must_encode(static_cast<char>(c), set)) << c;
  }
}

TEST(PercentEncoding, EncodesAtEveryPlace) {
  for (std::size_t at = 0; at < 12; ++at) {
    std::string text(12, 'a');
    text[at] = ' ';
    std::string expected(12, 'a');
    expected.replace(at, 1, "%20");
    std::string out = "x";
    append_encoded(out, text, EncodeSet::kPath);
    EXPECT_EQ(out, "x" + expected);
  }
}

TEST(PercentEncoding, Decodes) {
  EXPECT_EQ(percent_decoded("%25%s%1G"), "%%s%1G");
  EXPECT_EQ(percent_decoded("%e2%80%BD%"), "\u203D%");
  EXPECT_EQ(percent_decoded("a%4"), "a%4");
  EXPECT_EQ(percent_decoded("%2541"), "%41");
}

TEST(PercentEncoding, RepairsUtf8) {
  const std::string bad = "\uFFFD";
  EXPECT_EQ(repaired_utf8("a\u00E9\u20AC\U0001F600"), "a\u00E9\u20AC\U0001F600");
  EXPECT_EQ(repaired_utf8("\xC0\x80"), bad + bad);
  EXPECT_EQ(repaired_utf8("\xE0\x9F\xBF"), bad + bad + bad);
  EXPECT_EQ(repaired_utf8("\xF0\x9F\x98"), bad);
  EXPECT_EQ(repaired_utf8("\xF0\x9F\x98x"), bad + "x");
  EXPECT_EQ(repaired_utf8("\xF4\x90\x80\x80"), bad + bad + bad + bad);
  EXPECT_EQ(repaired_utf8("\x80\xE2\x82\xAC"), bad + "\u20AC");
  EXPECT_EQ(find_invalid_utf8("a\u00E9\xFF"), 3U);
  EXPECT_EQ(find_invalid_utf8("a\u00E9"), std::string_view::npos);
}

}  // namespace
}  // namespace cinnabar::url
