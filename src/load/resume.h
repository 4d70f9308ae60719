// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "load/options.h"
#include "load/process.h"

namespace cinnabar::load {

/// What one resume cost the hub, from accept to close, in CPU time.
struct ResumeCost {
  std::uint64_t resumes = 0;
  std::uint64_t median_ns = 0;
  std::uint64_t mean_ns = 0;
  std::uint64_t p99_ns = 0;
  std::string resumed_after;  ///< Mercure-Last-Event-ID of the last response
};

/// Resumes options.resumes times, one after the other: a new connection, the request with
/// options.last_event_id (or none), read until options.expect events have come, close, and let
/// the hub come to rest. With neither id nor events this is the price of a connection alone.
/// Errors: kTimeout, kUnavailable, kInvalid (another status; too many or too few events).
Result<ResumeCost> measure_resumes(const Options& options, SSL_CTX* context, const ProcessMeter& hub);

}  // namespace cinnabar::load
