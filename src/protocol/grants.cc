// SPDX-License-Identifier: Apache-2.0
#include "protocol/grants.h"

#include <algorithm>

namespace cinnabar {
namespace {

/// AD-14: the first detail that lists the action and has a matcher for the topic; nullptr: none.
const GrantDetail* granting(const std::vector<GrantDetail>& details, bool GrantDetail::*action,
                            Topic& topic) {
  const auto at = std::find_if(details.begin(), details.end(), [&](const GrantDetail& detail) {
    return detail.*action && std::any_of(detail.matchers.begin(), detail.matchers.end(),
                                         [&](const Matcher& matcher) { return matcher.matches(topic); });
  });
  return at == details.end() ? nullptr : &*at;
}

}  // namespace

bool Grants::may_publish(Topics& topics, bool is_private) const {
  if (token_wide_.publishes_public && !is_private) return true;
  return std::all_of(topics.begin(), topics.end(),
                     [&](Topic& topic) { return granting(details_, &GrantDetail::publish, topic); });
}

bool Grants::may_receive(Topics& topics) const {
  return std::any_of(topics.begin(), topics.end(),
                     [&](Topic& topic) { return granting(details_, &GrantDetail::subscribe, topic); });
}

const std::string& Grants::payload_for(Topic& pattern) const {
  const GrantDetail* detail = granting(details_, &GrantDetail::subscribe, pattern);
  return detail && !detail->payload.empty() ? detail->payload : default_payload();
}

}  // namespace cinnabar
