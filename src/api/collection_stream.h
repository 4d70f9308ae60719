// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/shared_bytes.h"
#include "http/exchange.h"
#include "protocol/event.h"

namespace cinnabar {

/// Writes a JSON document with an array of subscriptions as fast as the client takes it, piece by piece, so
/// that a collection of any size takes no more memory than a pointer for each.
///
/// Lifetime: its own; it ends with the stream. Threads: the stream's loop.
class CollectionStream final : public http::StreamObserver {
 public:
  /// `before` and `after` are what stands around the members. `without_context`: see COMPAT-33.
  static void begin(http::Exchange& exchange, http::Response head, std::string before,
                    std::vector<EventPtr> members, std::string after, bool without_context);

  void on_writable() override;
  void on_closed() override;

 private:
  CollectionStream(std::string before, std::vector<EventPtr> members, std::string after, bool without_context)
      : members_(std::move(members)),
        pending_(std::move(before)),
        after_(std::move(after)),
        without_context_(without_context) {}

  bool fill();

  http::EventStream* stream_ = nullptr;
  std::vector<EventPtr> members_;
  std::string pending_;  // not yet written
  const std::string after_;
  std::string scratch_;
  std::size_t next_ = 0;
  const bool without_context_;
  bool ended_ = false;
};

}  // namespace cinnabar
