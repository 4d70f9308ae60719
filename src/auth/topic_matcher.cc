// SPDX-License-Identifier: Apache-2.0
#include "auth/topic_matcher.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "auth/quote.h"
#include "protocol/text.h"

namespace cinnabar {

namespace json = boost::json;

Error invalid_claim(const std::string& where, std::string_view what) {
  return {ErrorCode::kInvalid, where + " " + std::string(what)};
}

std::string claim_at(std::string_view array, std::size_t index) {
  return std::string(array) + "[" + std::to_string(index) + "]";
}

Result<void> check_pattern(std::string_view pattern, const std::string& where, const ProtocolLimits& limits) {
  if (limits.token_pattern_bytes != 0 && pattern.size() > limits.token_pattern_bytes) {
    return invalid_claim(where, "is longer than " + std::to_string(limits.token_pattern_bytes) + " bytes");
  }
  if (!is_protocol_string(pattern)) {
    return invalid_claim(where, "must not hold control or Unicode format characters");
  }
  return {};
}

Result<Matcher> read_topic_matcher(const json::value& topic, const std::string& where,
                                   const ProtocolLimits& limits, const HubUrl& hub) {
  if (!topic.is_object()) return invalid_claim(where, "must be an object with `match`");
  const json::value* match = topic.get_object().if_contains("match");
  if (!match || !match->is_string()) return invalid_claim(where, "must have a string `match`");
  MatcherType type = MatcherType::kExact;
  if (const json::value* given = topic.get_object().if_contains("match_type")) {
    if (!given->is_string()) return invalid_claim(where + ".match_type", "must be a string");
    const auto known = matcher_type(given->get_string());
    if (!known) {
      return invalid_claim(where + ".match_type",
                           "is " + quoted(given->get_string()) +
                               ", which is not supported; it must be \"exact\", \"urlpattern\" or absent");
    }
    type = *known;
  }
  std::string pattern(match->get_string());
  if (pattern.empty()) return invalid_claim(where + ".match", "must not be empty");
  if (Result<void> checked = check_pattern(pattern, where + ".match", limits); !checked)
    return checked.error();
  Result<Matcher> matcher = Matcher::make(type, std::move(pattern), hub);
  if (!matcher)
    return invalid_claim(where + ".match",
                         "is no valid " + std::string(name_of(type)) + ": " + matcher.error().detail);
  return matcher;
}

}  // namespace cinnabar
