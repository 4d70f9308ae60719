// SPDX-License-Identifier: Apache-2.0
#include "auth/digest_memo.h"

#include <gtest/gtest.h>

#include <random>

namespace cinnabar {
namespace {

Digest plain(std::string_view token, const std::array<std::string_view, 3>& context) {
  return Digest::of({token, context[0], context[1], context[2]});
}

TEST(DigestMemo, AnswersWhatTheDigestIs) {
  DigestMemo memo;
  const std::array<std::string_view, 3> context = {"pm", "resource", "hub"};
  EXPECT_EQ(memo.of("", {"", "", ""}), plain("", {"", "", ""})) << "an empty place is no entry";
  std::minstd_rand random(1);
  for (int round = 0; round < 5000; ++round) {
    // Few and alike, so that they meet again and displace each other.
    std::string token(random() % 20, 'a');
    for (char& c : token) c = static_cast<char>('a' + random() % 2);
    EXPECT_EQ(memo.of(token, context), plain(token, context)) << token;
  }
}

TEST(DigestMemo, TellsApartTokensThatEndAlike) {
  DigestMemo memo;
  const std::array<std::string_view, 3> context = {"pm", "r", "h"};
  for (int round = 0; round < 4; ++round) {
    EXPECT_EQ(memo.of("first.signature", context), plain("first.signature", context));
    EXPECT_EQ(memo.of("worst.signature", context), plain("worst.signature", context));
    EXPECT_EQ(memo.of("a.first.signature", context), plain("a.first.signature", context));
  }
}

TEST(DigestMemo, TellsApartWhatElseCounts) {
  DigestMemo memo;
  const std::array<std::string_view, 3> contexts[] = {
      {"pm", "r", "h"}, {"sm", "r", "h"}, {"pm", "q", "h"}, {"pm", "r", "g"}};
  for (int round = 0; round < 3; ++round) {
    for (const auto& context : contexts)
      EXPECT_EQ(memo.of("a.b.signature", context), plain("a.b.signature", context));
  }
}

TEST(DigestMemo, LongTokensAreHashedEachTime) {
  DigestMemo memo;
  const std::string token(DigestMemo::kMostBytes + 1, 't');
  const std::array<std::string_view, 3> context = {"pm", "r", "h"};
  EXPECT_EQ(memo.of(token, context), plain(token, context));
}

}  // namespace
}  // namespace cinnabar
