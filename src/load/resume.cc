// SPDX-License-Identifier: Apache-2.0
#include "load/resume.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "load/stream_reader.h"

namespace cinnabar::load {
namespace {

// Long enough for the hub to see the close and sleep again, so that its CPU time is settled.
constexpr std::chrono::milliseconds kRest{5};
constexpr int kTimeoutMs = 5000;

Result<std::string> resume_once(const Options& options, SSL_CTX* context, const std::string& request) {
  auto wire = Wire::open_and_wait(options.address, context);
  if (!wire) return wire.error();
  if (wire->write(request) != static_cast<long>(request.size())) {
    return Error{ErrorCode::kUnavailable, "the request could not be sent"};
  }
  StreamReader reader;
  std::uint64_t events = 0;
  std::array<char, 65536> buffer;
  while (!reader.head_complete() || events < options.expect) {
    const long count = wire->read(buffer.data(), buffer.size());
    if (count == Wire::kClosed) return Error{ErrorCode::kUnavailable, "the hub closed the connection"};
    if (count == Wire::kWouldBlock) {
      if (!wire->wait_for(POLLIN, kTimeoutMs)) {
        return Error{ErrorCode::kTimeout,
                     "only " + std::to_string(events) + " events of a resume came within 5 s"};
      }
      continue;
    }
    if (!reader.feed({buffer.data(), static_cast<std::size_t>(count)}, [&](std::string_view) { ++events; })) {
      return Error{ErrorCode::kInvalid, "the answer is not an HTTP/1.1 response"};
    }
    if (reader.head_complete() && reader.status() != 200) {
      return Error{ErrorCode::kInvalid, "a resume was answered " + std::to_string(reader.status())};
    }
  }
  if (events > options.expect) {
    return Error{ErrorCode::kInvalid, "a resume brought " + std::to_string(events) + " events, not " +
                                          std::to_string(options.expect)};
  }
  return reader.resumed_after();
}

}  // namespace

Result<ResumeCost> measure_resumes(const Options& options, SSL_CTX* context, const ProcessMeter& hub) {
  std::string request = "GET " + options.address.target(options.legacy ? "topic=*" : "match=*") +
                        " HTTP/1.1\r\nHost: " + options.address.authority +
                        "\r\nAccept: text/event-stream\r\n";
  if (!options.subscriber_token.empty()) {
    request += "Authorization: Bearer " + options.subscriber_token + "\r\n";
  }
  if (!options.last_event_id.empty()) request += "Last-Event-ID: " + options.last_event_id + "\r\n";
  request += "\r\n";

  ResumeCost cost;
  std::vector<std::uint64_t> samples;
  for (std::uint32_t i = 0; i < options.resumes; ++i) {
    const std::uint64_t before = hub.cpu_ns();
    auto outcome = resume_once(options, context, request);
    if (!outcome) return outcome.error();
    cost.resumed_after = *outcome;
    std::this_thread::sleep_for(kRest);
    samples.push_back(hub.cpu_ns() - before);
  }
  if (samples.empty()) return cost;
  std::sort(samples.begin(), samples.end());
  cost.resumes = samples.size();
  cost.median_ns = samples[samples.size() / 2];
  cost.p99_ns = samples[samples.size() * 99 / 100];
  cost.mean_ns = std::accumulate(samples.begin(), samples.end(), std::uint64_t{0}) / samples.size();
  return cost;
}

}  // namespace cinnabar::load
