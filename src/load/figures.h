// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "load/options.h"
#include "load/outcome.h"

namespace cinnabar::load {

/// One line of a report for people: "deliveries", "1,000,000", "98,765 per second".
struct Figure {
  std::string label;
  std::string value;
  std::string note;
};

/// What a run of this scenario is about, the most important first.
std::vector<Figure> figures(const Options& options, const Outcome& outcome);

/// Whether all is well, in one sentence.
struct Verdict {
  bool good = false;
  std::string sentence;
};
Verdict verdict(const Options& options, const Outcome& outcome);

/// The durations that the scenario is about, and what they are called.
struct Distribution {
  std::string title;
  const Histogram* histogram;
};
Distribution distribution(const Options& options, const Outcome& outcome);

/// "fanout over HTTP/2 with TLS".
std::string headline(const Options& options);

/// A table for a terminal.
std::string table_report(const Options& options, const Outcome& outcome);

}  // namespace cinnabar::load
