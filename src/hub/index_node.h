// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/matcher.h"

namespace cinnabar {

class Subscriber;

/// A matcher that at least one subscriber of the shard holds, and who holds it.
struct IndexNode {
  struct Member {
    Subscriber* subscriber;
    std::uint32_t membership;  ///< index among the subscriber's memberships
  };
  explicit IndexNode(const Matcher& m) : matcher(m) {}
  Matcher matcher;
  std::vector<Member> members;
};

/// One subscription as its subscriber sees it: where it stands in the index.
struct Membership {
  IndexNode* node;
  std::uint32_t slot;  ///< index among the node's members
};

}  // namespace cinnabar
