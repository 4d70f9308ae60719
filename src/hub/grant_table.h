// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "protocol/event.h"
#include "protocol/grants.h"
#include "protocol/topic.h"

namespace cinnabar {

/// What a group of subscribers may read. Interned by a GrantTable, so that an event is judged once
/// for all subscribers with the same rights. Threads: one loop.
class GrantSet {
 public:
  explicit GrantSet(GrantsPtr grants) : grants_(std::move(grants)) {}

  /// AUTHZ-3, for the event at `position`, whose topics are `topics`; remembers the answer for the one
  /// last asked about.
  bool may_receive(Position position, Topics& topics) {
    if (position != judged_) {
      judged_ = position;
      allowed_ = grants_->may_receive(topics);
    }
    return allowed_;
  }
  /// AUTHZ-3 again, for other threads. One holder's grants stand for everybody's, so nothing else may be
  /// asked of them: payloads and rights to publish are each token's own.
  const GrantsPtr& grants() const { return grants_; }

 private:
  friend class GrantTable;
  GrantsPtr grants_;
  Position judged_ = 0;
  bool allowed_ = false;
  std::size_t users_ = 0;
};

/// The distinct rights among a shard's subscribers. Threads: one loop.
class GrantTable {
 public:
  /// The set that equals `grants`, now used once more. nullptr when it grants no `subscribe` at all
  /// (or is itself null): such a subscriber reads public updates only (AUTHZ-5).
  GrantSet* acquire(const GrantsPtr& grants);
  void release(GrantSet* set);

  std::size_t size() const { return sets_.size(); }

 private:
  boost::unordered_flat_map<std::string, std::unique_ptr<GrantSet>> sets_;
};

}  // namespace cinnabar
