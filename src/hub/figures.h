// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/metrics.h"

namespace cinnabar {

/// Why a stream ended.
enum class StreamEnd : std::uint8_t {
  kClientGone,         ///< the client closed it, or cannot be reached
  kNeverOpened,        ///< the client was gone before its stream was open
  kPlanned,            ///< its time was over: write_timeout, the token's end, or the hub is stopping
  kSlow,               ///< it did not read for dispatch_timeout
  kDenied,             ///< an operator ended it
  kBehindHistory,      ///< what it was due is no longer retained
  kBehindPresence,     ///< the same, of events on subscriptions
  kHistoryUnreadable,  ///< what it was due could not be read
};
inline constexpr std::size_t kStreamEnds = 8;

/// For the log.
constexpr std::string_view text_of(StreamEnd end) {
  constexpr std::array<std::string_view, kStreamEnds> kTexts = {
      "client gone",
      "client gone before the stream opened",
      "planned",
      "does not read",
      "denied",
      "fell behind retained history",
      "fell behind retained events on subscriptions",
      "history cannot be read"};
  return kTexts[static_cast<std::size_t>(end)];
}

/// For metrics.
constexpr std::string_view label_of(StreamEnd end) {
  constexpr std::array<std::string_view, kStreamEnds> kLabels = {
      "client_gone", "never_opened",   "planned",         "slow",
      "denied",      "behind_history", "behind_presence", "history_unreadable"};
  return kLabels[static_cast<std::size_t>(end)];
}

/// What a shard counts. It alone writes, on its loop; any thread reads.
struct ShardFigures {
  Tally streams;        ///< opened
  Tally resumed;        ///< of those, with a cursor that history holds, or from its beginning
  Tally events;         ///< sent, one for each subscriber that got it
  Tally caught_up;      ///< of those, out of the ring or the journal, to who was behind
  Tally bytes;          ///< sent, of event streams' bodies
  Tally journal_reads;  ///< for those who were behind the ring
  Tally ring_events;    ///< held now
  Tally ring_bytes;     ///< held now
  std::array<Tally, kStreamEnds> ends;
  Histogram dispatch_lag{scales::kLatency};  ///< from the commit to the shard, of a turn's oldest event
};

}  // namespace cinnabar
