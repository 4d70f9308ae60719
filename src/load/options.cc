// SPDX-License-Identifier: Apache-2.0
#include "load/options.h"

#include <utility>

#include "load/payload.h"

namespace cinnabar::load {
namespace {

constexpr std::uint32_t kMostPublishers = 4096;

const char* token_advice() {
  return "give --token JWT, --token @FILE or CINNABAR_BENCH_TOKEN (`cinnabar token --publish '*' --subscribe "
         "'*' …` makes one), or --dev for the hub of `cinnabar run --dev`";
}

}  // namespace

Result<Options> checked(Options options) {
  const auto wrong = [](std::string sentence) { return Error{ErrorCode::kInvalid, std::move(sentence)}; };
  if (options.address.host.empty()) {
    return wrong("the hub's URL is missing: give it after the scenario, such as http://127.0.0.1:3000");
  }
  if (options.stalled > options.subscribers) return wrong("--stalled is more than --subscribers");
  if (options.publishers > kMostPublishers) return wrong("--publishers is at most 4096");
  if ((options.publishers > 0 || options.fill > 0) && options.token.empty()) {
    return wrong(std::string("publishing needs a token: ") + token_advice());
  }
  if (options.private_updates && options.subscribers > 0 && options.subscriber_token.empty()) {
    return wrong(
        "--private needs --subscriber-token: subscribers without a token get no private updates "
        "(`cinnabar token --subscribe '*' …` makes one)");
  }
  if (options.publishers > 0 && options.events == 0 && options.duration <= 0) {
    return wrong("--publishers needs --events or --duration, to end");
  }
  if (options.fresh && options.subscribers > 0) {
    return wrong("--fresh is for publishers without --subscribers");
  }
  if (options.scenario == Scenario::kConnect && options.duration <= 0) {
    return wrong("connect needs --duration, to end");
  }
  if (options.scenario == Scenario::kReplay && options.events == 0) {
    return wrong("replay needs --events: how many updates history is to have");
  }
  const bool needs_subscribers =
      options.scenario != Scenario::kCustom && options.scenario != Scenario::kPublish;
  if (needs_subscribers && options.subscribers == 0) return wrong("--subscribers is at least 1");
  if (options.http2 && (options.stalled > 0 || options.resumes > 0)) {
    return wrong("--stalled and --resumes are for HTTP/1.1, without --http2");
  }
  // Streams that are opened and reset on one connection look like an attack, and hubs defend themselves.
  if (options.scenario == Scenario::kConnect) options.streams_per_connection = 1;
  if (options.streams_per_connection == 0) return wrong("--streams-per-connection is at least 1");
  if (options.size < kStampSize) {
    return wrong("--size must be at least 30: so much is needed to say when and by whom an update was sent");
  }
  const bool own_topics = options.scenario == Scenario::kTopics || options.scenario == Scenario::kPatterns;
  if (own_topics && options.topic_count == 1) options.topic_count = options.subscribers;
  if (options.topics != TopicMode::kEach) options.topic_count = 1;
  if (options.topic_count == 0 || options.ramp == 0 || options.threads == 0) {
    return wrong("--topic-count, --ramp and --threads are at least 1");
  }
  return options;
}

std::string subscribe_query(const Options& options, std::uint32_t topic, bool stalls) {
  const std::string own = options.topic_base + std::to_string(topic);
  const std::string exact = options.legacy ? "topic=" : "match=";
  const std::string pattern = options.legacy ? "topic=" : "match_urlpattern=";
  const std::string rest = options.legacy ? "%2F%7Brest%7D" : "%2F*";
  std::string query;
  if (options.topics == TopicMode::kStar) {
    query = exact + "*";
  } else if (options.match == MatchMode::kExact) {
    query = exact + own;
  } else {
    query = pattern + own + rest;
  }
  if (stalls) query += "&" + exact + options.topic_base + "fill";
  return query;
}

}  // namespace cinnabar::load
