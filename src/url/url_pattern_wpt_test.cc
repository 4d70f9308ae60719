// SPDX-License-Identifier: Apache-2.0
// The web platform's own tests of URLPattern, and a runner that follows theirs.

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "url/testing/cases.h"
#include "url/url.h"
#include "url/url_pattern.h"

namespace cinnabar::url {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

std::optional<std::string> member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return text_of(*value);
}

UrlPatternInit init_of(const json::object& object) {
  UrlPatternInit init;
  for (std::size_t i = 0; i < kComponents; ++i) {
    init.components[i] = member(object, name_of(static_cast<Component>(i)));
  }
  init.base_url = member(object, "baseURL");
  return init;
}

/// new URLPattern(...args). The overloads that JavaScript refuses do not exist here.
Result<UrlPattern> construct(const json::array& args) {
  const Error refused{ErrorCode::kInvalid, "there is no such constructor"};
  if (args.empty()) return UrlPattern::compile(UrlPatternInit{});
  const bool has_base = args.size() > 1 && args[1].is_string();
  for (std::size_t i = has_base ? 2 : 1; i < args.size(); ++i) {
    if (!args[i].is_object()) return refused;
  }
  if (args[0].is_object()) {
    if (has_base) return refused;
    return UrlPattern::compile(init_of(args[0].as_object()));
  }
  if (!has_base) return UrlPattern::compile(text_of(args[0]));
  return UrlPattern::compile(text_of(args[0]), text_of(args[1]));
}

struct Outcome {
  bool is_refused = false;
  bool tested = false;
  std::optional<UrlPatternMatch> match;
};

/// pattern.test(...args) and pattern.exec(...args).
Outcome run(const UrlPattern& pattern, const json::array& args) {
  if (args.empty()) return {false, pattern.test(UrlPatternInit{}), pattern.exec(UrlPatternInit{})};
  if (args[0].is_object()) {
    if (args.size() > 1) return {true, false, {}};
    const UrlPatternInit init = init_of(args[0].as_object());
    return {false, pattern.test(init), pattern.exec(init)};
  }
  const std::string input = text_of(args[0]);
  if (args.size() == 1) return {false, pattern.test(input), pattern.exec(input)};
  const auto base = Url::parse(text_of(args[1]));
  if (!base) return {};
  return {false, pattern.test(input, &*base), pattern.exec(input, &*base)};
}

std::string part_of(const Url& url, Component component) {
  const auto parts = {url.scheme(), url.username(), url.password(), url.hostname(),
                      url.port(),   url.pathname(), url.query(),    url.fragment()};
  return std::string(parts.begin()[static_cast<std::size_t>(component)]);
}

/// The pattern string that the runner of the web platform's tests expects of one component.
std::string expected_pattern(const json::object& entry, Component component) {
  const std::string name(name_of(component));
  const json::array& args = entry.at("pattern").as_array();
  if (const json::value* const object = entry.if_contains("expected_obj"); object && object->is_object()) {
    if (const auto text = member(object->as_object(), name)) return *text;
  }
  if (const json::value* const empty = entry.if_contains("exactly_empty_components")) {
    for (const json::value& item : empty->as_array()) {
      if (text_of(item) == name) return "";
    }
  }
  const json::object* const init = !args.empty() && args[0].is_object() ? &args[0].as_object() : nullptr;
  if (init) {
    if (const auto text = member(*init, name); text && !text->empty()) return *text;
  }
  std::optional<std::string> base;
  if (init) base = member(*init, "baseURL");
  if (!base && args.size() > 1 && args[1].is_string()) base = text_of(args[1]);
  if (!base) return "*";
  // What is more specific than a given component is not inherited.
  static const std::map<std::string, std::vector<std::string>> earlier = {
      {"protocol", {}},
      {"hostname", {"protocol"}},
      {"port", {"protocol", "hostname"}},
      {"username", {}},
      {"password", {}},
      {"pathname", {"protocol", "hostname", "port"}},
      {"search", {"protocol", "hostname", "port", "pathname"}},
      {"hash", {"protocol", "hostname", "port", "pathname", "search"}},
  };
  if (name == "username" || name == "password") return "*";
  for (const std::string& other : earlier.at(name)) {
    if (init && init->contains(other)) return "*";
  }
  const auto url = Url::parse(*base);
  return url ? part_of(*url, component) : "?";
}

std::string check_patterns(const json::object& entry, const UrlPattern& pattern) {
  for (std::size_t i = 0; i < kComponents; ++i) {
    const auto component = static_cast<Component>(i);
    const std::string expected = expected_pattern(entry, component);
    if (pattern.pattern(component) != expected) {
      return std::string(name_of(component)) + " is `" + pattern.pattern(component) + "`, not `" + expected +
             "`";
    }
  }
  return {};
}

