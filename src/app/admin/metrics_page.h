// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/admin/process_figures.h"
#include "base/metrics_text.h"

namespace cinnabar {

namespace http {
class Server;
}
class Api;
class Hub;
class Journal;

/// Whose figures are reported.
struct MetricsSources {
  const Journal& journal;
  const Hub& hub;
  const Api& api;
  const http::Server& server;
};

/// All metrics as text: docs/operations.md says what each means. Any thread; never blocks for long.
std::string metrics_page(MetricsFormat format, const MetricsSources& sources, const ProcessFigures& process);

}  // namespace cinnabar
