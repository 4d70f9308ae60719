// SPDX-License-Identifier: Apache-2.0
#include "protocol/grants.h"

#include <algorithm>

namespace cinnabar {
namespace {

/// AD-14: some detail that lists the action has a matcher for the topic.
bool is_granted(const std::vector<GrantDetail>& details, bool GrantDetail::*action, Topic& topic) {
  return std::any_of(details.begin(), details.end(), [&](const GrantDetail& detail) {
    return detail.*action && std::any_of(detail.matchers.begin(), detail.matchers.end(),
                                         [&](const Matcher& matcher) { return matcher.matches(topic); });
  });
}

}  // namespace

bool Grants::may_publish(Topics& topics) const {
  return std::all_of(topics.begin(), topics.end(),
                     [&](Topic& topic) { return is_granted(details_, &GrantDetail::publish, topic); });
}

bool Grants::may_receive(Topics& topics) const {
  return std::any_of(topics.begin(), topics.end(),
                     [&](Topic& topic) { return is_granted(details_, &GrantDetail::subscribe, topic); });
}

}  // namespace cinnabar
