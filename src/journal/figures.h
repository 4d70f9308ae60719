// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/metrics.h"

namespace cinnabar {

/// What a journal counts about its commits. Threads: any.
struct JournalFigures {
  Histogram commit_duration{scales::kLatency};  ///< of each batch that was stored: the write and its sync
  Histogram batch_events{scales::kCount};       ///< how many events it had
  Counter failures;                             ///< batches and probes that could not be stored
};

}  // namespace cinnabar
