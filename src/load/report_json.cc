// SPDX-License-Identifier: Apache-2.0
#include "load/report_json.h"

#include <algorithm>
#include <vector>

#include "load/json_object.h"
#include "load/scenarios.h"

namespace cinnabar::load {
namespace {

double ratio(std::uint64_t of, std::uint64_t to) {
  return to > 0 ? static_cast<double>(of) / static_cast<double>(to) : 0;
}

void add_ramp(JsonObject& json, const Outcome& outcome) {
  json.add("rss_start_kib", outcome.rss_start_kib);
  json.add("ramp_seconds", outcome.ramp_seconds);
  json.add("hold_seconds", outcome.hold_seconds);
  json.add("ramp_cpu_ns", outcome.ramp_cpu_ns);
  json.add("hold_cpu_ns", outcome.hold_cpu_ns);
  json.add("rss_ready_kib", outcome.rss_ready_kib);
  json.add("sockets_ready", outcome.sockets_ready);
  json.add("ready", outcome.ready);
  json.add("opened", outcome.heads);
  json.add("opened_per_second", outcome.heads_per_second());
  json.add("returned", outcome.returns);
  json.add("head_p50_ns", outcome.head_latency.quantile(0.5));
  json.add("head_p99_ns", outcome.head_latency.quantile(0.99));
}

void add_load(JsonObject& json, const Outcome& outcome) {
  json.add("published", outcome.published);
  json.add("publish_seconds", outcome.publish_seconds);
  json.add("publishes_per_second", outcome.publishes_per_second());
  json.add("publish_p50_ns", outcome.publish_latency.quantile(0.5));
  json.add("publish_p99_ns", outcome.publish_latency.quantile(0.99));
  json.add_list("last_ids", outcome.last_ids);
  json.add("due", outcome.due);
  json.add("cpu_ns", outcome.load_cpu_ns);
  json.add("cpu_ns_per_delivery", ratio(outcome.load_cpu_ns, outcome.due));
  json.add("load_seconds", outcome.load_seconds);
  json.add("deliveries_per_second", outcome.deliveries_per_second());
  json.add("rss_before_kib", outcome.rss_before_kib);
  json.add("rss_published_kib", outcome.rss_published_kib);
  json.add("sockets_end", outcome.sockets_end);
}

void add_checks(JsonObject& json, const Outcome& outcome) {
  const LedgerReport& seen = outcome.ledger;
  json.add("rss_end_kib", outcome.rss_end_kib);
  json.add("rss_max_kib", outcome.rss_max_kib);
  json.add("deliveries", seen.deliveries);
  json.add("bytes_per_delivery", ratio(outcome.wire_bytes, seen.deliveries));
  json.add("events_per_read", ratio(seen.deliveries, outcome.reads));
  json.add("lost", seen.lost);
  json.add("missing", seen.missing);
  json.add("repeated", seen.repeated);
  json.add("unreadable", seen.unreadable);
  json.add("closed", outcome.closed);
  json.add("subscribers_short", seen.short_of);
  json.add("subscribers_beyond", seen.beyond);
  json.add("orders", seen.orders);
}

void add_quantiles(JsonObject& json, const std::string& name, const Histogram& histogram) {
  json.add(name + "_p50_ns", histogram.quantile(0.5));
  json.add(name + "_p90_ns", histogram.quantile(0.9));
  json.add(name + "_p99_ns", histogram.quantile(0.99));
  json.add(name + "_p999_ns", histogram.quantile(0.999));
  json.add(name + "_max_ns", histogram.quantile(1));
}

void add_histogram(JsonObject& json, const Histogram& histogram) {
  std::vector<JsonObject> buckets;
  histogram.for_each([&](std::uint64_t upper_bound, std::uint64_t count) {
    JsonObject& bucket = buckets.emplace_back();
    bucket.add("to_ns", upper_bound);
    bucket.add("count", count);
  });
  json.add_list("latency_histogram", buckets);
}

void add_series(JsonObject& json, const std::vector<Sample>& series) {
  std::vector<JsonObject> samples;
  for (const Sample& sample : series) {
    JsonObject& point = samples.emplace_back();
    point.add("at_seconds", sample.at);
    point.add("seconds", sample.seconds);
    point.add("subscribers", sample.subscribers);
    point.add("opened", sample.heads);
    point.add("published", sample.published);
    point.add("deliveries", sample.deliveries);
    point.add("p99_ns", sample.p99_ns);
    point.add("cpu_ns", sample.cpu_ns);
    point.add("rss_kib", sample.rss_kib);
  }
  json.add_list("series", samples);
}

}  // namespace

std::string json_report(const Options& options, const Outcome& outcome) {
  JsonObject json;
  json.add("scenario", name_of(options.scenario));
  json.add("url", options.address.url());
  json.add("http2", options.http2);
  json.add("subscribers", std::uint64_t{options.subscribers});
  json.add("publishers", std::uint64_t{options.publishers});
  json.add("interrupted", outcome.interrupted);
  add_ramp(json, outcome);
  if (outcome.loaded) add_load(json, outcome);
  add_checks(json, outcome);
  if (options.scenario == Scenario::kReplay) {
    add_quantiles(json, "replay", outcome.replay_time);
  } else {
    add_quantiles(json, "latency", outcome.latency);
    add_histogram(json, outcome.latency);
  }
  add_series(json, outcome.series);
  json.add("problem", outcome.problem);
  return json.text();
}

std::string json_report(const Result<ResumeCost>& cost) {
  JsonObject json;
  if (cost) {
    json.add("resumes", cost->resumes);
    json.add("cpu_median_ns", cost->median_ns);
    json.add("cpu_mean_ns", cost->mean_ns);
    json.add("cpu_p99_ns", cost->p99_ns);
    json.add("resumed_after", cost->resumed_after);
  }
  json.add("problem", cost ? std::string_view() : std::string_view(cost.error().detail));
  return json.text();
}

}  // namespace cinnabar::load
