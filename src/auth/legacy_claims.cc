// SPDX-License-Identifier: Apache-2.0
#include "auth/legacy_claims.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "auth/details.h"
#include "auth/topic_matcher.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

constexpr std::string_view kClaim = "mercure";
constexpr std::string_view kNamespacedClaim = "https://mercure.rocks/";

bool exceeds(std::size_t size, std::size_t limit) { return limit != 0 && size > limit; }

/// The payload of a claim or an entry, as JSON text; empty: none.
std::string payload_of(const json::object& object) {
  const json::value* payload = object.if_contains("payload");
  return payload && !payload->is_null() ? json::serialize(*payload) : std::string();
}

/// Reads one claim.
class Reader {
 public:
  Reader(std::string_view claim, const ProtocolLimits& limits, const HubUrl& hub)
      : claim_(claim), limits_(limits), hub_(hub) {}

  Result<Grants> read(const json::object& claim, Compatibility version) {
    GrantDetail publish{.publish = true, .matchers = {}, .payload = {}};
    const json::value* publish_array = claim.if_contains("publish");
    if (publish_array) {
      Result<void> read = read_entries(*publish_array, "publish", [&](Matcher matcher, std::string) {
        publish.matchers.push_back(std::move(matcher));
      });
      if (!read) return read.error();
    }
    GrantDetail subscribe{.subscribe = true, .matchers = {}, .payload = {}};
    std::vector<GrantDetail> details;
    if (const json::value* array = claim.if_contains("subscribe")) {
      // COMPAT-22: the first detail that matches tells the payload (ACT-8), so those that have one of their
      // own stand before all those that have the token's.
      Result<void> read = read_entries(*array, "subscribe", [&](Matcher matcher, std::string payload) {
        if (payload.empty()) {
          subscribe.matchers.push_back(std::move(matcher));
        } else {
          details.push_back(
              {.subscribe = true, .matchers = {std::move(matcher)}, .payload = std::move(payload)});
        }
      });
      if (!read) return read.error();
    }
    if (!publish.matchers.empty()) details.push_back(std::move(publish));
    if (!subscribe.matchers.empty()) details.push_back(std::move(subscribe));
    return Grants(std::move(details),
                  {.payload = payload_of(claim),
                   .publishes_public = publish_array && version == Compatibility::kVersion7});
  }

 private:
  /// Calls `add(Matcher, std::string payload)` for each entry of an array.
  template <class Add>
  Result<void> read_entries(const json::value& value, std::string_view member, Add&& add) {
    const std::string where = claim_ + "." + std::string(member);
    if (!value.is_array()) return invalid_claim(where, "must be an array of topic selectors");
    const json::array& entries = value.get_array();
    if (exceeds(entries.size(), limits_.selectors_per_token)) {
      return invalid_claim(where,
                           "holds more than " + std::to_string(limits_.selectors_per_token) + " entries");
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      Result<Matcher> matcher = read_entry(entries[i], claim_at(where, i));
      if (!matcher) return matcher.error();
      add(std::move(*matcher), entries[i].is_object() ? payload_of(entries[i].get_object()) : std::string());
    }
    return {};
  }

  /// COMPAT-16, COMPAT-18, COMPAT-19.
  Result<Matcher> read_entry(const json::value& entry, const std::string& where) {
    if (entry.is_string()) {
      std::string selector(entry.get_string());
      if (Result<void> checked = check_pattern(selector, where, limits_); !checked) return checked.error();
      return Matcher::topic_selector(std::move(selector));
    }
    if (!entry.is_object()) {
      return invalid_claim(where, "must be a topic selector, that is a string, or an object with `match`");
    }
    Result<Matcher> matcher = read_topic_matcher(entry, where, limits_, hub_);
    // "/:x([a-z]{1000})" takes 300 µs to compile: a thousand of them must not come in by way of an old token.
    if (matcher && matcher->url_pattern() && exceeds(++url_patterns_, limits_.matchers_per_token)) {
      return invalid_claim(where, "brings the token's URL patterns to more than " +
                                      std::to_string(limits_.matchers_per_token));
    }
    return matcher;
  }

  std::string claim_;
  const ProtocolLimits& limits_;
  const HubUrl& hub_;
  std::size_t url_patterns_ = 0;
};

}  // namespace

Result<Grants> parse_mercure_claim(const json::object& claims, const ProtocolLimits& limits,
                                   const HubUrl& hub, Compatibility version) {
  const json::value* namespaced = claims.if_contains(kNamespacedClaim);
  const bool replaces = namespaced && namespaced->is_object();  // COMPAT-17
  const std::string_view name = replaces ? kNamespacedClaim : kClaim;
  const json::value* claim = replaces ? namespaced : claims.if_contains(kClaim);
  if (!claim) return Grants();
  if (!claim->is_object()) {
    return invalid_claim(std::string(name), "must be an object with `publish` and `subscribe`");
  }
  return Reader(name, limits, hub).read(claim->get_object(), version);
}

Result<Grants> parse_grants(const json::object& claims, const ProtocolLimits& limits, const HubUrl& hub,
                            Compatibility version) {
  const json::value* details = claims.if_contains(kAuthorizationDetailsClaim);
  // One of a wrong shape is judged, too, and spoils the token (AD-1).
  const bool has_details = details && !(details->is_array() && details->get_array().empty());
  if (version != Compatibility::kNone && !has_details) {
    return parse_mercure_claim(claims, limits, hub, version);
  }
  Result<std::vector<GrantDetail>> parsed = parse_authorization_details(claims, limits, hub);
  if (!parsed) return parsed.error();
  return Grants(std::move(*parsed));
}

}  // namespace cinnabar
