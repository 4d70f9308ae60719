// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "load/options.h"
#include "load/outcome.h"
#include "load/resume.h"

namespace cinnabar::load {

/// One JSON object in one line. docs/benchmarking.md lists its members.
std::string json_report(const Options& options, const Outcome& outcome);

/// That of a run with `resumes`.
std::string json_report(const Result<ResumeCost>& cost);

}  // namespace cinnabar::load
