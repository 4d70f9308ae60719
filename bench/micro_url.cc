// SPDX-License-Identifier: Apache-2.0
// What it costs to parse a topic as a URL, beside what touching the same bytes costs without a parser.

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "url/url.h"

namespace cinnabar::url {
namespace {

constexpr std::string_view kTopic = "https://example.com/books/42";
constexpr std::string_view kLong =
    "https://user@shop.example.com:8443/catalogue/science-fiction/2024/../2025/books/42.html"
    "?sort=price&page=3&filter=in%20stock&q=time+machine&currency=EUR&utm_source=newsletter#reviews";
constexpr std::string_view kNonAscii = "https://b\u00fccher.example/\u66f8\u7c4d/42";

void url_parse(benchmark::State& state, std::string_view text) {
  for (auto _ : state) {
    const auto url = Url::parse(text);
    if (!url.ok()) state.SkipWithError("the URL was refused");
    benchmark::DoNotOptimize(url);
  }
}
BENCHMARK_CAPTURE(url_parse, topic, kTopic);
BENCHMARK_CAPTURE(url_parse, long_with_query, kLong);
BENCHMARK_CAPTURE(url_parse, non_ascii_host, kNonAscii);
BENCHMARK_CAPTURE(url_parse, opaque_path, "urn:uuid:00000000-0000-4000-8000-000000000000");

void url_parse_relative(benchmark::State& state, std::string_view text) {
  const auto base = Url::parse("https://example.com/.well-known/mercure");
  for (auto _ : state) {
    const auto url = Url::parse(text, &*base);
    if (!url.ok()) state.SkipWithError("the URL was refused");
    benchmark::DoNotOptimize(url);
  }
}
BENCHMARK_CAPTURE(url_parse_relative, absolute_path, "/books/42");
BENCHMARK_CAPTURE(url_parse_relative, dot_segments, "../books/42");

/// The baseline: a copy of the string, and the places of the separators in it. It judges nothing.
void url_by_hand(benchmark::State& state, std::string_view text) {
  for (auto _ : state) {
    std::string copy(text);
    const std::size_t scheme = copy.find(':');
    const std::size_t host = scheme + 3;
    const std::size_t path = copy.find('/', host);
    const std::size_t query = copy.find('?', path);
    const std::size_t fragment = copy.find('#', path);
    benchmark::DoNotOptimize(copy);
    benchmark::DoNotOptimize(scheme + host + path + query + fragment);
  }
}
BENCHMARK_CAPTURE(url_by_hand, topic, kTopic);
BENCHMARK_CAPTURE(url_by_hand, long_with_query, kLong);

}  // namespace
}  // namespace cinnabar::url
