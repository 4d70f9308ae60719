// SPDX-License-Identifier: Apache-2.0
#include "url/regexp_class.h"

#include <gtest/gtest.h>

#include <string>

#include "url/regexp_testing.h"

namespace cinnabar::url {
namespace {

using namespace testing;  // NOLINT

TEST(RegexpClass, TranslatesClassEscapes) {
  EXPECT_EQ(characters("\\d"), kDigits);
  EXPECT_EQ(characters("\\w"), kDigits + kUpper + "_" + kLower);
  EXPECT_EQ(characters("\\s"), "\t\n\v\f\r ");
  EXPECT_EQ(characters("\\D").size(), 118U);
  EXPECT_EQ(characters("\\W").size(), 65U);
  EXPECT_EQ(characters("\\S").size(), 122U);
}

TEST(RegexpClass, TranslatesClasses) {
  EXPECT_EQ(characters("[]"), "");
  EXPECT_EQ(characters("[^]").size(), 128U);
  EXPECT_EQ(characters("[abc]"), "abc");
  EXPECT_EQ(characters("[a-e]"), "abcde");
  EXPECT_EQ(characters("[a-a]"), "a");
  EXPECT_EQ(characters("[^\\0-`\\{-\\x7f]"), kLower);
  EXPECT_EQ(characters("[[\\u0030-\\u{10FFFF}]&&\\d]"), kDigits);
  EXPECT_EQ(characters("[\\b\\-\\&\\!]"), "\b!&-");
  EXPECT_EQ(characters("[.*+?^$]"), "$*+.?^");
  EXPECT_EQ(characters("[^^]").size(), 127U);
  EXPECT_EQ(characters("[a&b]"), "&ab");
  EXPECT_EQ(characters("[\\]\\[\\\\]"), "[\\]");
  EXPECT_EQ(characters("[\\u00e9a]"), "a");
  EXPECT_EQ(characters("[\\u00e9-\\u{1F600}]"), "");
  EXPECT_EQ(characters("[[ab][cd]]"), "abcd");
  EXPECT_EQ(characters("[a[^\\0-Y\\[-\\x7f]]"), "Za");
}

TEST(RegexpClass, TranslatesSetOperations) {
  EXPECT_EQ(characters("[\\w--\\d]"), kUpper + "_" + kLower);
  EXPECT_EQ(characters("[\\w--\\d--[A-Z]--_]"), kLower);
  EXPECT_EQ(characters("[[a-z]&&[c-f]&&[^d]]"), "cef");
  EXPECT_EQ(characters("[^\\w&&\\d]").size(), 118U);
  EXPECT_EQ(characters("[[a-z]--[aeiou]]"), "bcdfghjklmnpqrstvwxyz");
  EXPECT_EQ(characters("[a--a]"), "");
  EXPECT_EQ(characters("[\\q{a|b|cd}--\\q{b}]"), "a");
  EXPECT_EQ(characters("[\\q{b|1}&&\\w&&\\S]"), "1b");
  EXPECT_EQ(characters("[^[^sbx]--\\q{s||b}]"), "bsx");
  EXPECT_EQ(characters("[^[sbx]--\\q{s||b}]").size(), 127U);
}

TEST(RegexpClass, TranslatesStringsInClasses) {
  check({
      {"[\\q{abc|d}]", {"abc", "d"}, {"a", "ab"}},
      {"[\\q{}]", {""}, {"a"}},
      {"[\\q{|a}]x", {"x", "ax"}, {"a"}},
      {"[\\q{ab}\\q{cd}e]*", {"", "abcde"}, {"a"}},
      {"[\\q{ab|cd}&&\\q{cd|ef}]", {"cd"}, {"ab", "ef"}},
      {"[\\q{ab|cd}--\\q{cd}]", {"ab"}, {"cd"}},
      {"[^\\q{a|b}]", {"c"}, {"a", "b"}},
      {"[^a--\\q{bc}]", {"b"}, {"a"}},
      {"[^\\q{ab}&&a]", {"a"}, {"ab"}},
      {"[\\q{a\\u00e9|b}]", {"b"}, {"a"}},
      {"[\\q{\\|\\-\\}}]", {"|-}"}, {}},
      {"[\\q{aB}]", {"aB"}, {"ab"}},
      {"(?i:[\\q{aB}])", {"aB", "Ab"}, {"a"}},
      {"(?i:[\\q{aB|ab}--\\q{AB}])", {}, {"ab", ""}},
      {"[\\p{RGI_Emoji}a]", {"a"}, {""}},
  });
}

TEST(RegexpClass, TranslatesProperties) {
  EXPECT_EQ(characters("\\p{Lu}"), kUpper);
  EXPECT_EQ(characters("\\p{Letter}"), kUpper + kLower);
  EXPECT_EQ(characters("\\p{gc=Nd}"), kDigits);
  EXPECT_EQ(characters("\\p{General_Category=Decimal_Number}"), kDigits);
  EXPECT_EQ(characters("\\p{digit}"), kDigits);
  EXPECT_EQ(characters("\\p{LC}"), kUpper + kLower);
  EXPECT_EQ(characters("\\p{Script=Latin}"), kUpper + kLower);
  EXPECT_EQ(characters("\\p{sc=Latn}"), kUpper + kLower);
  EXPECT_EQ(characters("\\p{scx=Greek}"), "");
  EXPECT_EQ(characters("\\p{sc=Qaac}"), "");
  EXPECT_EQ(characters("\\p{sc=Thai}|\\p{scx=Lisu}|\\p{sc=Zzzz}|\\p{scx=Unknown}|\\p{sc=Zinh}"), "");
  EXPECT_EQ(characters("\\P{sc=Garay}").size(), 128U) << "younger than some ICUs";
  EXPECT_EQ(characters("\\p{Script_Extensions=Common}").size(), 76U);
  EXPECT_EQ(characters("\\p{AHex}"), kDigits + "ABCDEFabcdef");
  EXPECT_EQ(characters("\\p{White_Space}"), "\t\n\v\f\r ");
  EXPECT_EQ(characters("\\p{space}"), "\t\n\v\f\r ");
  EXPECT_EQ(characters("\\p{Any}").size(), 128U);
  EXPECT_EQ(characters("\\p{ASCII}").size(), 128U);
  EXPECT_EQ(characters("\\p{Assigned}").size(), 128U);
  EXPECT_EQ(characters("[\\P{L}&&\\w]"), kDigits + "_");
  EXPECT_EQ(characters("[^\\P{Lu}]"), kUpper);
  EXPECT_EQ(characters("\\p{Emoji_Keycap_Sequence}"), "");
}

TEST(RegexpClass, RefusesPropertiesThatECMAScriptLacks) {
  for (const char* source : {"\\p",
                             "\\pL",
                             "\\p{",
                             "\\p{}",
                             "\\p{L",
                             "\\p{l}",
                             "\\p{lu}",
                             "\\p{ Lu}",
                             "\\p{Lu }",
                             "\\p{Latin}",
                             "\\p{sc=latin}",
                             "\\p{sc=}",
                             "\\p{sc}",
                             "\\p{gc}",
                             "\\p{Script}",
                             "\\p{=L}",
                             "\\p{L=}",
                             "\\p{gc=Latin}",
                             "\\p{Block=ASCII}",
                             "\\p{sc=Afak}",
                             "\\p{sc=Hrkt}",
                             "\\p{scx=Hans}",
                             "\\p{sc=Jpan}",
                             "\\p{sc=Katakana_Or_Hiragana}",
                             "\\p{alnum}",
                             "\\p{L&}",
                             "\\p{Other_Alphabetic}",
                             "\\p{Hyphen}",
                             "\\p{NFC_Inert}",
                             "\\p{whitespace}",
                             "\\p{White Space}",
                             "\\p{is_Lu}",
                             "\\p{^Lu}",
                             "\\P{RGI_Emoji}",
                             "[^\\p{RGI_Emoji}]",
                             "[\\p{x}]"}) {
    EXPECT_FALSE(translate_regexp(source).ok()) << source;
  }
}

TEST(RegexpClass, TranslatesModifiers) {
  EXPECT_EQ(characters("(?i:a)"), "Aa");
  EXPECT_EQ(characters("(?i:[a-c])"), "ABCabc");
  EXPECT_EQ(characters("(?i:[^a])").size(), 126U);
  EXPECT_EQ(characters("(?i:\\p{Lu})"), kUpper + kLower);
  EXPECT_EQ(characters("(?i:\\P{Lu})").size(), 76U);
  EXPECT_EQ(characters("(?i:[^\\P{Lu}])"), kUpper + kLower);
  EXPECT_EQ(characters("(?i:\\W)").size(), 65U);
  EXPECT_EQ(characters("(?i:\\w)").size(), 63U);
  EXPECT_EQ(characters("(?i:\\x4b)"), "Kk");
  // The two characters beyond ASCII that fold into it.
  EXPECT_EQ(characters("(?i:\\u017f)"), "Ss");
  EXPECT_EQ(characters("(?i:\\u212a)"), "Kk");
  EXPECT_EQ(characters("(?i:[\\u0100-\\u{10FFFF}])"), "KSks");
  EXPECT_EQ(characters("(?i:[[a-z]--\\u212a])"), "ABCDEFGHIJLMNOPQRSTUVWXYZabcdefghijlmnopqrstuvwxyz");
  EXPECT_EQ(characters("\\u212a|[\\u212a\\u017f]"), "");
  EXPECT_EQ(characters("(?s:.)").size(), 128U);
  EXPECT_EQ(characters("(?-s:.)").size(), 126U);
  EXPECT_EQ(characters("(?s:(?-s:.))").size(), 126U);
  check({
      {"(?i:a(?-i:b)c)d", {"abcd", "AbCd"}, {"aBcd", "abcD"}},
      {"(?i-s:a)", {"A"}, {}},
      {"(?i-:a)", {"A"}, {}},
      {"(?-i:a)", {"a"}, {"A"}},
      {"(?ims:a.^b)", {"A\nB"}, {"AxB"}},
      {"(?m:a$)\\n(?m:^b)", {"a\nb"}, {"ab"}},
      {"(?i:(?:)|A)b", {"ab", "b"}, {"aB"}},
  });
}

}  // namespace
}  // namespace cinnabar::url
