// SPDX-License-Identifier: Apache-2.0
// The cases of https://github.com/uri-templates/uritemplate-test.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <string>

#include "url/testing/cases.h"
#include "url/uri_template.h"

namespace cinnabar::url {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  std::array<char, 64> digits{};
  const double number = value.to_number<double>();
  return std::string(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

/// Nothing for null, which means undefined.
std::optional<TemplateValue> value_of(const json::value& value) {
  if (value.is_null()) return std::nullopt;
  if (const auto* array = value.if_array()) {
    TemplateList list;
    for (const json::value& member : *array) {
      if (!member.is_null()) list.push_back(text_of(member));
    }
    return list;
  }
  if (const auto* object = value.if_object()) {
    TemplatePairs pairs;
    for (const auto& [name, member] : *object) {
      if (!member.is_null()) pairs.emplace_back(std::string(name), text_of(member));
    }
    return pairs;
  }
  return text_of(value);
}

/// What may come out; empty: an error must.
std::set<std::string> allowed_by(const json::value& expected) {
  std::set<std::string> allowed;
  if (expected.is_string()) allowed.insert(text_of(expected));
  if (const auto* array = expected.if_array()) {
    for (const json::value& one : *array) allowed.insert(text_of(one));
  }
  return allowed;
}

class UriTemplateData : public ::testing::TestWithParam<const char*> {};

TEST_P(UriTemplateData, ExpandsAndMatchesAsExpected) {
  testing::Cases cases(std::string("uritemplate/") + GetParam() + ".json");
  if (!cases.present()) GTEST_SKIP() << cases.why_skipped();
  const json::value groups = cases.json();
  for (const auto& [group_name, group] : groups.as_object()) {
    TemplateVariables variables;
    for (const auto& [name, value] : group.at("variables").as_object()) {
      if (auto converted = value_of(value)) variables.emplace(name, std::move(*converted));
    }
    for (const json::value& test : group.at("testcases").as_array()) {
      const std::string text = text_of(test.at(0));
      const std::string name = std::string(group_name) + ": " + text;
      const std::set<std::string> allowed = allowed_by(test.at(1));
      const auto parsed = UriTemplate::parse(text);
      const auto got = parsed.ok() ? parsed->expand(variables) : Result<std::string>(parsed.error());
      if (!got.ok()) {
        EXPECT_EQ(got.error().code, ErrorCode::kInvalid);
        cases.record(name, allowed.empty(), got.error().detail);
        continue;
      }
      cases.record(name, allowed.contains(*got), *got);
      // A literal beyond ASCII matches itself alone, not how it expands.
      const bool is_ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
      EXPECT_EQ(parsed->matches(*got), is_ascii) << text << " and " << *got;
    }
  }
  cases.finish();
}

INSTANTIATE_TEST_SUITE_P(Files, UriTemplateData,
                         ::testing::Values("spec-examples", "spec-examples-by-section", "extended-tests",
                                           "negative-tests"));

}  // namespace
}  // namespace cinnabar::url
