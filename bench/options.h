// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "bench/wire.h"

namespace cinnabar::bench {

/// What topics begin with, percent-encoded for a form.
inline constexpr std::string_view kTopicBase = "https%3A%2F%2Fbench.example%2Ft%2F";

/// How subscribers choose their topics, and publishers with them.
enum class TopicMode {
  kOne,   ///< all of them the same
  kStar,  ///< subscribers match "*", publishers use one topic
  kEach,  ///< subscriber i has topic i mod topic_count; a publisher goes round all of them
};

/// What one run of cinnabar_loadgen does. Durations in seconds.
struct Options {
  Endpoint endpoint;
  std::string path = "/.well-known/mercure";
  std::string token;
  bool tls = false;
  pid_t pid = 0;

  std::uint32_t subscribers = 0;
  std::uint32_t stalled = 0;  ///< of the subscribers: they read the head and then nothing
  /// Published, in bytes, to a topic of the stalled alone, before the load: what the kernel buffers
  /// for them (4 MB and more each) must be full before they can hold up anything.
  std::uint64_t fill = 0;
  std::uint32_t ramp = 256;   ///< at most so many connect at the same time
  std::uint32_t threads = 1;  ///< that read
  int receive_buffer = 0;     ///< SO_RCVBUF of those that read; 0: the kernel's choice
  double hold = 0;            ///< idle time after the ramp, before RSS is read
  std::string last_event_id;  ///< of every subscriber; empty: live only
  TopicMode topics = TopicMode::kOne;
  std::uint32_t topic_count = 1;
  /// Subscribers match "<their topic>/*" by match_urlpattern instead of their topic itself: for
  /// measuring them, as publishers go on publishing to the topics themselves.
  bool patterns = false;

  std::uint32_t publishers = 0;
  bool publishes_fill = false;  ///< to the topic of the stalled; no flag of its own
  double rate = 0;              ///< updates per second of all publishers together; 0: full speed
  bool fresh = false;           ///< every update to a topic never seen before, which nobody reads
  std::uint64_t events = 0;     ///< updates to publish, all publishers together; 0: by duration
  double duration = 0;
  std::size_t size = 200;    ///< of `data`, in bytes
  std::uint32_t warmup = 0;  ///< the first updates of each publisher count in no latency

  std::uint64_t expect = 0;  ///< events per subscriber that others publish, or that are history
  double timeout = 60;       ///< for all to arrive
  std::uint32_t resumes = 0;
};

/// Errors: kInvalid, in a sentence for the terminal.
Result<Options> parse_options(int argc, char** argv);

const char* usage();

}  // namespace cinnabar::bench