std::string check_groups(const json::object& entry, Component component, const UrlPatternMatch::Part& part) {
  const std::string name(name_of(component));
  const json::object& match = entry.at("expected_match").as_object();
  json::object expected;
  if (const json::value* const found = match.if_contains(name)) {
    expected = found->as_object();
  } else {
    // By default a component matched the empty text, by a wildcard unless it is to be empty itself.
    expected["input"] = "";
    expected["groups"] = json::object();
    bool is_empty = false;
    if (const json::value* const empty = entry.if_contains("exactly_empty_components")) {
      for (const json::value& item : empty->as_array()) is_empty = is_empty || text_of(item) == name;
    }
    if (!is_empty) expected["groups"].as_object()["0"] = "";
  }
  json::object got;
  got["input"] = part.input;
  json::object groups;
  for (const auto& [group, value] : part.groups) groups[group] = value ? json::value(*value) : json::value();
  got["groups"] = groups;
  if (got == expected) return {};
  return name + " matched as " + json::serialize(got) + ", not " + json::serialize(expected);
}

/// What is wrong; empty if nothing is.
std::string check(const json::object& entry) {
  const auto pattern = construct(entry.at("pattern").as_array());
  const json::value* const object = entry.if_contains("expected_obj");
  if (object && object->is_string()) return pattern ? "the pattern is taken" : "";
  if (!pattern) return pattern.error().detail;
  if (std::string wrong = check_patterns(entry, *pattern); !wrong.empty()) return wrong;
  const json::value* const expected = entry.if_contains("expected_match");
  if (!expected) return {};
  const Outcome outcome = run(*pattern, entry.at("inputs").as_array());
  if (expected->is_string()) return outcome.is_refused ? "" : "the input is taken";
  if (outcome.tested != outcome.match.has_value()) return "test() and exec() differ";
  if (outcome.tested != expected->is_object()) return outcome.tested ? "it matches" : "it does not match";
  if (!outcome.match) return {};
  for (std::size_t i = 0; i < kComponents; ++i) {
    const auto component = static_cast<Component>(i);
    if (std::string wrong = check_groups(entry, component, outcome.match->components[i]); !wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

std::string name_of_case(std::size_t index, const json::value& detail) {
  return "#" + std::to_string(index) + " " + json::serialize(detail);
}

TEST(UrlPatternWpt, Matches) {
  testing::Cases cases("wpt/urlpatterntestdata.json");
  if (!cases.present()) GTEST_SKIP() << cases.why_skipped();
  const json::value data = cases.json();
  std::size_t index = 0;
  for (const json::value& entry : data.as_array()) {
    const json::object& object = entry.as_object();
    const std::string wrong = check(object);
    cases.record(name_of_case(index++, object.at("pattern")), wrong.empty(), wrong);
  }
  cases.finish();
}

TEST(UrlPatternWpt, Compares) {
  testing::Cases cases("wpt/urlpattern-compare-test-data.json");
  if (!cases.present()) GTEST_SKIP() << cases.why_skipped();
  const json::value data = cases.json();
  std::size_t index = 0;
  const auto compile = [](const json::value& value) {
    return value.is_string() ? UrlPattern::compile(text_of(value))
                             : UrlPattern::compile(init_of(value.as_object()));
  };
  for (const json::value& entry : data.as_array()) {
    const json::object& object = entry.as_object();
    const auto left = compile(object.at("left"));
    const auto right = compile(object.at("right"));
    ASSERT_TRUE(left.ok() && right.ok());
    const std::string name = text_of(object.at("component"));
    const auto expected = static_cast<int>(object.at("expected").as_int64());
    for (std::size_t i = 0; i < kComponents; ++i) {
      const auto component = static_cast<Component>(i);
      if (name_of(component) != name) continue;
      const bool passed = UrlPattern::compare(component, *left, *right) == expected &&
                          UrlPattern::compare(component, *right, *left) == -expected &&
                          UrlPattern::compare(component, *left, *left) == 0;
      cases.record(name_of_case(index, object.at("left")), passed);
    }
    ++index;
  }
  cases.finish();
}

TEST(UrlPatternWpt, Generates) {
  testing::Cases cases("wpt/urlpattern-generate-test-data.json");
  if (!cases.present()) GTEST_SKIP() << cases.why_skipped();
  const json::value data = cases.json();
  std::size_t index = 0;
  for (const json::value& entry : data.as_array()) {
    const json::object& object = entry.as_object();
    const json::value& source = object.at("pattern");
    const auto pattern = source.is_string() ? UrlPattern::compile(text_of(source))
                                            : UrlPattern::compile(init_of(source.as_object()));
    ASSERT_TRUE(pattern.ok());
    std::vector<std::pair<std::string, std::string>> groups;
    for (const auto& group : object.at("groups").as_object())
      groups.emplace_back(group.key(), text_of(group.value()));
    const std::string name = text_of(object.at("component"));
    std::optional<std::string> generated;  // an unknown component has no value of Component
    for (std::size_t i = 0; i < kComponents; ++i) {
      const auto component = static_cast<Component>(i);
      if (name_of(component) != name) continue;
      if (auto result = pattern->generate(component, groups)) generated = *result;
    }
    std::optional<std::string> expected;
    if (object.at("expected").is_string()) expected = text_of(object.at("expected"));
    cases.record(name_of_case(index++, source), generated == expected, generated.value_or("an error"));
  }
  cases.finish();
}

}  // namespace
}  // namespace cinnabar::url
