// SPDX-License-Identifier: Apache-2.0
#include "auth/claims.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "auth/quote.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

constexpr std::int64_t kFarthestSeconds = 9'000'000'000;  // in the year 2255

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

enum class Round { kDown, kUp };

/// A NumericDate (RFC 7519 section 2) in milliseconds, clamped: it may be any number that JSON
/// can write. Nothing: not a number.
std::optional<std::int64_t> to_milliseconds(const json::value& date, Round round) {
  if (const std::int64_t* seconds = date.if_int64()) {
    return std::clamp(*seconds, -kFarthestSeconds, kFarthestSeconds) * 1000;
  }
  if (date.is_uint64()) return kFarthestSeconds * 1000;  // only what int64 can't hold
  if (!date.is_double() || std::isnan(date.get_double())) return std::nullopt;
  constexpr auto kFarthest = static_cast<double>(kFarthestSeconds);
  const double milliseconds = std::clamp(date.get_double(), -kFarthest, kFarthest) * 1000.0;
  return static_cast<std::int64_t>(round == Round::kDown ? std::floor(milliseconds)
                                                         : std::ceil(milliseconds));
}

}  // namespace

Result<std::string_view> issuer_claim(const json::object& claims) {
  const json::value* iss = claims.if_contains("iss");
  if (!iss) return invalid("`iss` is missing; it must name the issuer as the configuration does");
  if (!iss->is_string()) return invalid("`iss` is not a string");
  const json::string& text = iss->get_string();
  return std::string_view(text.data(), text.size());
}

Result<std::optional<std::int64_t>> check_times(const json::object& claims, std::int64_t now_ms,
                                                Expiry expiry) {
  std::optional<std::int64_t> expires_ms;
  if (const json::value* exp = claims.if_contains("exp")) {
    expires_ms = to_milliseconds(*exp, Round::kDown);
    if (!expires_ms) return invalid("`exp` is not a number of seconds");
    if (*expires_ms <= now_ms) {
      return invalid("`exp` has passed " + std::to_string((now_ms - *expires_ms) / 1000) +
                     " seconds ago; get a new token, or compare the clocks of issuer and hub");
    }
  } else if (expiry == Expiry::kRequired) {
    return invalid("`exp` is missing; a token must say when it expires");
  }
  if (const json::value* nbf = claims.if_contains("nbf")) {
    const std::optional<std::int64_t> from_ms = to_milliseconds(*nbf, Round::kUp);
    if (!from_ms) return invalid("`nbf` is not a number of seconds");
    if (*from_ms > now_ms) {
      return invalid("`nbf` is still " + std::to_string((*from_ms - now_ms + 999) / 1000) +
                     " seconds ahead; wait, or compare the clocks of issuer and hub");
    }
  }
  return expires_ms;
}

std::string describe_audience(const json::object& claims) {
  constexpr std::size_t kMostShown = 500;
  const json::value* aud = claims.if_contains("aud");
  if (!aud) return {};
  if (aud->is_string()) return quoted(aud->get_string());
  if (!aud->is_array()) return "neither a string nor an array of strings";
  std::string list;
  for (const json::value& member : aud->get_array()) {
    if (list.size() > kMostShown) break;
    if (!list.empty()) list += ", ";
    list += member.is_string() ? quoted(member.get_string()) : "something else than a string";
  }
  return "[" + list + "]";
}

Result<void> check_audience(const json::object& claims, std::string_view resource) {
  const json::value* aud = claims.if_contains("aud");
  bool found = false;
  if (aud && aud->is_string()) found = aud->get_string() == resource;
  if (aud && aud->is_array()) {
    for (const json::value& member : aud->get_array()) {
      if (!member.is_string()) {
        found = false;
        break;
      }
      found = found || member.get_string() == resource;
    }
  }
  if (found) return {};
  return invalid("`aud` is " + (aud ? describe_audience(claims) : std::string("missing")) +
                 "; it must hold the hub's resource identifier " + quoted(resource));
}

Result<std::string> optional_string_claim(const json::object& claims, std::string_view name) {
  const json::value* claim = claims.if_contains(name);
  if (!claim) return std::string();
  if (!claim->is_string()) return invalid("`" + std::string(name) + "` is not a string");
  return std::string(claim->get_string());
}

}  // namespace cinnabar
