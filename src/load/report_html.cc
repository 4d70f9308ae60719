// SPDX-License-Identifier: Apache-2.0
#include "load/report_html.h"

#include <ctime>
#include <functional>
#include <utility>

#include "load/chart.h"
#include "load/figures.h"
#include "load/text.h"

namespace cinnabar::load {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --paper: #fbfaf8; --card: #fff; --ink: #1d1b19; --soft: #6b6560; --rule: #e4e0da;
  --mark: #c2331f; --good: #1a7f45; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --paper: #171513; --card: #211e1b; --ink: #efebe6; --soft: #a39b93;
  --rule: #3a3530; --mark: #ff7a62; --good: #5fd08d; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem 1rem 2rem; max-width: 100rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.2; }
p { margin: .35rem 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.verdict { margin: 1rem 0; padding: .7rem .9rem; border-left: .3rem solid; border-radius: .3rem;
  background: var(--card); font-weight: 600; }
.good { border-color: var(--good); color: var(--good); }
.bad { border-color: var(--bad); color: var(--bad); }
.grid { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 8.75rem), 1fr)); margin: 0; }
.charts { grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); margin: .8rem 0; }
.grid > div, figure { margin: 0; padding: .7rem .9rem; border: 1px solid var(--rule); border-radius: .5rem;
  background: var(--card); }
dt, figcaption { color: var(--soft); font-size: .875rem; }
dd { margin: 0; }
dd b { display: block; font-size: 1.35rem; font-weight: 650; font-variant-numeric: tabular-nums; }
dd span { color: var(--soft); font-size: .8125rem; }
figcaption { margin-bottom: .4rem; }
svg { display: block; width: 100%; max-width: 36rem; margin: 0 auto; }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
svg line { stroke: var(--rule); }
.line { fill: none; stroke: var(--mark); stroke-width: 2; stroke-linejoin: round; }
.area { fill: var(--mark); opacity: .12; }
circle { fill: transparent; }
circle:hover { fill: var(--mark); }
code { display: block; padding: .7rem .9rem; border: 1px solid var(--rule); border-radius: .5rem;
  background: var(--card); font-size: .875rem; overflow-wrap: anywhere; white-space: pre-wrap; }
)";

constexpr double kShortest = 0.9;  // seconds

std::string cards(const std::vector<Figure>& all) {
  std::string html = "<dl class=\"grid\">\n";
  for (const Figure& figure : all) {
    html += "<div><dt>" + escape_html(figure.label) + "</dt><dd><b>" + escape_html(figure.value) +
            "</b><span>" + escape_html(figure.note) + "</span></dd></div>\n";
  }
  return html + "</dl>\n";
}

class Charts {
 public:
  Charts(const Options& options, const Outcome& outcome) : options_(options), outcome_(outcome) {}

  std::string operator()() {
    const Distribution shown = distribution(options_, outcome_);
    std::string html = percentile_chart(shown.title + ", by percentile", *shown.histogram);
    const bool delivers = outcome_.ledger.deliveries > 0;
    if (delivers) html += rates("Deliveries per second", &Sample::deliveries);
    if (options_.publishers > 0 && !delivers) html += rates("Publishes per second", &Sample::published);
    if (options_.scenario == Scenario::kConnect) html += rates("Connects per second", &Sample::heads);
    if (delivers && options_.scenario != Scenario::kReplay) {
      html += line(
          "99th percentile of the latency", [](const Sample& s) { return static_cast<double>(s.p99_ns); },
          [](double ns) {
            return ns > 0 ? short_duration(static_cast<std::uint64_t>(ns)) : std::string("0");
          });
    }
    if (options_.scenario == Scenario::kMixed || options_.scenario == Scenario::kIdle) {
      html += line(
          "Subscribers", [](const Sample& s) { return static_cast<double>(s.subscribers); }, short_count);
    }
    if (outcome_.has_hub) {
      html += line(
          "CPU of the hub, in cores",
          [](const Sample& s) { return s.seconds > 0 ? static_cast<double>(s.cpu_ns) / 1e9 / s.seconds : 0; },
          short_count);
      html += line(
          "RSS of the hub, in MiB", [](const Sample& s) { return static_cast<double>(s.rss_kib) / 1024; },
          short_count);
    }
    return html;
  }

 private:
  std::string line(std::string title, const std::function<double(const Sample&)>& value,
                   std::function<std::string(double)> format) const {
    TimeSeries series{std::move(title), {}, std::move(format)};
    for (const Sample& sample : outcome_.series) {
      // The rest of a second at the end, in which the run only waited for what should not come.
      if (sample.seconds < kShortest && series.points.size() >= 2) continue;
      series.points.emplace_back(sample.at, value(sample));
    }
    return time_chart(series);
  }

  std::string rates(std::string title, std::uint64_t Sample::*member) const {
    return line(
        std::move(title),
        [member](const Sample& s) { return s.seconds > 0 ? static_cast<double>(s.*member) / s.seconds : 0; },
        short_count);
  }

  const Options& options_;
  const Outcome& outcome_;
};

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
  return text;
}

}  // namespace

std::string html_report(const Options& options, const Outcome& outcome, std::string_view command_line,
                        std::string_view version) {
  const Verdict judged = verdict(options, outcome);
  const std::string title = "Mercure hub under load: " + headline(options);
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n";
  html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n";
  html += "<title>" + escape_html(title) + "</title>\n<style>" + std::string(kStyle) +
          "</style>\n</head>\n<body>\n";
  html += "<h1>" + escape_html(title) + "</h1>\n";
  html += "<p class=\"soft\">" + escape_html(options.address.url()) + " · " + now_text() + " · cinnabar " +
          escape_html(version) + "</p>\n";
  html += std::string("<p class=\"verdict ") + (judged.good ? "good" : "bad") + "\">" +
          (judged.good ? "✓ " : "✗ ") + escape_html(judged.sentence) + "</p>\n";
  html += cards(figures(options, outcome));
  if (const std::string charts = Charts(options, outcome)(); !charts.empty()) {
    html += "<div class=\"grid charts\">\n" + charts + "</div>\n";
  }
  html += "<p class=\"soft\">Measured by</p>\n<code>" + escape_html(command_line) + "</code>\n";
  return html + "</body>\n</html>\n";
}

}  // namespace cinnabar::load
