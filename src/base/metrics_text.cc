// SPDX-License-Identifier: Apache-2.0
#include "base/metrics_text.h"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace cinnabar {
namespace {

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\' || (quotes && c == '"')) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

/// As OpenMetrics wants bounds: with a point or an exponent, so that everybody writes the same one alike.
std::string bound(double value) {
  std::array<char, 32> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.15g", value);
  std::string text(buffer.data(), static_cast<std::size_t>(size));
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help,
                         std::string_view unit) {
  assert(unit.empty() || name.ends_with(unit));
  name_ = name;
  // Prometheus' own format knows no families: there a counter is called as its sample is.
  const std::string shown = name_ + std::string(format_ == MetricsFormat::kPrometheus ? suffix_ : "");
  text_ += "# HELP " + shown + ' ';
  append_escaped(text_, help, format_ == MetricsFormat::kOpenMetrics);
  text_ += "\n# TYPE " + shown + ' ' + std::string(type) + '\n';
  if (format_ == MetricsFormat::kOpenMetrics && !unit.empty()) {
    text_ += "# UNIT " + shown + ' ' + std::string(unit) + '\n';
  }
}

void MetricsText::counter(std::string_view name, std::string_view help, std::string_view unit) {
  suffix_ = "_total";
  family(name, "counter", help, unit);
}

void MetricsText::gauge(std::string_view name, std::string_view help, std::string_view unit) {
  suffix_ = {};
  family(name, "gauge", help, unit);
}

void MetricsText::sample(std::uint64_t value, Labels labels) { line(suffix_, labels, std::to_string(value)); }

void MetricsText::sample(double value, Labels labels) { line(suffix_, labels, number(value)); }

void MetricsText::histogram(std::string_view name, std::string_view help, std::string_view unit,
                            std::span<const Histogram* const> parts) {
  suffix_ = {};
  family(name, "histogram", help, unit);
  const HistogramScale& scale = parts.front()->scale();
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= scale.bounds.size(); ++i) {
    for (const Histogram* part : parts) count += part->bucket(i);
    const std::string le =
        i == scale.bounds.size() ? "+Inf" : bound(static_cast<double>(scale.bounds[i]) / scale.per_unit);
    line("_bucket", {{"le", le}}, std::to_string(count));
  }
  double sum = 0;
  for (const Histogram* part : parts) sum += static_cast<double>(part->sum());
  line("_sum", {}, number(sum / scale.per_unit));
  // Counted with the buckets, so that it is that of the last one whatever happens meanwhile.
  line("_count", {}, std::to_string(count));
}

void MetricsText::line(std::string_view suffix, Labels labels, std::string_view value) {
  text_ += name_;
  text_ += suffix;
  if (labels.size() != 0) {
    char before = '{';
    for (const auto& [key, label] : labels) {
      text_ += before;
      text_ += key;
      text_ += "=\"";
      append_escaped(text_, label, true);
      text_ += '"';
      before = ',';
    }
    text_ += '}';
  }
  text_ += ' ';
  text_ += value;
  text_ += '\n';
}

std::string MetricsText::take() {
  if (format_ == MetricsFormat::kOpenMetrics) text_ += "# EOF\n";
  return std::move(text_);
}

}  // namespace cinnabar
