// SPDX-License-Identifier: Apache-2.0
// What it costs to match a topic with a URL pattern, beside what a comparison written by hand costs.

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "url/url.h"
#include "url/url_pattern.h"

namespace cinnabar::url {
namespace {

constexpr std::string_view kTopic = "https://example.com/books/42";
constexpr std::string_view kNamed = "https://example.com/books/:id";
constexpr std::string_view kRegexp = "https://example.com/books/:id(\\d+)";

void pattern_test(benchmark::State& state, std::string_view pattern, std::string_view topic) {
  const auto compiled = UrlPattern::compile(pattern);
  const auto url = Url::parse(topic);
  if (!compiled.ok() || !url.ok()) return state.SkipWithError("the pattern or the topic was refused");
  bool matches = false;
  for (auto _ : state) {
    matches = compiled->test(*url);
    benchmark::DoNotOptimize(matches);
  }
  state.SetLabel(matches ? "matches" : "does not match");
}
BENCHMARK_CAPTURE(pattern_test, named, kNamed, kTopic);
BENCHMARK_CAPTURE(pattern_test, named_other_path, kNamed, "https://example.com/users/42");
BENCHMARK_CAPTURE(pattern_test, wildcard, "https://example.com/users/42/*",
                  "https://example.com/users/42/a/b");
BENCHMARK_CAPTURE(pattern_test, optional, "http{s}?://*.example.com/books/:id?",
                  "https://www.example.com/books/42");
BENCHMARK_CAPTURE(pattern_test, repeated, "https://example.com/a/:rest+", "https://example.com/a/b/c/d/e");
BENCHMARK_CAPTURE(pattern_test, regexp, kRegexp, kTopic);

void pattern_parse_and_test(benchmark::State& state, std::string_view pattern) {
  const auto compiled = UrlPattern::compile(pattern);
  if (!compiled.ok()) return state.SkipWithError("the pattern was refused");
  for (auto _ : state) {
    const bool matches = compiled->test(kTopic);
    if (!matches) state.SkipWithError("the topic does not match");
    benchmark::DoNotOptimize(matches);
  }
}
BENCHMARK_CAPTURE(pattern_parse_and_test, named, kNamed);

void pattern_exec(benchmark::State& state, std::string_view pattern) {
  const auto compiled = UrlPattern::compile(pattern);
  const auto url = Url::parse(kTopic);
  if (!compiled.ok() || !url.ok()) return state.SkipWithError("the pattern or the topic was refused");
  for (auto _ : state) benchmark::DoNotOptimize(compiled->exec(*url));
}
BENCHMARK_CAPTURE(pattern_exec, named, kNamed);
BENCHMARK_CAPTURE(pattern_exec, regexp, kRegexp);

void pattern_compile(benchmark::State& state, std::string_view pattern) {
  for (auto _ : state) {
    const auto compiled = UrlPattern::compile(pattern);
    if (!compiled.ok()) state.SkipWithError("the pattern was refused");
    benchmark::DoNotOptimize(compiled);
  }
}
BENCHMARK_CAPTURE(pattern_compile, named, kNamed);
BENCHMARK_CAPTURE(pattern_compile, wildcard, "https://example.com/users/42/*");
BENCHMARK_CAPTURE(pattern_compile, regexp, kRegexp);

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

/// Patterns on which a backtracking matcher takes exponential time, against a topic of 4 KB.
void pattern_hostile(benchmark::State& state, std::string_view unit, std::string_view end,
                     std::string_view topic) {
  const std::string pattern = "https://example.com/" + repeated(unit, 300) + std::string(end);
  const std::string path = repeated(topic, 4'000 / topic.size());
  pattern_test(state, pattern, "https://example.com/" + path);
}
BENCHMARK_CAPTURE(pattern_hostile, wildcards, "*a", "b", "a");
BENCHMARK_CAPTURE(pattern_hostile, optional_texts, "{a}?", "b", "a");
BENCHMARK_CAPTURE(pattern_hostile, repeated_texts, "{a}*{aa}*", "b", "a");

/// The textbook case: nested repetitions in a regular expression.
void pattern_hostile_regexp(benchmark::State& state) {
  pattern_test(state, "https://example.com/:x((?:a+)+b)", "https://example.com/" + repeated("a", 4'000));
}
BENCHMARK(pattern_hostile_regexp);

/// The same with groups whose names must differ.
void pattern_hostile_groups(benchmark::State& state, std::string_view modifier) {
  std::string pattern = "https://example.com";
  for (int i = 0; i < 300; ++i) pattern.append("/:x").append(std::to_string(i)).append(modifier);
  pattern_test(state, pattern + "/b", "https://example.com" + repeated("/a", 2'000));
}
BENCHMARK_CAPTURE(pattern_hostile_groups, optional, "?");
BENCHMARK_CAPTURE(pattern_hostile_groups, repeated, "*");

/// The baseline: what somebody would write for this one pattern and topics that are normalised already.
void pattern_by_hand(benchmark::State& state) {
  constexpr std::string_view kPrefix = "https://example.com/books/";
  std::string topic(kTopic);
  for (auto _ : state) {
    benchmark::DoNotOptimize(topic.data());
    const std::string_view text = topic;
    const bool matches = text.starts_with(kPrefix) && text.size() > kPrefix.size() &&
                         text.find_first_of("/?#", kPrefix.size()) == std::string_view::npos;
    benchmark::DoNotOptimize(matches);
  }
}
BENCHMARK(pattern_by_hand);

}  // namespace
}  // namespace cinnabar::url
