// SPDX-License-Identifier: Apache-2.0
#include "auth/details.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <utility>

#include "auth/quote.h"
#include "protocol/text.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

Error invalid(const std::string& where, std::string_view what) {
  return {ErrorCode::kInvalid, where + " " + std::string(what)};
}

std::string at(std::string_view array, std::size_t index) {
  return std::string(array) + "[" + std::to_string(index) + "]";
}

bool exceeds(std::size_t size, std::size_t limit) { return limit != 0 && size > limit; }

/// AD-3, AD-4.
Result<void> read_actions(const json::object& detail, const std::string& where, GrantDetail& grant) {
  const json::value* actions = detail.if_contains("actions");
  if (!actions || !actions->is_array() || actions->get_array().empty()) {
    return invalid(where + ".actions", "must be a non-empty array of strings");
  }
  for (const json::value& action : actions->get_array()) {
    if (!action.is_string()) return invalid(where + ".actions", "holds something else than strings");
    if (action.get_string() == "publish") grant.publish = true;
    if (action.get_string() == "subscribe") grant.subscribe = true;
  }
  return {};
}

/// AD-6 to AD-9, MATCH-2, D3.
Result<Matcher> read_matcher(const json::value& topic, const std::string& where, const ProtocolLimits& limits,
                             const HubUrl& hub) {
  if (!topic.is_object()) return invalid(where, "must be an object with `match`");
  const json::value* match = topic.get_object().if_contains("match");
  if (!match || !match->is_string()) return invalid(where, "must have a string `match`");
  MatcherType type = MatcherType::kExact;
  if (const json::value* given = topic.get_object().if_contains("match_type")) {
    if (!given->is_string()) return invalid(where + ".match_type", "must be a string");
    const auto known = matcher_type(given->get_string());
    if (!known) {
      return invalid(where + ".match_type",
                     "is " + quoted(given->get_string()) +
                         ", which is not supported; it must be \"exact\", \"urlpattern\" or absent");
    }
    type = *known;
  }
  std::string pattern(match->get_string());
  if (pattern.empty()) return invalid(where + ".match", "must not be empty");
  if (exceeds(pattern.size(), limits.token_pattern_bytes)) {
    return invalid(where + ".match",
                   "is longer than " + std::to_string(limits.token_pattern_bytes) + " bytes");
  }
  if (!is_protocol_string(pattern)) {
    return invalid(where + ".match", "must not hold control or Unicode format characters");
  }
  Result<Matcher> matcher = Matcher::make(type, std::move(pattern), hub);
  if (!matcher)
    return invalid(where + ".match",
                   "is no valid " + std::string(name_of(type)) + ": " + matcher.error().detail);
  return matcher;
}

Result<GrantDetail> read_detail(const json::object& detail, const std::string& where,
                                const ProtocolLimits& limits, const HubUrl& hub,
                                std::size_t& matchers_so_far) {
  GrantDetail grant;
  if (Result<void> read = read_actions(detail, where, grant); !read) return read.error();

  const json::value* topics = detail.if_contains("topics");
  if (!topics || !topics->is_array() || topics->get_array().empty()) {
    return invalid(where + ".topics", "must be a non-empty array of topic matchers");
  }
  const json::array& list = topics->get_array();
  matchers_so_far += list.size();
  if (exceeds(matchers_so_far, limits.matchers_per_token)) {
    return invalid(where + ".topics", "brings the token's topic matchers to more than " +
                                          std::to_string(limits.matchers_per_token));
  }
  grant.matchers.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    Result<Matcher> matcher = read_matcher(list[i], at(where + ".topics", i), limits, hub);
    if (!matcher) return matcher.error();
    grant.matchers.push_back(std::move(*matcher));
  }

  if (const json::value* payload = detail.if_contains("payload")) {
    if (!payload->is_object()) return invalid(where + ".payload", "must be a JSON object");  // AD-10, D5
    grant.payload = json::serialize(payload->get_object());
  }
  return grant;
}

}  // namespace

Result<std::vector<GrantDetail>> parse_authorization_details(const json::object& claims,
                                                             const ProtocolLimits& limits,
                                                             const HubUrl& hub) {
  constexpr std::string_view kClaim = "authorization_details";
  std::vector<GrantDetail> grants;
  const json::value* claim = claims.if_contains(kClaim);
  if (!claim) return grants;
  if (!claim->is_array()) return invalid(std::string(kClaim), "must be an array of objects");

  std::size_t matchers = 0;
  const json::array& details = claim->get_array();
  for (std::size_t i = 0; i < details.size(); ++i) {
    if (!details[i].is_object()) return invalid(at(kClaim, i), "must be an object");
    const json::object& detail = details[i].get_object();
    const json::value* type = detail.if_contains("type");
    if (!type) continue;  // AD-1
    if (!type->is_string()) return invalid(at(kClaim, i) + ".type", "must be a string");
    if (type->get_string() != kMercureDetailType) continue;  // AD-2
    if (exceeds(grants.size() + 1, limits.details_per_token)) {
      return invalid(std::string(kClaim),
                     "holds more than " + std::to_string(limits.details_per_token) + " Mercure details");
    }
    Result<GrantDetail> grant = read_detail(detail, at(kClaim, i), limits, hub, matchers);
    if (!grant) return grant.error();
    grants.push_back(std::move(*grant));
  }
  return grants;
}

}  // namespace cinnabar
