// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocol/matcher.h"
#include "protocol/topic.h"

namespace cinnabar {

/// One Mercure detail of a token's authorization_details (AD-3 to AD-10).
struct GrantDetail {
  bool publish = false;
  bool subscribe = false;
  std::vector<Matcher> matchers;
  std::string payload;  ///< a JSON object as text; empty: none
};

/// What a token allows. Immutable and shared by all threads.
class Grants {
 public:
  Grants() = default;
  explicit Grants(std::vector<GrantDetail> details) : details_(std::move(details)) {}

  /// AUTHZ-1: every topic is granted `publish`, each by any detail.
  bool may_publish(Topics& topics) const;
  /// AUTHZ-3: at least one topic is granted `subscribe`.
  bool may_receive(Topics& topics) const;

  const std::vector<GrantDetail>& details() const { return details_; }

 private:
  std::vector<GrantDetail> details_;
};

using GrantsPtr = std::shared_ptr<const Grants>;

}  // namespace cinnabar
