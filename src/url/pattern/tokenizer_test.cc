// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/tokenizer.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar::url::pattern {
namespace {

/// One letter a token, its index and its value: "C0a".
std::string letters(std::string_view input, TokenizePolicy policy = TokenizePolicy::kStrict) {
  constexpr std::string_view kLetters = "{}RNCEM*.!";
  const auto tokens = tokenize(input, policy);
  if (!tokens.ok()) return tokens.error().detail;
  std::string out;
  for (const Token& token : *tokens) {
    if (!out.empty()) out += ' ';
    out += kLetters[static_cast<std::size_t>(token.type)];
    out += std::to_string(token.index);
    if (token.type != TokenType::kEnd) out += token.value;
  }
  return out;
}

std::string lenient(std::string_view input) { return letters(input, TokenizePolicy::kLenient); }

TEST(Tokenizer, TellsEachKind) {
  EXPECT_EQ(letters(""), ".0");
  EXPECT_EQ(letters("/a"), "C0/ C1a .2");
  EXPECT_EQ(letters("{a}?*+"), "{0{ C1a }2} M3? *4* M5+ .6");
  EXPECT_EQ(letters("\\:\\a"), "E0: E2a .4");
  EXPECT_EQ(letters(":id(\\d+)x"), "N0id R3\\d+ C8x .9");
}

TEST(Tokenizer, CountsBytesAndKeepsCharactersWhole) {
  EXPECT_EQ(letters("é🍅x"), "C0é C2🍅 C6x .7");
  EXPECT_EQ(letters("\\éx"), "E0é C3x .4");
}

TEST(Tokenizer, NamesAreEcmaScriptIdentifiers) {
  EXPECT_EQ(letters(":a-b"), "N0a C2- C3b .4");
  EXPECT_EQ(letters(":$_a1"), "N0$_a1 .5");
  EXPECT_EQ(letters(":名前/"), "N0名前 C7/ .8");
  EXPECT_EQ(letters(":𠮷"), "N0𠮷 .5");
  EXPECT_EQ(letters(":a\u200D\u200C\u0301."), "N0a\u200D\u200C\u0301 C10. .11");
  for (const std::string_view input : {":", "::a", ":1", ":\u200D", ":🍅", ":-", ":\u0301"}) {
    EXPECT_EQ(letters(input).rfind(" at position 0: no group name", 0), 0U) << input;
  }
}

TEST(Tokenizer, RegexpGroups) {
  EXPECT_EQ(letters("((?:a)b)"), "R0(?:a)b .8");
  EXPECT_EQ(letters("(\\)\\()"), "R0\\)\\( .6");
  EXPECT_EQ(letters("(a?)"), "R0a? .4");
  EXPECT_EQ(letters("(()").rfind(" at position 1: a group inside of a group must not capture", 0), 0U);
  EXPECT_EQ(letters("(a(").rfind(" at position 2: a group inside of a group must not capture", 0), 0U);
  EXPECT_EQ(letters("x(a").rfind(" at position 1: the group opened by `(` is not closed", 0), 0U);
  EXPECT_EQ(letters("x()").rfind(" at position 1: the group `()` is empty", 0), 0U);
  EXPECT_EQ(letters("(?a)").rfind(" at position 1: a group's regular expression must not start with", 0), 0U);
  EXPECT_EQ(letters("(aé)").rfind(" at position 2: a regular expression must be ASCII", 0), 0U);
  EXPECT_EQ(letters("(a\\é)").rfind(" at position 3: a regular expression must be ASCII", 0), 0U);
  EXPECT_EQ(letters("(a\\").rfind(" at position 2: the backslash at the end escapes nothing", 0), 0U);
  EXPECT_EQ(letters("a\\").rfind(" at position 1: the backslash at the end escapes nothing", 0), 0U);
}

TEST(Tokenizer, LenientlyGoesOnAfterWhatIsInvalid) {
  EXPECT_EQ(lenient(":/"), "!0: C1/ .2");
  EXPECT_EQ(lenient("(a"), "!0( C1a .2");
  EXPECT_EQ(lenient("()"), "!0( C1) .2");
  EXPECT_EQ(lenient("(é)"), "!0( C1é C3) .4");
  EXPECT_EQ(lenient("a\\"), "C0a !1\\ .2");
}

TEST(Tokenizer, TakesLinearTime) {
  std::string input;
  for (int i = 0; i < 300'000; ++i) input += i % 2 == 0 ? "(" : "a";
  const auto tokens = tokenize(input, TokenizePolicy::kLenient);
  ASSERT_TRUE(tokens.ok());
  EXPECT_EQ(tokens->size(), input.size() + 1);
}

}  // namespace
}  // namespace cinnabar::url::pattern
