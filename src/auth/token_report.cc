// SPDX-License-Identifier: Apache-2.0
#include "auth/token_report.h"

#include "auth/quote.h"
#include "protocol/grants.h"

namespace cinnabar {
namespace {

std::string granted(const Grants& grants, bool GrantDetail::*action) {
  std::string text;
  for (const GrantDetail& detail : grants.details()) {
    if (!(detail.*action)) continue;
    for (const Matcher& matcher : detail.matchers) {
      text +=
          (text.empty() ? "" : ", ") + std::string(name_of(matcher.type())) + " " + quoted(matcher.pattern());
    }
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace

std::string describe_grants(const Grants& grants) {
  std::string text = "publish: " + granted(grants, &GrantDetail::publish) +
                     "; subscribe: " + granted(grants, &GrantDetail::subscribe);
  if (grants.publishes_public()) text += "; and publish anything that is not private (protocol version 7)";
  return text;
}

}  // namespace cinnabar
