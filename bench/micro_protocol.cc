// SPDX-License-Identifier: Apache-2.0
// What one publish costs before the journal, and one subscribe before the hub.

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "protocol/event.h"
#include "protocol/form.h"
#include "protocol/publish_request.h"
#include "protocol/sse.h"
#include "protocol/subscribe_request.h"
#include "protocol/text.h"

namespace cinnabar {
namespace {

constexpr std::string_view kTopic = "topic=https%3A%2F%2Fexample.com%2Fbooks%2F1";

/// A publish body whose data has `size` bytes, JSON-like: one byte in eight percent-encoded.
std::string publish_body(std::size_t size) {
  std::string body = std::string(kTopic) + "&data=";
  for (std::size_t i = 0; i < size; ++i) body += i % 8 == 0 ? "%22" : "a";
  return body;
}

void set_bytes(benchmark::State& state, std::size_t size) {
  state.SetBytesProcessed(static_cast<std::int64_t>(size) * state.iterations());
}

void parse_form(benchmark::State& state) {
  const std::string body = publish_body(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(cinnabar::parse_form(body));
  set_bytes(state, body.size());
}
BENCHMARK(parse_form)->Arg(200)->Arg(2'000)->Arg(200'000);

void parse_publish(benchmark::State& state) {
  const std::string body = publish_body(static_cast<std::size_t>(state.range(0)));
  const ProtocolLimits limits;
  for (auto _ : state) {
    const auto update = cinnabar::parse_publish(body, limits);
    if (!update.ok()) state.SkipWithError("the body was refused");
    benchmark::DoNotOptimize(update);
  }
  set_bytes(state, body.size());
}
BENCHMARK(parse_publish)->Arg(200)->Arg(2'000)->Arg(200'000);

void parse_subscribe(benchmark::State& state) {
  std::string query;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    query += (query.empty() ? "match=https%3A%2F%2Fexample.com%2F" : "&match=https%3A%2F%2Fexample.com%2F") +
             std::to_string(i);
  }
  const ProtocolLimits limits;
  const HubUrl hub = *HubUrl::parse("https://hub.example.com/.well-known/mercure");
  for (auto _ : state) {
    const auto request = cinnabar::parse_subscribe(query, {}, limits, hub);
    if (!request.ok()) state.SkipWithError("the query was refused");
    benchmark::DoNotOptimize(request);
  }
}
BENCHMARK(parse_subscribe)->Arg(1)->Arg(100);

void encode_sse(benchmark::State& state) {
  const std::string data(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        cinnabar::encode_sse("", "", "urn:uuid:00000000-0000-4000-8000-000000000000", data));
  }
  set_bytes(state, data.size());
}
BENCHMARK(encode_sse)->Arg(200)->Arg(2'000)->Arg(200'000);

void encode_sse_of_many_lines(benchmark::State& state) {
  std::string data;
  for (std::int64_t i = 0; i < state.range(0); ++i) data += "a line of some words\r\n";
  for (auto _ : state) benchmark::DoNotOptimize(cinnabar::encode_sse("type", "5000", "id", data));
  set_bytes(state, data.size());
}
BENCHMARK(encode_sse_of_many_lines)->Arg(10)->Arg(1'000);

void make_event(benchmark::State& state) {
  Update update;
  update.topics = {"https://example.com/books/1"};
  update.id = "urn:uuid:00000000-0000-4000-8000-000000000000";
  update.data.assign(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(Event::make(update, 1, 0));
  set_bytes(state, update.data.size());
}
BENCHMARK(make_event)->Arg(200)->Arg(2'000);

void check_protocol_string(benchmark::State& state) {
  const std::string text =
      state.range(0) == 0 ? "https://example.com/books/1" : "https://example.com/b\u00fccher/\u66f8\u7c4d/1";
  for (auto _ : state) benchmark::DoNotOptimize(is_protocol_string(text));
  set_bytes(state, text.size());
}
BENCHMARK(check_protocol_string)->Arg(0)->Arg(1);

}  // namespace
}  // namespace cinnabar
