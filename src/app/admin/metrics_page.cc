// SPDX-License-Identifier: Apache-2.0
#include "app/admin/metrics_page.h"

#include <array>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "http/server.h"
#include "hub/hub.h"
#include "journal/journal.h"

namespace cinnabar {
namespace {

/// What all shards counted, of one figure.
std::uint64_t sum_of(const Hub& hub, Tally ShardFigures::*figure) {
  std::uint64_t sum = 0;
  for (const auto& shard : hub.shards()) sum += (shard->figures().*figure).value();
  return sum;
}

/// OPS-4, with the names of the reference hub.
void write_reference(MetricsText& text, const MetricsSources& sources) {
  text.gauge("mercure_subscribers_connected", "The number of open streams.");
  text.sample(std::uint64_t{sources.hub.subscribers()});
  text.counter("mercure_subscribers", "How many streams were opened.");
  text.sample(sum_of(sources.hub, &ShardFigures::streams));
  text.counter("mercure_updates", "How many updates were accepted from publishers.");
  text.sample(sources.api.figures().updates.value());
  text.counter("mercure_updates_failed", "How many updates could not be stored.");
  text.sample(sources.api.figures().updates_failed.value());
}

void write_api(MetricsText& text, const ApiFigures& figures) {
  text.counter("cinnabar_updates_refused", "How many publish requests with a good token were refused.");
  text.sample(figures.updates_refused.value());
  const std::array<const Histogram*, 1> publish = {&figures.publish_duration};
  text.histogram("cinnabar_publish_duration_seconds",
                 "From the arrival of a publish request to its answer, of accepted updates.", "seconds",
                 publish);
  text.counter("cinnabar_token_refusals", "How many tokens were refused, by the check that failed.");
  for (std::size_t i = 0; i < RefusalFigures::kChecks.size(); ++i) {
    text.sample(figures.refusals.of(i).value(), {{"check", RefusalFigures::kChecks[i]}});
  }
}

void write_journal(MetricsText& text, const Journal& journal) {
  const JournalFigures& figures = journal.figures();
  const std::array<const Histogram*, 1> duration = {&figures.commit_duration};
  text.histogram("cinnabar_journal_commit_duration_seconds",
                 "How long the journal took to store a batch of events.", "seconds", duration);
  const std::array<const Histogram*, 1> events = {&figures.batch_events};
  text.histogram("cinnabar_journal_batch_events", "How many events the journal stored at once.", "events",
                 events);
  text.counter("cinnabar_journal_failures", "How often the journal could not be written.");
  text.sample(figures.failures.value());
  text.gauge("cinnabar_journal_up", "1 while the journal takes updates.");
  text.sample(std::uint64_t{journal.health().ok() ? 1U : 0U});
  const JournalBounds bounds = journal.bounds();
  text.gauge("cinnabar_history_first_position", "The position of the oldest event of the history.");
  text.sample(bounds.first);
  text.gauge("cinnabar_history_last_position", "The position of the newest event: how many there ever were.");
  text.sample(bounds.last);
  text.gauge("cinnabar_history_bytes", "The size of the history's updates.", "bytes");
  text.sample(journal.retained_bytes());
}

void write_streams(MetricsText& text, const MetricsSources& sources) {
  const Hub& hub = sources.hub;
  text.counter("cinnabar_sent_events", "How many events were sent, one for each subscriber that got it.",
               "events");
  text.sample(sum_of(hub, &ShardFigures::events));
  text.counter("cinnabar_sent_bytes", "The size of what was sent to subscribers, without framing.", "bytes");
  text.sample(sum_of(hub, &ShardFigures::bytes));
  text.counter("cinnabar_replays", "How many streams began in the history.");
  text.sample(sum_of(hub, &ShardFigures::resumed));
  text.counter("cinnabar_replayed_events", "How many events were sent to subscribers that were behind.",
               "events");
  text.sample(sum_of(hub, &ShardFigures::caught_up));
  text.counter("cinnabar_unknown_cursors",
               "How many streams asked for a place that the history does not hold.");
  text.sample(sources.api.figures().unknown_cursors.value());
  text.counter("cinnabar_journal_reads",
               "How many reads of the journal were made for subscribers behind the ring.");
  text.sample(sum_of(hub, &ShardFigures::journal_reads));
  text.counter("cinnabar_stream_ends", "How many streams ended, by reason.");
  for (std::size_t i = 0; i < kStreamEnds; ++i) {
    std::uint64_t sum = 0;
    for (const auto& shard : hub.shards()) sum += shard->figures().ends[i].value();
    text.sample(sum, {{"reason", label_of(static_cast<StreamEnd>(i))}});
  }
  std::vector<const Histogram*> lags;
  for (const auto& shard : hub.shards()) lags.push_back(&shard->figures().dispatch_lag);
  text.histogram(
      "cinnabar_dispatch_lag_seconds",
      "From the commit of an event to the turn in which a shard sends it, of each turn's oldest event.",
      "seconds", lags);
}

void write_shards(MetricsText& text, const Hub& hub) {
  const auto each = [&](auto value) {
    std::size_t number = 0;
    for (const auto& shard : hub.shards()) {
      text.sample(std::uint64_t{value(*shard)}, {{"shard", std::to_string(number++)}});
    }
  };
  text.gauge("cinnabar_shard_subscribers", "The number of open streams of each shard.");
  each([](const Shard& shard) { return shard.subscribers(); });
  text.gauge("cinnabar_ring_events", "How many of the newest events each shard holds in memory.", "events");
  each([](const Shard& shard) { return shard.figures().ring_events.value(); });
  text.gauge("cinnabar_ring_bytes", "The size of the events that each shard holds in memory.", "bytes");
  each([](const Shard& shard) { return shard.figures().ring_bytes.value(); });
}

void write_connections(MetricsText& text, const http::Server& server) {
  using Named = std::pair<http::Protocol, std::string_view>;
  text.gauge("cinnabar_connections", "The number of open connections to the public addresses.");
  for (const auto& [protocol, name] : {Named{http::Protocol::kHttp1, "h1"},
                                       {http::Protocol::kHttp2, "h2"},
                                       {http::Protocol::kUndecided, "none"}}) {
    text.sample(std::uint64_t{server.connections(protocol, false)}, {{"protocol", name}, {"tls", "false"}});
    text.sample(std::uint64_t{server.connections(protocol, true)}, {{"protocol", name}, {"tls", "true"}});
  }
}

void write_process(MetricsText& text, const ProcessFigures& process) {
  text.gauge("cinnabar_build_info", "1, with the version of the hub.");
  text.sample(std::uint64_t{1}, {{"version", CINNABAR_VERSION}});
  text.counter("process_cpu_seconds", "The processor time that was used, by all threads.", "seconds");
  text.sample(process.cpu_seconds);
  text.gauge("process_resident_memory_bytes", "The memory that is resident.", "bytes");
  text.sample(process.resident_bytes);
  text.gauge("process_virtual_memory_bytes", "The memory that is mapped.", "bytes");
  text.sample(process.virtual_bytes);
  text.gauge("process_open_fds", "The number of open file descriptors.", "fds");
  text.sample(process.open_fds);
  text.gauge("process_max_fds", "How many file descriptors may be open.", "fds");
  text.sample(process.max_fds);
  text.gauge("process_threads", "The number of threads.", "threads");
  text.sample(process.threads);
  text.gauge("process_start_time_seconds", "When the process began, in Unix time.", "seconds");
  text.sample(process.start_time);
}

}  // namespace

std::string metrics_page(MetricsFormat format, const MetricsSources& sources, const ProcessFigures& process) {
  MetricsText text(format);
  write_reference(text, sources);
  write_api(text, sources.api.figures());
  write_journal(text, sources.journal);
  write_streams(text, sources);
  write_shards(text, sources.hub);
  write_connections(text, sources.server);
  write_process(text, process);
  return text.take();
}

}  // namespace cinnabar
