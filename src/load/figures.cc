// SPDX-License-Identifier: Apache-2.0
#include "load/figures.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "load/chart.h"
#include "load/scenarios.h"
#include "load/text.h"

namespace cinnabar::load {
namespace {

std::string per_second(double rate) {
  return grouped(static_cast<std::uint64_t>(std::llround(rate))) + " per second";
}

double ratio(double of, std::uint64_t to) { return to > 0 ? of / static_cast<double>(to) : 0; }

/// "p90 1.20 ms · p99 …", of what has its median as the value.
std::string quantiles(const Histogram& histogram) {
  return "median; p90 " + short_duration(histogram.quantile(0.9)) + ", p99 " +
         short_duration(histogram.quantile(0.99)) + ", p99.9 " + short_duration(histogram.quantile(0.999)) +
         ", max " + short_duration(histogram.quantile(1));
}

class Figures {
 public:
  Figures(const Options& options, const Outcome& outcome) : options_(options), outcome_(outcome) {}

  std::vector<Figure> operator()() {
    if (options_.subscribers > 0) subscribers();
    if (options_.publishers > 0 && (outcome_.loaded || outcome_.published > 0)) publishes();
    if (outcome_.loaded && options_.subscribers > 0) deliveries();
    if (outcome_.has_hub) hub();
    return std::move(all_);
  }

 private:
  void add(std::string label, std::string value, std::string note = {}) {
    all_.push_back({std::move(label), std::move(value), std::move(note)});
  }
  void add_durations(const char* label, const Histogram& histogram) {
    if (histogram.count() > 0) add(label, short_duration(histogram.quantile(0.5)), quantiles(histogram));
  }

  void subscribers() {
    const bool is_connect = options_.scenario == Scenario::kConnect;
    if (is_connect) {
      add("connects", grouped(outcome_.heads),
          per_second(outcome_.heads_per_second()) + ", " + grouped(options_.subscribers) + " at a time");
    } else {
      add("subscribers", grouped(outcome_.ready),
          "of " + grouped(options_.subscribers) + ", open within " +
              short_duration(static_cast<std::uint64_t>(outcome_.ramp_seconds * 1e9)));
    }
    if (outcome_.returns > 0)
      add("returned", grouped(outcome_.returns), "left, and resumed by Last-Event-ID");
    add_durations("time to head", outcome_.head_latency);
  }

  void publishes() {
    const double reached = outcome_.publishes_per_second();
    std::string rate = per_second(reached);
    if (reached < 0.95 * options_.rate) rate += " of the " + short_count(options_.rate) + " asked for";
    add("updates", grouped(outcome_.published),
        rate + ", " + grouped(options_.size) + " B each, by " + grouped(options_.publishers) +
            (options_.publishers == 1 ? " publisher" : " publishers"));
    add_durations("publish", outcome_.publish_latency);
  }

  void deliveries() {
    add("deliveries", grouped(outcome_.ledger.deliveries),
        "of " + grouped(outcome_.due) + ", " + per_second(outcome_.deliveries_per_second()));
    if (options_.scenario == Scenario::kReplay) {
      add_durations("whole replay", outcome_.replay_time);
    } else {
      add_durations("latency", outcome_.latency);
    }
    const LedgerReport& seen = outcome_.ledger;
    add("lost", grouped(std::max(seen.lost, seen.missing)));
    add("repeated", grouped(seen.repeated), seen.repeated > 0 ? "or late" : "");
    if (seen.unreadable > 0) add("not ours", grouped(seen.unreadable), "events without our mark");
    if (seen.orders > 0) {
      add("orders", grouped(seen.orders), seen.orders == 1 ? "all saw the same" : "one would be right");
    }
  }

