// SPDX-License-Identifier: Apache-2.0
#include "bench/options.h"

#include <charconv>
#include <functional>
#include <map>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace cinnabar::bench {
namespace {

using Setter = std::function<bool(std::string_view)>;

template <class T>
Setter number(T& target) {
  return [&target](std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < T{}) return false;
    target = value;
    return true;
  };
}

Setter text(std::string& target) {
  return [&target](std::string_view value) {
    target = value;
    return true;
  };
}

Setter topic_mode(TopicMode& target) {
  return [&target](std::string_view value) {
    if (value == "one") {
      target = TopicMode::kOne;
    } else if (value == "star") {
      target = TopicMode::kStar;
    } else if (value == "each") {
      target = TopicMode::kEach;
    } else {
      return false;
    }
    return true;
  };
}

Result<Options> checked(Options options) {
  const auto wrong = [](const char* sentence) { return Error{ErrorCode::kInvalid, sentence}; };
  if (options.endpoint.authority.empty()) return wrong("--url is missing: --url 127.0.0.1:3000");
  if (options.stalled > options.subscribers) return wrong("--stalled is more than --subscribers");
  if (options.publishers > 4096) return wrong("--publishers is at most 4096");
  if ((options.publishers > 0 || options.fill > 0) && options.token.empty()) {
    return wrong("publishing (--publishers, --fill) needs a --token");
  }
  if (options.publishers > 0 && options.events == 0 && options.duration <= 0) {
    return wrong("--publishers needs --events or --duration to end");
  }
  if (options.fresh && options.subscribers > 0)
    return wrong("--fresh is for publishers without --subscribers");
  if (options.topics != TopicMode::kEach) options.topic_count = 1;
  if (options.topic_count == 0 || options.ramp == 0 || options.threads == 0) {
    return wrong("--topic-count, --ramp and --threads are at least 1");
  }
  return options;
}

}  // namespace

const char* usage() {
  return "cinnabar_loadgen --url HOST:PORT [options]: subscribe, publish, measure, print one JSON object\n"
         "  --path PATH --tls --token JWT --pid PID (of the hub, to read its CPU and RSS)\n"
         "  subscribers: --subscribers N --stalled K --fill BYTES --ramp N --threads N --rcvbuf BYTES\n"
         "               --hold SECONDS --last-event-id ID --topics one|star|each --topic-count N\n"
         "               --patterns (match below their topics, by match_urlpattern)\n"
         "  publishers:  --publishers N --rate PER_SECOND --events N --duration SECONDS --size BYTES\n"
         "               --warmup N --fresh (each to a topic of its own, which nobody reads)\n"
         "  the end:     --expect EVENTS_PER_SUBSCRIBER --timeout SECONDS\n"
         "  resuming:    --resumes N: one after the other, each with --last-event-id, until --expect "
         "events\n";
}

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  Error error{ErrorCode::kInvalid, ""};
  const std::map<std::string_view, Setter> setters = {
      {"--url",
       [&](std::string_view value) {
         auto endpoint = parse_endpoint(value);
         if (endpoint) options.endpoint = *endpoint;
         return endpoint.ok();
       }},
      {"--path", text(options.path)},
      {"--token", text(options.token)},
      {"--pid", number(options.pid)},
      {"--subscribers", number(options.subscribers)},
      {"--stalled", number(options.stalled)},
      {"--fill", number(options.fill)},
      {"--ramp", number(options.ramp)},
      {"--threads", number(options.threads)},
      {"--rcvbuf", number(options.receive_buffer)},
      {"--hold", number(options.hold)},
      {"--last-event-id", text(options.last_event_id)},
      {"--topics", topic_mode(options.topics)},
      {"--topic-count", number(options.topic_count)},
      {"--publishers", number(options.publishers)},
      {"--rate", number(options.rate)},
      {"--events", number(options.events)},
      {"--duration", number(options.duration)},
      {"--size", number(options.size)},
      {"--warmup", number(options.warmup)},
      {"--expect", number(options.expect)},
      {"--timeout", number(options.timeout)},
      {"--resumes", number(options.resumes)},
  };
  const std::map<std::string_view, bool*> flags = {
      {"--tls", &options.tls}, {"--patterns", &options.patterns}, {"--fresh", &options.fresh}};
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (const auto flag = flags.find(name); flag != flags.end()) {
      *flag->second = true;
      continue;
    }
    const auto found = setters.find(name);
    if (found == setters.end()) {
      error.detail = "there is no option " + std::string(name);
      return error;
    }
    if (++i == argc || !found->second(argv[i])) {
      error.detail = std::string(name) + " needs a value of its kind";
      return error;
    }
  }
  return checked(std::move(options));
}

}  // namespace cinnabar::bench
