// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cinnabar::caddy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> words(std::string_view text, const Environment& environment = {},
                               Substitution substitution = Substitution::kValues) {
  const Tokens read = tokenize(text, "f", environment, substitution);
  EXPECT_EQ(read.problem, "");
  std::vector<std::string> texts;
  for (const Token& token : read.tokens) texts.push_back(token.text);
  return texts;
}

std::string problem(std::string_view text) { return parse(text, "f", {}, Substitution::kValues).problem; }

TEST(CaddyLexer, Words_CFG_1) {
  EXPECT_THAT(words("a b\tc\r\nd"), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(words(R"(a "b \"c\" d" e)"), ElementsAre("a", "b \"c\" d", "e"));
  EXPECT_THAT(words("a `b \"c\\` d"), ElementsAre("a", "b \"c\\", "d"));
  EXPECT_THAT(words("a # b\nc#d \"#e\""), ElementsAre("a", "c#d", "#e"));
  EXPECT_THAT(words("a \\\nb"), ElementsAre("a", "b"));
  EXPECT_THAT(words("a \"\""), ElementsAre("a", ""));
  EXPECT_THAT(words("a <<PEM\n  x\n    y\n  PEM\nb"), ElementsAre("a", "x\n  y", "b"));
  EXPECT_THAT(words(""), IsEmpty());
}

TEST(CaddyLexer, WhatNeverEnds) {
  EXPECT_EQ(problem("a\n \"b"), "f:2:2: a text begins with \" and never ends; close it with another \"");
  EXPECT_EQ(problem("a `b"), "f:1:3: a text begins with ` and never ends; close it with another `");
  EXPECT_EQ(problem("a <<X\nb"),
            "f:1:3: a text begins with <<X and never ends; put X alone on the line after it");
}

TEST(CaddyLexer, Substitution_CFG_4) {
  const Environment environment = {{"A", "x"}, {"TWO", "y\nz w"}};
  EXPECT_THAT(words("{$A} {$B:d} {$B} {$TWO} {env.A}", environment),
              ElementsAre("x", "d", "y", "z", "w", "{env.A}"));
  EXPECT_THAT(words("x {$A} {$B:d} {$B} {$TWO}\n {$A}", environment, Substitution::kPlaceholders),
              ElementsAre("x", "{env.A}", "d", "y", "z", "w", "x"));
  // What follows is where it is in the file.
  const Tokens read = tokenize("{$TWO} a\nb", "f", environment, Substitution::kValues);
  ASSERT_EQ(read.tokens.size(), 5U);
  EXPECT_EQ(read.tokens[2].place.line, 1U);
  EXPECT_EQ(read.tokens[3].place.column, 8U);
  EXPECT_EQ(read.tokens[4].place.line, 2U);
}

TEST(CaddyParser, Blocks) {
  const Document document =
      parse("{\n debug\n}\na, \nb {\n c d {\n  e\n }\n f \"{\"\n}\n", "f", {}, Substitution::kValues);
  ASSERT_EQ(document.problem, "");
  ASSERT_EQ(document.statements.size(), 2U);
  EXPECT_TRUE(document.statements[0].words.empty());
  EXPECT_EQ(document.statements[0].block[0].name(), "debug");
  const Statement& site = document.statements[1];
  ASSERT_EQ(site.words.size(), 2U);
  EXPECT_EQ(site.words[1].text, "b");
  ASSERT_EQ(site.block.size(), 2U);
  EXPECT_EQ(site.block[0].words[1].text, "d");
  EXPECT_EQ(site.block[0].block[0].name(), "e");
  EXPECT_EQ(site.block[1].words[1].text, "{");
}

TEST(CaddyParser, Mistakes) {
  EXPECT_EQ(problem("a {\n b"),
            "f:1:3: this { is never closed; put a } on a line of its own after its block");
  EXPECT_EQ(problem("a\n}"),
            "f:2:1: this } closes nothing; remove it, or open its block with { at a line's end");
  EXPECT_EQ(problem("a { b\n}"), "f:1:5: a block begins on the line after its {");
  EXPECT_EQ(problem("a {\n b }"), "f:2:4: a } must stand on a line of its own");
  EXPECT_EQ(problem("a {\n} b"), "f:2:3: nothing may follow a } in its line");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "a {\n";
  EXPECT_EQ(problem(deep), "f:33:3: blocks are nested too deeply here");
}

}  // namespace
}  // namespace cinnabar::caddy