  void hub() {
    const std::uint64_t cpu = outcome_.ramp_cpu_ns + outcome_.load_cpu_ns;
    const bool is_idle = options_.scenario == Scenario::kIdle;
    const bool is_connect = options_.scenario == Scenario::kConnect;
    if (is_idle) {
      add("hub CPU", short_duration(outcome_.hold_cpu_ns),
          "while it held them for " +
              short_duration(static_cast<std::uint64_t>(outcome_.hold_seconds * 1e9)));
    } else if (is_connect) {
      add("hub CPU", short_duration(outcome_.ramp_cpu_ns),
          short_duration(each(outcome_.ramp_cpu_ns, outcome_.heads)) + " a connect");
    } else if (outcome_.ledger.deliveries > 0) {
      add("hub CPU", short_duration(outcome_.load_cpu_ns),
          short_duration(each(outcome_.load_cpu_ns, outcome_.ledger.deliveries)) + " a delivery");
    } else if (outcome_.published > 0) {
      add("hub CPU", short_duration(outcome_.load_cpu_ns),
          short_duration(each(outcome_.load_cpu_ns, outcome_.published)) + " a publish");
    } else {
      add("hub CPU", short_duration(cpu));
    }
    std::string note = "at most; at the start " + kib(outcome_.rss_start_kib);
    if (outcome_.rss_ready_kib > outcome_.rss_start_kib && outcome_.ready > 0) {
      const auto grown = static_cast<double>(outcome_.rss_ready_kib - outcome_.rss_start_kib) * 1024;
      note += ", grown by " + short_size(ratio(grown, outcome_.ready)) + " a subscriber";
    }
    add("hub RSS", kib(std::max(outcome_.rss_max_kib, outcome_.rss_ready_kib)), std::move(note));
  }

  static std::uint64_t each(std::uint64_t of, std::uint64_t count) { return count > 0 ? of / count : 0; }
  static std::string kib(std::uint64_t kib) { return short_size(static_cast<double>(kib) * 1024); }

  const Options& options_;
  const Outcome& outcome_;
  std::vector<Figure> all_;
};

std::string padding(std::size_t width, std::string_view text) {
  return std::string(width - std::min(width, width_of(text)), ' ');
}

}  // namespace

std::vector<Figure> figures(const Options& options, const Outcome& outcome) {
  return Figures(options, outcome)();
}

Verdict verdict(const Options&, const Outcome& outcome) {
  const std::string early = outcome.interrupted ? "Ended early. " : "";
  if (!outcome.problem.empty()) {
    const LedgerReport& seen = outcome.ledger;
    std::string counts;
    if (outcome.loaded && std::max(seen.lost, seen.missing) + seen.repeated > 0) {
      counts = " (" + grouped(std::max(seen.lost, seen.missing)) + " lost, " + grouped(seen.repeated) +
               " repeated or late)";
    }
    return {false, early + "Problem: " + outcome.problem + counts + "."};
  }
  if (outcome.ledger.deliveries > 0 && outcome.ledger.orders == 1) {
    return {true, early + "Every event came to every subscriber once, in one order."};
  }
  if (outcome.ledger.deliveries > 0)
    return {true, early + "Every event came once, in its publisher's order."};
  if (outcome.published > 0) return {true, early + "Every update was acknowledged."};
  return {true, early + "Every subscriber was answered."};
}

Distribution distribution(const Options& options, const Outcome& outcome) {
  switch (options.scenario) {
    case Scenario::kReplay: return {"Time to read all of the history", &outcome.replay_time};
    case Scenario::kConnect:
    case Scenario::kIdle: return {"Time to the head of the response", &outcome.head_latency};
    case Scenario::kPublish: return {"Time to a publish's acknowledgement", &outcome.publish_latency};
    default: return {"Latency of deliveries", &outcome.latency};
  }
}

std::string headline(const Options& options) {
  return std::string(name_of(options.scenario)) + " over " + (options.http2 ? "HTTP/2" : "HTTP/1.1") +
         (options.address.tls ? " with TLS" : "");
}

std::string table_report(const Options& options, const Outcome& outcome) {
  const std::vector<Figure> all = figures(options, outcome);
  std::size_t labels = 0;
  std::size_t values = 0;
  for (const Figure& figure : all) {
    labels = std::max(labels, width_of(figure.label));
    values = std::max(values, width_of(figure.value));
  }
  std::string text = headline(options) + ", " + options.address.url() + "\n\n";
  for (const Figure& figure : all) {
    text +=
        figure.label + padding(labels, figure.label) + "  " + padding(values, figure.value) + figure.value;
    if (!figure.note.empty()) text += "  " + figure.note;
    text += '\n';
  }
  return text + '\n' + verdict(options, outcome).sentence + '\n';
}

}  // namespace cinnabar::load
