// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "url/pattern/backtracking_testing.h"
#include "url/pattern/component.h"
#include "url/pattern/pattern_string.h"

namespace cinnabar::url::pattern {
namespace {

using testing::Backtracking;

/// Random patterns, and inputs that are likely to match them.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string text(std::size_t max) {
    std::string out;
    for (std::size_t n = below(max + 1); n > 0; --n) out += "/ab"[below(3)];
    return out;
  }

  PartList parts(std::size_t max, bool plain) {
    PartList parts;
    for (std::size_t n = below(max + 1); n > 0; --n) {
      Part part;
      part.type = below(2) == 0   ? PartType::kFixedText
                  : below(2) == 0 ? PartType::kSegmentWildcard
                                  : PartType::kFullWildcard;
      part.modifier = plain && below(8) != 0 ? Modifier::kNone : static_cast<Modifier>(below(4));
      if (part.type == PartType::kFixedText) {
        part.value = text(3);
      } else {
        part.name = below(2) == 0 ? std::to_string(parts.size()) : "n" + std::to_string(parts.size());
        if (below(3) != 0) part.prefix = text(2);
        if (below(3) == 0) part.suffix = text(2);
      }
      parts.push_back(std::move(part));
    }
    return parts;
  }

  std::string input(const PartList& parts, std::size_t repeat) {
    if (below(6) == 0) return text(8);
    std::string out;
    for (const Part& part : parts) {
      const bool may_be_absent =
          part.modifier == Modifier::kOptional || part.modifier == Modifier::kZeroOrMore;
      if (may_be_absent && below(3) == 0) continue;
      const bool loops = part.modifier == Modifier::kZeroOrMore || part.modifier == Modifier::kOneOrMore;
      for (std::size_t n = loops ? 1 + below(repeat) : 1; n > 0; --n) {
        out += part.prefix + part.value;
        if (part.type == PartType::kSegmentWildcard) out += "ab"[below(2)];
        if (part.type != PartType::kFixedText) out += text(2 * repeat - 2);
        out += part.suffix;
      }
    }
    return out;
  }

 private:
  std::mt19937 random_;
};

std::string shown(const std::optional<Captures>& captures) {
  if (!captures) return "no match";
  std::string out = "match";
  for (const auto& capture : *captures) out += capture ? " \"" + std::string(*capture) + "\"" : " -";
  return out;
}

std::optional<Captures> run_parts(const StoredParts& parts, char delimiter, std::string_view input) {
  Captures captures;
  if (!exec_parts(parts, delimiter, input, captures)) return std::nullopt;
  return captures;
}

std::optional<Captures> run_sequence(const StoredParts& parts, char delimiter, std::string_view input) {
  Captures captures;
  if (!exec_sequence(parts, delimiter, input, captures)) return std::nullopt;
  return captures;
}

std::string shown(const std::optional<ComponentPattern::Groups>& groups) {
  if (!groups) return "no match";
  std::string out = "match";
  for (const auto& [name, value] : *groups) out += value ? " \"" + *value + "\"" : " -";
  return out;
}

std::string described(const PartList& parts, const Options& options, const std::string& input) {
  return pattern_string(parts, options) + " on " + input;
}

