// SPDX-License-Identifier: Apache-2.0
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "auth/json_strict.h"
#include "auth/jwk.h"
#include "auth/jwk_object.h"
#include "auth/quote.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

Error invalid(std::string clause) { return {ErrorCode::kInvalid, std::move(clause)}; }

std::string_view text_of(const json::object& jwk, std::string_view name) {
  const json::value* member = jwk.if_contains(name);
  if (!member || !member->is_string()) return {};
  return {member->get_string().data(), member->get_string().size()};
}

Result<VerificationKey> read_entry(const json::value& entry) {
  const json::object* jwk = entry.if_object();
  if (!jwk) return invalid("is not an object");
  if (text_of(*jwk, "kty") == "oct") {
    return invalid("is a shared secret, which no set that others can read should hold");
  }
  return read_jwk(*jwk);
}

}  // namespace

Result<JwkSet> parse_jwk_set(std::string_view text) {
  const Result<json::object> document = parse_json_object(text);
  if (!document) return invalid("is no JWK Set: its JSON " + document.error().detail);
  const json::value* keys = document->if_contains("keys");
  if (!keys || !keys->is_array()) return invalid("has no array `keys`");
  const json::array& entries = keys->get_array();
  if (entries.size() > kMostJwkSetKeys) {
    return invalid("has " + std::to_string(entries.size()) + " keys; " + std::to_string(kMostJwkSetKeys) +
                   " are the most that is accepted");
  }
  JwkSet set;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Result<VerificationKey> key = read_entry(entries[i]);
    if (key) {
      set.keys.push_back(std::move(*key));
      continue;
    }
    std::string which = "key " + std::to_string(i + 1);
    const json::object* jwk = entries[i].if_object();
    if (const std::string_view id = jwk ? text_of(*jwk, "kid") : std::string_view(); !id.empty()) {
      which += " (" + quoted(id) + ")";
    }
    set.skipped.push_back(which + " " + key.error().detail);
  }
  return set;
}

}  // namespace cinnabar
