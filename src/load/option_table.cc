// SPDX-License-Identifier: Apache-2.0
#include "load/option_table.h"

#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

namespace cinnabar::load {
namespace {

using Set = std::function<bool(Options&, std::string_view)>;

constexpr std::string_view kHub = "The hub";
constexpr std::string_view kSubscribers = "Subscribers";
constexpr std::string_view kPublishers = "Publishers";
constexpr std::string_view kExperts = "For experts";

constexpr std::string_view kCount = "a whole number such as 100";
constexpr std::string_view kDuration = "a duration such as 10s, 500ms or 2m";
constexpr std::string_view kSize = "a number of bytes such as 200 or 16KiB";
constexpr std::string_view kRate = "a number per second such as 100 or 0.5";

/// Reads a number that `text` begins with, and removes it.
template <class T>
bool take_number(std::string_view& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < T{} || !std::isfinite(static_cast<double>(value))) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

template <class T>
Set number(T Options::*member) {
  return [member](Options& options, std::string_view text) {
    T value{};
    if (!take_number(text, value) || !text.empty()) return false;
    options.*member = value;
    return true;
  };
}

Set duration(double Options::*member) {
  return [member](Options& options, std::string_view text) {
    double value = 0;
    if (!take_number(text, value)) return false;
    for (const auto& [unit, factor] :
         {std::pair<std::string_view, double>{"", 1}, {"s", 1}, {"ms", 1e-3}, {"m", 60}, {"h", 3600}}) {
      if (text != unit) continue;
      options.*member = value * factor;
      return true;
    }
    return false;
  };
}

template <class T>
Set size(T Options::*member) {
  return [member](Options& options, std::string_view text) {
    T value{};
    if (!take_number(text, value)) return false;
    for (const auto& [unit, factor] : {std::pair<std::string_view, T>{"", T{1}},
                                       {"B", T{1}},
                                       {"kB", T{1000}},
                                       {"KB", T{1000}},
                                       {"KiB", T{1024}},
                                       {"MB", T{1000000}},
                                       {"MiB", T{1048576}}}) {
      if (text != unit || value > T{1} << 32) continue;
      options.*member = value * factor;
      return true;
    }
    return false;
  };
}

template <class Change>
Set flag(Change change) {
  return [change](Options& options, std::string_view) {
    change(options);
    return true;
  };
}

bool set_topics(Options& options, std::string_view text) {
  if (text == "one") {
    options.topics = TopicMode::kOne;
  } else if (text == "star") {
    options.topics = TopicMode::kStar;
  } else if (text == "each") {
    options.topics = TopicMode::kEach;
  } else {
    return false;
  }
  return true;
}

bool set_protocol(Options& options, std::string_view text) {
  options.legacy = text == "0.x";
  return text == "0.x" || text == "1.0";
}

/// The prefix as it is written, to be encoded for forms and queries.
bool set_topic_prefix(Options& options, std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      encoded += c;
    } else {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  options.topic_base = encoded;
  return !text.empty();
}

bool set_last_event_id(Options& options, std::string_view text) {
  options.last_event_id = text;
  return !text.empty() && text.find_first_of("\r\n") == std::string_view::npos;
}

}  // namespace

const std::vector<OptionSpec>& option_table() {
  static const std::vector<OptionSpec> table = {
      {"--http2", "", kHub, "HTTP/2: by ALPN over TLS, with prior knowledge without.",
       flag([](Options& o) { o.http2 = true; }), ""},
      {"--streams-per-connection", "N", kHub,
       "With --http2: subscribers (publishers) of one connection. Default: 100",
       number(&Options::streams_per_connection), kCount},
      {"--insecure", "", kHub, "Trust any certificate.", flag([](Options& o) { o.tls.insecure = true; }), ""},
      {"--cacert", "FILE", kHub, "Trust these certificates (PEM) instead of the system's.",
       [](Options& o, std::string_view text) { return !(o.tls.ca_file = text).empty(); },
       "the name of a PEM file"},
      {"--protocol", "1.0|0.x", kHub, "0.x: subscribe by `topic`, for hubs of protocol 0.x. Default: 1.0",
       set_protocol, "1.0 or 0.x"},
      {"--pid", "PID", kHub, "Of the hub, on this machine: its CPU time and RSS are measured, too.",
       [](Options& o, std::string_view text) { return number(&Options::pid)(o, text) && o.pid > 0; },
       "the number of a process"},

      {"--subscribers", "N", kSubscribers, "How many there are.", number(&Options::subscribers), kCount},
      {"--ramp", "N", kSubscribers, "At most so many connect at the same time. Default: 256",
       number(&Options::ramp), kCount},
      {"--ramp-time", "DURATION", kSubscribers, "Let them come over this time, while publishers are at work.",
       duration(&Options::ramp_time), kDuration},
      {"--churn", "RATE", kSubscribers, "So many a second leave, and return with Last-Event-ID.",
       number(&Options::churn), kRate},
      {"--hold", "DURATION", kSubscribers, "Wait so long once all are there.", duration(&Options::hold),
       kDuration},
      {"--threads", "N", kSubscribers, "Threads that read. Default: half of the cores; custom: 1",
       number(&Options::threads), kCount},
      {"--topic-count", "N", kSubscribers,
       "Of topics and patterns: how many there are. Default: --subscribers", number(&Options::topic_count),
       kCount},
      {"--topic-prefix", "TEXT", kSubscribers,
       "What topics begin with. Default: https://bench.example/ and something random", set_topic_prefix,
       "a text such as https://example.com/"},

      {"--publishers", "N", kPublishers,
       "How many there are; each waits for an answer before it sends again.", number(&Options::publishers),
       kCount},
      {"--rate", "RATE", kPublishers, "Updates per second of all together; 0: as fast as they are answered.",
       number(&Options::rate), kRate},
      {"--events", "N", kPublishers, "Updates of all together, instead of --duration.",
       number(&Options::events), kCount},
      {"--duration", "DURATION", kPublishers, "How long they publish.", duration(&Options::duration),
       kDuration},
      {"--size", "BYTES", kPublishers, "Of each update's data, at least 30. Default: 200",
       size(&Options::size), kSize},
      {"--private", "", kPublishers, "Publish private updates.",
       flag([](Options& o) { o.private_updates = true; }), ""},
      {"--warmup", "N", kPublishers, "The first N updates of each publisher count in no latency.",
       number(&Options::warmup), kCount},

      {"--timeout", "DURATION", kExperts, "How long all deliveries may take to arrive. Default: 60s",
       duration(&Options::timeout), kDuration},
      {"--last-event-id", "ID", kExperts, "Every subscriber resumes after this event.", set_last_event_id,
       "the id of an event"},
      {"--expect", "N", kExperts, "Events for each subscriber that others publish, or that are history.",
       number(&Options::expect), kCount},
      {"--topics", "one|star|each", kExperts, "Subscribers have one topic, match *, or have a topic each.",
       set_topics, "one, star or each"},
      {"--patterns", "", kExperts, "Match below their topics, by match_urlpattern, where nobody publishes.",
       flag([](Options& o) { o.match = MatchMode::kBelow; }), ""},
      {"--fresh", "", kExperts, "Each update to a topic of its own, which nobody reads.",
       flag([](Options& o) { o.fresh = true; }), ""},
      {"--stalled", "N", kExperts, "So many of the subscribers never read.", number(&Options::stalled),
       kCount},
      {"--fill", "BYTES", kExperts, "First publish so much to a topic of the stalled alone.",
       size(&Options::fill), kSize},
      {"--rcvbuf", "BYTES", kExperts, "Size of the kernel's receive buffers.",
       number(&Options::receive_buffer), kCount},
      {"--resumes", "N", kExperts,
       "Instead: resume N times, one after the other, until --expect events came.", number(&Options::resumes),
       kCount},
  };
  return table;
}

Result<void> set_option(Options& options, const OptionSpec& spec, std::string_view text) {
  if (spec.set(options, text)) return {};
  return Error{ErrorCode::kInvalid, std::string(spec.name) + " must be " + std::string(spec.wants) +
                                        ", got \"" + std::string(text) + '"'};
}

}  // namespace cinnabar::load
