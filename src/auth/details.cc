// SPDX-License-Identifier: Apache-2.0
#include "auth/details.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <utility>

#include "auth/topic_matcher.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

bool exceeds(std::size_t size, std::size_t limit) { return limit != 0 && size > limit; }

/// AD-3, AD-4.
Result<void> read_actions(const json::object& detail, const std::string& where, GrantDetail& grant) {
  const json::value* actions = detail.if_contains("actions");
  if (!actions || !actions->is_array() || actions->get_array().empty()) {
    return invalid_claim(where + ".actions", "must be a non-empty array of strings");
  }
  for (const json::value& action : actions->get_array()) {
    if (!action.is_string()) return invalid_claim(where + ".actions", "holds something else than strings");
    if (action.get_string() == "publish") grant.publish = true;
    if (action.get_string() == "subscribe") grant.subscribe = true;
  }
  return {};
}

Result<GrantDetail> read_detail(const json::object& detail, const std::string& where,
                                const ProtocolLimits& limits, const HubUrl& hub,
                                std::size_t& matchers_so_far) {
  GrantDetail grant;
  if (Result<void> read = read_actions(detail, where, grant); !read) return read.error();

  const json::value* topics = detail.if_contains("topics");
  if (!topics || !topics->is_array() || topics->get_array().empty()) {
    return invalid_claim(where + ".topics", "must be a non-empty array of topic matchers");
  }
  const json::array& list = topics->get_array();
  matchers_so_far += list.size();
  if (exceeds(matchers_so_far, limits.matchers_per_token)) {
    return invalid_claim(where + ".topics", "brings the token's topic matchers to more than " +
                                                std::to_string(limits.matchers_per_token));
  }
  grant.matchers.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    Result<Matcher> matcher = read_topic_matcher(list[i], claim_at(where + ".topics", i), limits, hub);
    if (!matcher) return matcher.error();
    grant.matchers.push_back(std::move(*matcher));
  }

  if (const json::value* payload = detail.if_contains("payload")) {
    if (!payload->is_object())
      return invalid_claim(where + ".payload", "must be a JSON object");  // AD-10, D5
    grant.payload = json::serialize(payload->get_object());
  }
  return grant;
}

}  // namespace

Result<std::vector<GrantDetail>> parse_authorization_details(const json::object& claims,
                                                             const ProtocolLimits& limits,
                                                             const HubUrl& hub) {
  constexpr std::string_view kClaim = kAuthorizationDetailsClaim;
  std::vector<GrantDetail> grants;
  const json::value* claim = claims.if_contains(kClaim);
  if (!claim) return grants;
  if (!claim->is_array()) return invalid_claim(std::string(kClaim), "must be an array of objects");

  std::size_t matchers = 0;
  const json::array& details = claim->get_array();
  for (std::size_t i = 0; i < details.size(); ++i) {
    if (!details[i].is_object()) return invalid_claim(claim_at(kClaim, i), "must be an object");
    const json::object& detail = details[i].get_object();
    const json::value* type = detail.if_contains("type");
    if (!type) continue;  // AD-1
    if (!type->is_string()) return invalid_claim(claim_at(kClaim, i) + ".type", "must be a string");
    if (type->get_string() != kMercureDetailType) continue;  // AD-2
    if (exceeds(grants.size() + 1, limits.details_per_token)) {
      return invalid_claim(
          std::string(kClaim),
          "holds more than " + std::to_string(limits.details_per_token) + " Mercure details");
    }
    Result<GrantDetail> grant = read_detail(detail, claim_at(kClaim, i), limits, hub, matchers);
    if (!grant) return grant.error();
    grants.push_back(std::move(*grant));
  }
  return grants;
}

}  // namespace cinnabar
