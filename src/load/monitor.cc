// SPDX-License-Identifier: Apache-2.0
#include "load/monitor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "load/payload.h"
#include "load/text.h"

namespace cinnabar::load {
namespace {

constexpr std::uint64_t kSampleNs = 1'000'000'000;
constexpr std::uint64_t kLineNs = 500'000'000;
// A rest at the end that is shorter says nothing about rates.
constexpr std::uint64_t kShortestNs = 200'000'000;

}  // namespace

Monitor::Monitor(std::FILE* line, std::uint64_t subscribers, const ProcessMeter& hub,
                 std::function<Counters()> counters, std::function<void(Histogram&)> latency)
    : line_(line),
      subscribers_(subscribers),
      hub_(hub),
      counters_(std::move(counters)),
      latency_(std::move(latency)),
      start_ns_(now_ns()) {
  second_.at_ns = half_.at_ns = start_ns_;
  second_.cpu_ns = half_.cpu_ns = hub_.cpu_ns();
}

Monitor::Mark Monitor::mark() const {
  Mark mark;
  mark.at_ns = now_ns();
  mark.cpu_ns = hub_.cpu_ns();
  mark.counters = counters_();
  latency_(mark.latency);
  return mark;
}

Sample Monitor::between(const Mark& from, const Mark& to) const {
  Sample sample;
  sample.at = static_cast<double>(to.at_ns - start_ns_) / 1e9;
  sample.seconds = static_cast<double>(to.at_ns - from.at_ns) / 1e9;
  sample.subscribers = to.counters.subscribers;
  sample.published = to.counters.published - from.counters.published;
  sample.deliveries = to.counters.deliveries - from.counters.deliveries;
  sample.heads = to.counters.heads - from.counters.heads;
  sample.cpu_ns = to.cpu_ns - from.cpu_ns;
  sample.rss_kib = hub_.rss_kib();
  Histogram latency = to.latency;
  latency.subtract(from.latency);
  sample.p99_ns = latency.quantile(0.99);
  return sample;
}

void Monitor::look() {
  const std::uint64_t now = now_ns();
  if (line_ != nullptr && now - half_.at_ns >= kLineNs) {
    const Mark next = mark();
    print_line(between(half_, next), next.counters.lost);
    half_ = next;
  }
  if (now - second_.at_ns < kSampleNs) return;
  const Mark next = mark();
  series_.push_back(between(second_, next));
  rss_max_kib_ = std::max(rss_max_kib_, series_.back().rss_kib);
  second_ = next;
}

void Monitor::finish() {
  const Mark last = mark();
  if (last.at_ns - second_.at_ns >= kShortestNs || series_.empty()) series_.push_back(between(second_, last));
  if (line_ != nullptr) std::fputs("\r\x1b[K", line_);
}

void Monitor::print_line(const Sample& sample, std::uint64_t lost) {
  const auto rate = [&](std::uint64_t count) {
    return grouped(static_cast<std::uint64_t>(static_cast<double>(count) / sample.seconds));
  };
  std::string text = "\r\x1b[K";
  if (subscribers_ > 0) {
    text += "subscribers " + grouped(sample.subscribers) + '/' + grouped(subscribers_) + " · ";
  }
  if (subscribers_ > 0 && sample.deliveries == 0 && sample.heads > 0) {
    text += rate(sample.heads) + " opened/s";
  } else if (subscribers_ > 0) {
    text += rate(sample.deliveries) + " deliveries/s · p99 " + short_duration(sample.p99_ns) + " · lost " +
            grouped(lost);
  } else {
    text += rate(sample.published) + " publishes/s";
  }
  std::fputs(text.c_str(), line_);
  std::fflush(line_);
}

}  // namespace cinnabar::load
