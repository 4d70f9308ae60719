// SPDX-License-Identifier: Apache-2.0
#include "app/admin/metrics_format.h"

#include <algorithm>
#include <string>

namespace cinnabar {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes the text before the next `separator` away.
std::string_view next(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return trimmed(part);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// In thousandths; what is no weight is 1.
unsigned weight_of(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 1000;
  unsigned weight = text[0] == '1' ? 1000 : 0;
  if (text.size() > 1 && text[1] != '.') return 1000;
  unsigned place = 100;
  for (std::size_t i = 2; i < text.size() && place != 0; ++i, place /= 10) {
    if (text[i] < '0' || text[i] > '9') return 1000;
    weight += place * static_cast<unsigned>(text[i] - '0');
  }
  return std::min(weight, 1000U);
}

}  // namespace

MetricsFormat preferred_format(std::string_view accept) {
  unsigned open_metrics = 0;
  unsigned plain = 0;
  while (!accept.empty()) {
    std::string_view entry = next(accept, ',');
    const std::string type = lower(next(entry, ';'));
    unsigned weight = 1000;
    while (!entry.empty()) {
      const std::string parameter = lower(next(entry, ';'));
      if (parameter.starts_with("q=")) weight = weight_of(std::string_view(parameter).substr(2));
    }
    if (type == "application/openmetrics-text") open_metrics = std::max(open_metrics, weight);
    if (type == "text/plain") plain = std::max(plain, weight);
  }
  return open_metrics != 0 && open_metrics >= plain ? MetricsFormat::kOpenMetrics
                                                    : MetricsFormat::kPrometheus;
}

std::string_view content_type_of(MetricsFormat format) {
  return format == MetricsFormat::kOpenMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                               : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace cinnabar