TEST(Matcher, DoesWhatABacktrackingMatcherDoes) {
  Generator generate(1);
  int matches = 0;
  for (int round = 0; round < 60'000; ++round) {
    const Options options{generate.below(4) == 0 ? '\0' : '/', '/'};
    const PartList parts = generate.parts(5, false);
    const StoredParts stored(parts);
    const std::string input = generate.input(parts, 2);
    if (input.size() > 20) continue;
    Backtracking reference(parts, options.delimiter, input);
    const auto expected = reference.exec();
    if (reference.gave_up()) continue;
    matches += expected.has_value();
    ASSERT_EQ(shown(run_parts(stored, options.delimiter, input)), shown(expected))
        << described(parts, options, input);
    ASSERT_EQ(test_parts(stored, options.delimiter, input), expected.has_value())
        << described(parts, options, input);
    const auto component = ComponentPattern::compile(parts, options);
    ASSERT_TRUE(component.ok());
    ASSERT_EQ(shown(component->exec(input)), shown(expected)) << described(parts, options, input);
    ASSERT_EQ(component->test(input), expected.has_value()) << described(parts, options, input);
    const auto literal = component->literal();
    if (expected) {
      ASSERT_TRUE(input.starts_with(literal.prefix)) << described(parts, options, input);
    }
    if (literal.is_whole) {
      ASSERT_EQ(expected.has_value(), input == literal.prefix) << described(parts, options, input);
    }
  }
  EXPECT_GT(matches, 20'000);
}

TEST(Matcher, SequencesMatchAsPartsDo) {
  Generator generate(2);
  int sequences = 0;
  for (int round = 0; round < 60'000; ++round) {
    const char delimiter = generate.below(4) == 0 ? '\0' : '/';
    const PartList parts = generate.parts(5, true);
    const StoredParts stored(parts);
    if (!is_sequence(stored, delimiter)) continue;
    ++sequences;
    const std::string input = generate.input(parts, 3);
    ASSERT_EQ(shown(run_sequence(stored, delimiter, input)), shown(run_parts(stored, delimiter, input)))
        << described(parts, {delimiter, '/'}, input);
  }
  EXPECT_GT(sequences, 10'000);
}

TEST(Matcher, DoesTheSameAcrossWords) {
  Generator generate(3);
  int matches = 0;
  for (int round = 0; round < 20'000; ++round) {
    const char delimiter = generate.below(4) == 0 ? '\0' : '/';
    const PartList parts = generate.parts(3, false);
    const StoredParts stored(parts);
    const std::string input = generate.input(parts, 40);
    if (input.size() < 50 || input.size() > 400) continue;
    Backtracking reference(parts, delimiter, input);
    const auto expected = reference.exec();
    if (reference.gave_up()) continue;
    matches += expected.has_value();
    ASSERT_EQ(shown(run_parts(stored, delimiter, input)), shown(expected))
        << described(parts, {delimiter, '/'}, input);
    ASSERT_EQ(test_parts(stored, delimiter, input), expected.has_value())
        << described(parts, {delimiter, '/'}, input);
  }
  EXPECT_GT(matches, 2'000);
}

TEST(Matcher, RepeatsWithJointsOfAllKinds) {
  for (const std::string joint : {"/", "//", "-", "/-", "-/", "-/-"}) {
    for (const std::size_t count : {1u, 2u, 30u, 200u}) {
      const PartList parts = {{PartType::kSegmentWildcard, Modifier::kOneOrMore, "", "x", joint, ""}};
      std::string input;
      for (std::size_t i = 0; i < count; ++i) input += joint + std::string(1 + i % 3, 'a');
      const auto found = run_parts(StoredParts(parts), '/', input);
      ASSERT_TRUE(found.has_value()) << input;
      EXPECT_EQ(*(*found)[0], input.substr(joint.size()));
      if (joint.find('/') != std::string::npos) {
        EXPECT_FALSE(test_parts(StoredParts(parts), '/', input + joint)) << input;
      }
    }
  }
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

TEST(Matcher, HostilePatterns) {
  // Any of these would keep a backtracking matcher busy for longer than the universe will last.
  const Part star{PartType::kFullWildcard, Modifier::kNone, "", "0", "", ""};
  const Part a{PartType::kFixedText, Modifier::kNone, "a", "", "", ""};
  const Part b{PartType::kFixedText, Modifier::kNone, "b", "", "", ""};
  const Part maybe{PartType::kSegmentWildcard, Modifier::kOptional, "", "x", "/", ""};
  const Part many{PartType::kSegmentWildcard, Modifier::kZeroOrMore, "", "x", "/", ""};
  const Part odd{PartType::kSegmentWildcard, Modifier::kZeroOrMore, "", "x", "/", "-"};
  const Part texts{PartType::kFixedText, Modifier::kZeroOrMore, "a", "", "", ""};
  for (const PartList& unit :
       std::vector<PartList>{{star, a}, {maybe}, {many}, {odd}, {texts}, {many, texts}}) {
    PartList parts;
    for (int i = 0; i < 500; ++i) parts.insert(parts.end(), unit.begin(), unit.end());
    parts.push_back(b);
    const StoredParts stored(parts);
    for (const std::string& input : {repeated("a", 4'000), repeated("/a", 2'000), repeated("/a-", 1'300)}) {
      EXPECT_FALSE(test_parts(stored, '/', input));
      const auto found = run_parts(stored, '/', input + "b");
      EXPECT_EQ(test_parts(stored, '/', input + "b"), found.has_value());
    }
  }
}

}  // namespace
}  // namespace cinnabar::url::pattern
