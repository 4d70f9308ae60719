// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "load/address.h"
#include "load/wire.h"

namespace cinnabar::load {

/// What a run is for: it settles the defaults, how the run goes, and what its report shows.
enum class Scenario {
  kFanout,    ///< one topic, all subscribers get everything
  kTopics,    ///< each subscriber its own topic
  kPatterns,  ///< each subscriber its own URL pattern
  kPublish,   ///< publishers alone, at full speed
  kReplay,    ///< publishes, then subscribers read it all from history
  kConnect,   ///< opens and closes subscribers at full speed
  kIdle,      ///< opens subscribers and holds them
  kMixed,     ///< subscribers come, leave and return while publishers are at work
  kCustom,    ///< nothing but what the options say
};

/// How subscribers choose their topics, and publishers with them.
enum class TopicMode {
  kOne,   ///< all of them the same
  kStar,  ///< subscribers match "*", publishers use one topic
  kEach,  ///< subscriber i has topic i mod topic_count; a publisher goes round all of them
};

/// How subscribers match their topics.
enum class MatchMode {
  kExact,     ///< by the topic itself
  kPatterns,  ///< by a URL pattern of their own, and publishers use topics that it matches
  kBelow,     ///< by "<their topic>/*", while publishers use the topics themselves: nobody is to get anything
};

/// What one run does. Durations in seconds. Its members are in the order of the help, not of their sizes.
struct Options {  // NOLINT(clang-analyzer-optin.performance.Padding)
  Scenario scenario = Scenario::kCustom;
  HubAddress address;
  bool http2 = false;
  std::uint32_t streams_per_connection = 100;  ///< with http2
  TlsWishes tls;
  std::string token;             ///< of publishers
  std::string subscriber_token;  ///< empty: none
  bool legacy = false;           ///< protocol 0.x: `topic` instead of `match`
  pid_t pid = 0;                 ///< of the hub, to read its CPU and RSS; 0: none

  std::uint32_t subscribers = 0;
  std::uint32_t stalled = 0;  ///< of the subscribers: they read the head and then nothing
  /// Published, in bytes, to a topic of the stalled alone, before the load: what the kernel buffers
  /// for them (4 MB and more each) must be full before they can hold up anything.
  std::uint64_t fill = 0;
  std::uint32_t ramp = 256;   ///< at most so many connect at the same time
  double ramp_time = 0;       ///< over which subscribers come; 0: as fast as `ramp` lets them
  double churn = 0;           ///< subscribers that leave each second, to return and resume
  std::uint32_t threads = 1;  ///< that read
  int receive_buffer = 0;     ///< SO_RCVBUF of those that read; 0: the kernel's choice
  double hold = 0;            ///< idle time after the ramp, before RSS is read
  std::string last_event_id;  ///< of every subscriber; empty: live only
  std::string topic_base = "https%3A%2F%2Fbench.example%2Ft%2F";  ///< of topics, encoded for a form
  TopicMode topics = TopicMode::kOne;
  std::uint32_t topic_count = 1;
  MatchMode match = MatchMode::kExact;

  std::uint32_t publishers = 0;
  bool publishes_fill = false;  ///< to the topic of the stalled; no flag of its own
  bool private_updates = false;
  double rate = 0;           ///< updates per second of all publishers together; 0: full speed
  bool fresh = false;        ///< every update to a topic never seen before, which nobody reads
  std::uint64_t events = 0;  ///< updates to publish, all publishers together; 0: by duration
  double duration = 0;
  std::size_t size = 200;    ///< of `data`, in bytes
  std::uint32_t warmup = 0;  ///< the first updates of each publisher count in no latency

  std::uint64_t expect = 0;  ///< events per subscriber that others publish, or that are history
  double timeout = 60;       ///< for all to arrive
  std::uint32_t resumes = 0;
};

/// Settles what depends on other options, and finds what contradicts. Errors: kInvalid, a sentence.
Result<Options> checked(Options options);

/// The query by which subscriber `number` says what it wants.
std::string subscribe_query(const Options& options, std::uint32_t topic, bool stalls);

}  // namespace cinnabar::load
