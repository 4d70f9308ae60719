// SPDX-License-Identifier: Apache-2.0
#include "load/chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "load/text.h"

namespace cinnabar::load {
namespace {

// Of the drawing, in its own units: on a phone one is about a pixel, so that its text can be read there.
constexpr double kWidth = 360;
constexpr double kHeight = 210;
constexpr double kLeft = 54;
constexpr double kRight = 350;
constexpr double kTop = 10;
constexpr double kBottom = 184;

/// A tick of an axis: where (0 to 1) and what it says.
using Tick = std::pair<double, std::string>;
/// A point of the line, both from 0 to 1, and what it says when pointed at.
struct Point {
  double x;
  double y;
  std::string hint;
};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

double x_of(double part) { return kLeft + part * (kRight - kLeft); }
double y_of(double part) { return kBottom - part * (kBottom - kTop); }

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" +
         escape_html(text) + "</text>";
}

std::string line(double x1, double y1, double x2, double y2) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" +
         number(y2) + "\"/>";
}

std::string draw(std::string_view title, const std::vector<Tick>& across, const std::vector<Tick>& up,
                 const std::vector<Point>& points) {
  std::string svg = "<figure><figcaption>" + escape_html(title) + "</figcaption>\n<svg viewBox=\"0 0 " +
                    number(kWidth) + ' ' + number(kHeight) + "\" role=\"img\" aria-label=\"" +
                    escape_html(title) + "\">\n";
  for (const auto& [at, text] : up) {
    svg += line(kLeft, y_of(at), kRight, y_of(at)) + text_at(kLeft - 6, y_of(at) + 4, "end", text);
  }
  for (const auto& [at, text] : across) {
    svg += line(x_of(at), kBottom, x_of(at), kBottom + 4) +
           text_at(x_of(at), kBottom + 17, at > 0.97 ? "end" : "middle", text);
  }
  std::string path;
  for (const Point& point : points) {
    path += (path.empty() ? "M" : "L") + number(x_of(point.x)) + ' ' + number(y_of(point.y));
  }
  const std::string area = path + 'L' + number(x_of(points.back().x)) + ' ' + number(kBottom) + 'L' +
                           number(x_of(points.front().x)) + ' ' + number(kBottom) + 'Z';
  svg += "\n<path class=\"area\" d=\"" + area + "\"/><path class=\"line\" d=\"" + path + "\"/>\n";
  for (const Point& point : points) {
    svg += "<circle cx=\"" + number(x_of(point.x)) + "\" cy=\"" + number(y_of(point.y)) +
           "\" r=\"5\"><title>" + escape_html(point.hint) + "</title></circle>";
  }
  return svg + "\n</svg></figure>\n";
}

/// Ticks from 0 to `top` in four or five steps.
template <class Format>
std::vector<Tick> linear_ticks(double top, double step, Format&& format) {
  std::vector<Tick> ticks;
  for (int i = 0; i * step <= top * 1.0001; ++i) ticks.emplace_back(i * step / top, format(i * step));
  return ticks;
}

std::string percentile_name(int nines) {
  switch (nines) {
    case 1: return "p90";
    case 2: return "p99";
    default: return "p99." + std::string(static_cast<std::size_t>(nines) - 2, '9');
  }
}

}  // namespace

double round_up(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (value <= factor * power * 1.0000001) return factor * power;
  }
  return 10 * power;
}

std::string short_count(double value) {
  char text[32];
  if (value < 1000) {
    std::snprintf(text, sizeof text, "%.3g", value);
  } else if (value < 1e6) {
    std::snprintf(text, sizeof text, "%.3gk", value / 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.3gM", value / 1e6);
  }
  return text;
}

std::string time_chart(const TimeSeries& series) {
  if (series.points.size() < 2) return {};
  double highest = 0;
  for (const auto& [at, value] : series.points) highest = std::max(highest, value);
  if (highest <= 0) highest = 1;
  const double step = round_up(highest / 5);
  const double top = std::ceil(highest / step * 0.9999) * step;
  const double end = series.points.back().first;
  const auto seconds = [](double at) { return short_count(at) + " s"; };
  std::vector<Point> points;
  for (const auto& [at, value] : series.points) {
    points.push_back({at / end, value / top, seconds(at) + ": " + series.format(value)});
  }
  return draw(series.title, linear_ticks(end, round_up(end / 5), seconds),
              linear_ticks(top, step, series.format), points);
}

std::string percentile_chart(std::string_view title, const Histogram& histogram) {
  if (histogram.count() == 0) return {};
  const auto total = static_cast<double>(histogram.count());
  // One more sample than there is, so that the last one has a place.
  const auto place = [&](double seen) { return std::log10((total + 1) / (total + 1 - seen)); };
  const double across = place(total);
  std::vector<std::pair<double, std::uint64_t>> steps;
  double seen = 0;
  histogram.for_each([&](std::uint64_t upper_bound, std::uint64_t count) {
    if (steps.empty()) steps.emplace_back(0, upper_bound);
    seen += static_cast<double>(count);
    steps.emplace_back(place(seen), upper_bound);
  });
  const auto log_of = [](std::uint64_t ns) {
    return std::log10(static_cast<double>(std::max<std::uint64_t>(ns, 1)));
  };
  const double low = std::floor(log_of(steps.front().second));
  const double high = std::max(std::ceil(log_of(steps.back().second)), low + 1);
  std::vector<Tick> up;
  for (int power = static_cast<int>(low); power <= static_cast<int>(high); ++power) {
    const auto ns = static_cast<std::uint64_t>(std::llround(std::pow(10, power)));
    std::string name = short_duration(ns);
    if (const std::size_t zeros = name.find(".00"); zeros != std::string::npos) name.erase(zeros, 3);
    if (const std::size_t zeros = name.find(".0 "); zeros != std::string::npos) name.erase(zeros, 2);
    up.emplace_back((power - low) / (high - low), std::move(name));
  }
  const double median = std::log10(2) / across;
  std::vector<Tick> ticks;
  if (median > 0.1) ticks.emplace_back(0, "min");  // else they would be written over each other
  if (median < 0.7) ticks.emplace_back(median, "p50");
  for (int nines = 1; nines <= across && nines < 6; ++nines) {
    ticks.emplace_back(nines / across, percentile_name(nines));
  }
  if (across < 1) ticks.emplace_back(1, "max");
  std::vector<Point> points;
  for (const auto& [at, ns] : steps) {
    // What is too near to the point before to be seen, but for the very last.
    constexpr double kNear = 0.005;
    if (!points.empty() && at / across - points.back().x < kNear && at < across) continue;
    char percentile[32];
    std::snprintf(percentile, sizeof percentile, "p%.6g", 100 * (1 - std::pow(10, -at)));
    points.push_back({at / across, (log_of(ns) - low) / (high - low),
                      std::string(percentile) + ": " + short_duration(ns)});
  }
  return draw(title, ticks, up, points);
}

}  // namespace cinnabar::load
