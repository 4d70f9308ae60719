// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load/histogram.h"

namespace cinnabar::load {

/// A line over time, for time_chart().
struct TimeSeries {
  std::string title;
  std::vector<std::pair<double, double>> points;  ///< seconds, value
  std::function<std::string(double)> format;      ///< of a value
};

/// SVG to put into a page: a line over time, from 0 up. Empty when there are no two points.
std::string time_chart(const TimeSeries& series);

/// SVG: the durations by percentile, both axes logarithmic: each step to the right is a tenth of what was
/// left. Empty when nothing was measured.
std::string percentile_chart(std::string_view title, const Histogram& histogram);

/// "950", "1.5k", "20k", "3M".
std::string short_count(double value);

/// The least of 1, 2 and 5 times a power of ten that is at least `value`. REQUIRES: value > 0.
double round_up(double value);

}  // namespace cinnabar::load
