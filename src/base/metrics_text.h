// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/metrics.h"

namespace cinnabar {

/// The text formats of metrics: that of Prometheus (0.0.4), and OpenMetrics 1.0.
enum class MetricsFormat { kPrometheus, kOpenMetrics };

/// Writes figures as text. A family is begun by counter() or gauge() and gets its samples by sample(); a
/// histogram is whole at once.
///
/// Names are given without `_total`, which counters get here as each format wants it, and end in their unit,
/// if they have one ("cinnabar_sent_bytes", unit "bytes"). Threads: one.
class MetricsText {
 public:
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  explicit MetricsText(MetricsFormat format) : format_(format) {}

  void counter(std::string_view name, std::string_view help, std::string_view unit = {});
  void gauge(std::string_view name, std::string_view help, std::string_view unit = {});
  /// Of the family begun last.
  void sample(std::uint64_t value, Labels labels = {});
  void sample(double value, Labels labels = {});
  /// The sum of histograms of one scale. REQUIRES: at least one.
  void histogram(std::string_view name, std::string_view help, std::string_view unit,
                 std::span<const Histogram* const> parts);

  /// The whole text, which ends here.
  std::string take();

 private:
  void family(std::string_view name, std::string_view type, std::string_view help, std::string_view unit);
  void line(std::string_view suffix, Labels labels, std::string_view value);

  const MetricsFormat format_;
  std::string name_;
  std::string_view suffix_;  ///< of the family's samples
  std::string text_;
};

}  // namespace cinnabar
