// SPDX-License-Identifier: Apache-2.0
#include "auth/token_verifier.h"

#include <algorithm>
#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "auth/claims.h"
#include "auth/details.h"
#include "auth/json_strict.h"
#include "auth/jws.h"
#include "auth/quote.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

Error refuse(std::string sentence) {
  sentence += '.';
  return {ErrorCode::kInvalid, std::move(sentence)};
}

/// Makes one sentence of a check's complaint.
Error refuse(std::string_view subject, const Error& complaint) {
  return refuse(std::string(subject) + complaint.detail);
}

std::string_view name_of(Role role) { return role == Role::kPublisher ? "publisher" : "subscriber"; }

const std::vector<VerificationKey>& keys_of(const Issuer& issuer, Role role) {
  return role == Role::kPublisher ? issuer.publisher : issuer.subscriber;
}

/// TOK-3, TOK-5, TOK-6: one of the issuer's keys for the role, of the token's algorithm, made
/// the signature.
Result<void> check_signature(const CompactJws& jws, Algorithm algorithm, const Issuer& issuer, Role role) {
  const std::vector<VerificationKey>& keys = keys_of(issuer, role);
  const auto whose = [&] {
    return " " + std::string(name_of(role)) + " key of the issuer " + quoted(issuer.id);
  };
  if (keys.empty()) return refuse("There is no" + whose() + "; configure one if its tokens may be used here");
  bool tried = false;
  for (const VerificationKey& key : keys) {
    if (key.algorithm != algorithm) continue;
    tried = true;
    if (verify_signature(key, jws.signing_input, jws.signature)) return {};
  }
  const std::string alg(cinnabar::name_of(algorithm));
  if (!tried) {
    std::string known;
    for (const VerificationKey& key : keys) known += " " + std::string(cinnabar::name_of(key.algorithm));
    return refuse("The token is signed with " + alg + ", but no" + whose() +
                  " is for that; configured:" + known);
  }
  return refuse("The token's signature is not by any " + alg + whose() +
                "; sign with the key that the hub is configured with for that role");
}

}  // namespace

TokenVerifier::TokenVerifier(std::vector<Issuer> issuers, const ProtocolLimits& limits)
    : issuers_(std::move(issuers)), limits_(limits) {}

bool TokenVerifier::has_keys(Role role) const {
  return std::any_of(issuers_.begin(), issuers_.end(),
                     [role](const Issuer& issuer) { return !keys_of(issuer, role).empty(); });
}

Result<VerifiedToken> TokenVerifier::verify(std::string_view token, Role role, std::string_view resource,
                                            const HubUrl& hub, std::int64_t now_ms) const {
  const Result<CompactJws> jws = decode_compact_jws(token);
  if (!jws) return refuse("The token ", jws.error());

  // Both documents are small and short-lived: the stack holds most of them.
  std::array<unsigned char, 8192> scratch;
  json::monotonic_resource memory(scratch.data(), scratch.size());

  const Result<json::object> header = parse_json_object(jws->header, &memory);
  if (!header) return refuse("The token's header ", header.error());
  const Result<Algorithm> algorithm = check_jose_header(*header);
  if (!algorithm) return refuse("The token's header ", algorithm.error());

  // The claims are only asked for the issuer until the signature is known to be good.
  const Result<json::object> claims = parse_json_object(jws->payload, &memory);
  if (!claims) return refuse("The token's claims set ", claims.error());
  const Result<std::string_view> iss = issuer_claim(*claims);
  if (!iss) return refuse("The token's claim ", iss.error());
  const auto issuer = std::find_if(issuers_.begin(), issuers_.end(),
                                   [&](const Issuer& candidate) { return candidate.id == *iss; });
  if (issuer == issuers_.end()) {
    return refuse("The token's claim `iss` is " + quoted(*iss) +
                  ", which is not a configured issuer; the two are compared byte for byte");
  }
  if (Result<void> checked = check_signature(*jws, *algorithm, *issuer, role); !checked)
    return checked.error();

  const Result<std::int64_t> expires_ms = check_times(*claims, now_ms);
  if (!expires_ms) return refuse("The token's claim ", expires_ms.error());
  if (Result<void> checked = check_audience(*claims, resource); !checked) {
    return refuse("The token's claim ", checked.error());
  }
  Result<std::string> subject = optional_string_claim(*claims, "sub");
  if (!subject) return refuse("The token's claim ", subject.error());
  Result<std::string> id = optional_string_claim(*claims, "jti");
  if (!id) return refuse("The token's claim ", id.error());
  Result<std::vector<GrantDetail>> details = parse_authorization_details(*claims, limits_, hub);
  if (!details) return refuse("The token's claim ", details.error());

  return VerifiedToken{std::make_shared<const Grants>(std::move(*details)), *expires_ms, issuer->id,
                       std::move(*subject), std::move(*id)};
}

}  // namespace cinnabar
