// SPDX-License-Identifier: Apache-2.0
// Random templates: matches() against the C library's regular expressions, and against expand().

#include <gtest/gtest.h>
#include <regex.h>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include "url/uri_template.h"

namespace cinnabar::url {
namespace {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
  }
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::string from(std::string_view alphabet, std::size_t max_size) {
    std::string text;
    for (std::size_t left = below(max_size + 1); left > 0; --left) text += alphabet[below(alphabet.size())];
    return text;
  }

 private:
  std::mt19937 engine_;
};

struct Sample {
  std::string text;
  std::string regex;  // what the table of COMPAT-6 makes of it
};

/// A POSIX extended regular expression that must match all of a text.
class Reference {
 public:
  explicit Reference(const std::string& regex) {
    EXPECT_EQ(regcomp(&compiled_, ("^" + regex + "$").c_str(), REG_EXTENDED | REG_NOSUB), 0) << regex;
  }
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;
  ~Reference() { regfree(&compiled_); }
  bool matches(const std::string& text) const {
    return regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
};

std::string class_of(std::string_view characters) {
  return "([" + std::string(characters) + "]|%[0-9A-Fa-f][0-9A-Fa-f])*";
}

void add_expression(Random& random, Sample& sample) {
  const std::string op(random.one_in(4) ? "" : std::string(1, "+#./;?&"[random.below(7)]));
  const std::size_t names = random.one_in(2) ? 1 : 1 + random.below(3);
  bool explodes = false;
  sample.text += "{" + op;
  for (std::size_t i = 0; i < names; ++i) {
    sample.text += (i == 0 ? "" : ",") + std::string(1, static_cast<char>('a' + random.below(4)));
    if (random.one_in(6)) {
      sample.text += '*';
      explodes = true;
    } else if (random.one_in(8)) {
      sample.text += ":2";
    }
  }
  sample.text += '}';

  // In a bracket expression "]" stands for itself at the beginning, "[" and "-" at the end.
  std::string characters = "A-Za-z0-9._~,";
  if (explodes || op == ";" || op == "?" || op == "&") characters += '=';
  if (op == "+" || op == "#") characters = "]" + characters + "!#$&'()*+/:;=?@[";
  characters += '-';
  const std::string separator = op.empty() || op == "+" || op == "#" ? "," : op == "?" ? "&" : op;
  const std::string lead = op == "+" ? "" : op;
  const std::string count = explodes ? "*" : "{0," + std::to_string(names - 1) + "}";
  sample.regex += "(";
  if (!lead.empty()) sample.regex += "[" + lead + "]";
  sample.regex += class_of(characters);
  if (explodes || names > 1) sample.regex += "([" + separator + "]" + class_of(characters) + ")" + count;
  sample.regex += ")?";
}

Sample random_template(Random& random) {
  Sample sample;
  for (std::size_t parts = 1 + random.below(4); parts > 0; --parts) {
    if (random.one_in(3)) {
      const std::string literal = random.from("ab/,;=&41", 2);
      sample.text += literal;
      sample.regex += literal;
    } else {
      add_expression(random, sample);
    }
  }
  return sample;
}

TemplateVariables random_variables(Random& random, std::string_view alphabet) {
  TemplateVariables variables;
  for (const std::string name : {"a", "b", "c", "d"}) {
    switch (random.below(4)) {
      case 0: variables[name] = random.from(alphabet, 3); break;
      case 1: {
        TemplateList list;
        for (std::size_t left = random.below(3); left > 0; --left) list.push_back(random.from(alphabet, 2));
        variables[name] = list;
        break;
      }
      case 2: {
        // Keys are put in as literals by some operators, and then bring in reserved characters as they
        // are, which the expression itself does not take.
        TemplatePairs pairs;
        for (std::size_t left = random.below(3); left > 0; --left) {
          pairs.emplace_back(random.from("ab-_.~1 \xC3", 2), random.from(alphabet, 2));
        }
        variables[name] = pairs;
        break;
      }
      default: break;
    }
  }
  return variables;
}

TEST(UriTemplateRandom, MatchesAsARegularExpressionDoes) {
  Random random(1);
  std::size_t hits = 0;
  for (int round = 0; round < 1500; ++round) {
    const Sample sample = random_template(random);
    const auto parsed = UriTemplate::parse(sample.text);
    ASSERT_TRUE(parsed.ok()) << sample.text;
    const Reference reference(sample.regex);
    for (int i = 0; i < 12; ++i) {
      std::string topic = random.from("ab%41/,;=&?#. ", 8);
      if (i % 2 == 0) {
        const auto text = parsed->expand(random_variables(random, "ab%41/ "));
        if (!text.ok() || text->size() > 24) continue;
        topic = *text;
        if (!topic.empty() && i % 4 == 0)
          topic[random.below(topic.size())] = "ab%41/,;=&?#. "[random.below(14)];
      }
      const bool expected = reference.matches(topic);
      hits += expected ? 1 : 0;
      ASSERT_EQ(parsed->matches(topic), expected) << sample.text << " and " << topic;
    }
  }
  EXPECT_GT(hits, 3000U);
}

TEST(UriTemplateRandom, MatchesEveryExpansion) {
  Random random(2);
  std::size_t expansions = 0;
  for (int round = 0; round < 20000; ++round) {
    const Sample sample = random_template(random);
    const auto parsed = UriTemplate::parse(sample.text);
    ASSERT_TRUE(parsed.ok()) << sample.text;
    const auto text = parsed->expand(random_variables(random, "ab%41/?#&=;,.{} \"\xC3\xA9\x01"));
    if (!text.ok()) continue;  // a prefix of a list
    ++expansions;
    ASSERT_TRUE(parsed->matches(*text)) << sample.text << " and " << *text;
  }
  EXPECT_GT(expansions, 15000U);
}

}  // namespace
}  // namespace cinnabar::url
