// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared_bytes.h"
#include "protocol/update.h"

namespace cinnabar {

/// A place in the one order of a hub's events: 1, 2, 3, … without holes. 0 is before the first.
using Position = std::uint64_t;

/// What routing and authorization look at, borrowed from an Event or a stored record.
struct RoutingView {
  std::span<const std::string_view> topics;
  bool is_private;
};

/// Says whether a reader wants an event. Must be safe to call on any thread.
using EventFilter = std::function<bool(const RoutingView&)>;

/// An update that has its place in the journal: its routing facts and its SSE bytes,
/// encoded once for all subscribers. Immutable and shared by all threads.
class Event {
 public:
  /// Encodes `update` at `position`, committed at `time_ms` (Unix milliseconds).
  static std::shared_ptr<const Event> make(const Update& update, Position position, std::int64_t time_ms);
  /// The same without a place, for who learns it only under a lock, and calls place() then.
  static std::shared_ptr<Event> make(const Update& update);
  /// REQUIRES: nobody else has the event yet.
  void place(Position position, std::int64_t time_ms) {
    position_ = position;
    time_ms_ = time_ms;
  }

  /// The same, from parts that a record on disk lends.
  struct Parts {
    std::span<const std::string_view> topics;
    std::string_view data, id, type, retry;
    bool is_private;
    UpdateKind kind = UpdateKind::kPublished;
  };
  static std::shared_ptr<const Event> make(const Parts& parts, Position position, std::int64_t time_ms);

  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  Position position() const { return position_; }
  std::int64_t time_ms() const { return time_ms_; }
  std::string_view id() const { return id_; }
  RoutingView routing() const { return {topics_, is_private_}; }
  std::span<const std::string_view> topics() const { return topics_; }
  bool is_private() const { return is_private_; }
  UpdateKind kind() const { return kind_; }
  const SharedBytes& bytes() const { return bytes_; }
  /// About how much memory it holds, in bytes.
  std::size_t footprint() const;

 private:
  Event() = default;
  static std::shared_ptr<Event> make(const Parts& parts);

  Position position_ = 0;
  std::int64_t time_ms_ = 0;
  std::string text_;  // what id_ and topics_ point into
  std::string_view id_;
  std::vector<std::string_view> topics_;
  bool is_private_ = false;
  UpdateKind kind_ = UpdateKind::kPublished;
  SharedBytes bytes_;
};

using EventPtr = std::shared_ptr<const Event>;

}  // namespace cinnabar
