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
#include "auth/legacy_claims.h"
#include "auth/quote.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

bool speaks_legacy(const Issuer& issuer) { return issuer.protocol != IssuerProtocol::k1_0; }

std::string whose(const Issuer& issuer, Role role) {
  const std::string of = issuer.id.empty() ? std::string("issuer without id") : "issuer " + quoted(issuer.id);
  return std::string(name_of(role)) + " key of the " + of;
}

std::string missing_key_reason(const std::string& key_id) {
  if (key_id.empty()) {
    return "The token names no key (`kid`), and its signature is by none of the issuer's JWK Set; sign with "
           "one of "
           "them.";
  }
  return "The token's key (`kid`) " + quoted(key_id) +
         " is not in the JWK Set of its issuer; publish the key there before signing with it.";
}

/// For the most frequent mistake of all: the token is one of 0.x, and nobody said that it may be.
std::string legacy_hint(const JoseHeader& header, const json::object& claims) {
  if (header.is_access_token || !claims.contains("mercure")) return {};
  return "; it looks like a token of protocol 0.x, which only an issuer with protocol = \"0.x\" or \"both\" "
         "may make";
}

/// COMPAT-20: a claim that is there and says anything, right or wrong.
bool has_details(const json::object& claims) {
  const json::value* details = claims.if_contains("authorization_details");
  return details && !(details->is_array() && details->get_array().empty());
}

}  // namespace

/// Judges one token, check by check. Lives as long as one call of verify().
class TokenVerifier::Judge {
 public:
  Judge(const TokenVerifier& verifier, const TokenQuestion& question, std::int64_t now_ms,
        TokenReport* report)
      : verifier_(verifier), question_(question), now_ms_(now_ms), report_(report) {}

  Verification run();

 private:
  enum class Dialect { kModern, kLegacy };

  void pass(std::string_view check, std::string text) {
    if (report_) report_->pass(check, std::move(text));
  }
  TokenRefusal refuse(std::string_view check, std::string sentence);
  /// Makes one sentence of a check's complaint.
  TokenRefusal refuse(std::string_view check, std::string_view subject, const Error& complaint) {
    return refuse(check, std::string(subject) + complaint.detail);
  }

  std::optional<TokenRefusal> choose_issuer();
  std::optional<TokenRefusal> choose_dialect();
  std::optional<Verification> check_signature();
  Verification read_claims();
  Result<Grants> grants_of_claims() const;

  const TokenVerifier& verifier_;
  const TokenQuestion& question_;
  const std::int64_t now_ms_;
  TokenReport* const report_;

  // The documents are small and short-lived: the stack holds most of them.
  std::array<unsigned char, 8192> scratch_;
  json::monotonic_resource memory_{scratch_.data(), scratch_.size()};
  CompactJws jws_;
  json::object header_{&memory_};
  json::object claims_{&memory_};
  JoseHeader jose_;
  const Issuer* issuer_ = nullptr;
  Dialect dialect_ = Dialect::kModern;
};

TokenRefusal TokenVerifier::Judge::refuse(std::string_view check, std::string sentence) {
  if (sentence.empty() || sentence.back() != '.') sentence += '.';
  if (report_) report_->fail(check, sentence);
  TokenRefusal refusal;
  refusal.check = check;
  refusal.reason = std::move(sentence);
  if (!jws_.header.empty()) refusal.header = quoted(jws_.header);
  if (const json::value* iss = claims_.if_contains("iss"); iss && iss->is_string()) {
    refusal.issuer = quoted(iss->get_string());
  }
  refusal.audience = describe_audience(claims_);
  return refusal;
}

Verification TokenVerifier::Judge::run() {
  Result<CompactJws> jws = decode_compact_jws(question_.token);
  if (!jws) return refuse("structure", "The token ", jws.error());
  jws_ = std::move(*jws);
  pass("structure", "a JWS in compact serialization");

  Result<json::object> header = parse_json_object(jws_.header, &memory_);
  if (!header) return refuse("header", "The token's header ", header.error());
  header_ = std::move(*header);
  const Result<JoseHeader> jose = read_jose_header(header_);
  if (!jose) return refuse("header", "The token's header ", jose.error());
  jose_ = *jose;
  pass("header", "signed with " + std::string(name_of(jose_.algorithm)) +
                     (jose_.key_id.empty() ? "" : ", key " + quoted(jose_.key_id)));

  // The claims are only asked for the issuer until the signature is known to be good.
  Result<json::object> claims = parse_json_object(jws_.payload, &memory_);
  if (!claims) return refuse("claims", "The token's claims set ", claims.error());
  claims_ = std::move(*claims);

  if (std::optional<TokenRefusal> refusal = choose_issuer()) return std::move(*refusal);
  if (std::optional<TokenRefusal> refusal = choose_dialect()) return std::move(*refusal);
  if (std::optional<Verification> verdict = check_signature()) return std::move(*verdict);
  return read_claims();
}

/// TOK-6, TOK-7, COMPAT-24. A token that names no configured issuer may only be one of protocol 0.x, and is
/// tried with one issuer's keys alone.
std::optional<TokenRefusal> TokenVerifier::Judge::choose_issuer() {
  const Result<std::string_view> iss = issuer_claim(claims_);
  if (iss) issuer_ = verifier_.issuer_of(*iss);
  if (issuer_) {
    pass("iss", quoted(*iss) + " is a configured issuer");
    return {};
  }
  if (const Issuer* legacy = verifier_.only_legacy_issuer();
      legacy && !jose_.is_access_token && !has_details(claims_)) {
    issuer_ = legacy;
    pass("iss",
         "names no configured issuer, so only the one that speaks protocol 0.x may have made the token");
    return {};
  }
  const std::string hint = legacy_hint(jose_, claims_);
  if (!iss) return refuse("iss", "The token's claim " + iss.error().detail + hint);
  return refuse("iss", "The token's claim `iss` is " + quoted(*iss) +
                           ", which is not a configured issuer; the two are compared byte for byte" + hint);
}

/// COMPAT-3, COMPAT-20, TOK-2.
std::optional<TokenRefusal> TokenVerifier::Judge::choose_dialect() {
  if (question_.by_legacy_means && !speaks_legacy(*issuer_)) {
    return refuse(
        "protocol",
        "The token came in the query or in a cookie of protocol 0.x, but its issuer speaks 1.0; send it in "
        "the Authorization field or in the hub's own cookie");
  }
  const bool looks_legacy = !jose_.is_access_token && !has_details(claims_);
  if (looks_legacy && speaks_legacy(*issuer_)) {
    dialect_ = Dialect::kLegacy;
    pass("protocol", "a token of protocol 0.x, which this issuer may make");
    return {};
  }
  if (issuer_->protocol == IssuerProtocol::k0_x) {
    return refuse(
        "protocol",
        "The token is one of protocol 1.0, but its issuer is configured with protocol = \"0.x\"; set it to "
        "\"both\" if its tokens may be of either kind");
  }
  if (Result<void> checked = check_access_token_type(header_); !checked) {
    return refuse("typ", "The token's header " + checked.error().detail + legacy_hint(jose_, claims_));
  }
  pass("typ", "an access token (at+jwt)");
  return {};
}

/// TOK-3, TOK-5, TOK-6, TOK-18: one of the issuer's keys for the role, that fits the token's algorithm, made
/// the signature. Nothing: it did.
std::optional<Verification> TokenVerifier::Judge::check_signature() {
  const std::vector<KeyBinding>& bindings = issuer_->keys(question_.role);
  const std::string key_of = whose(*issuer_, question_.role);
  if (bindings.empty()) {
    return refuse("key", "There is no " + key_of + "; configure one if its tokens may be used here");
  }
  bool tried = false;
  bool allowed = false;
  std::shared_ptr<KeySource> elsewhere;  // where the key may be, if it is none of the known ones
  for (const KeyBinding& binding : bindings) {
    if (std::find(binding.algorithms.begin(), binding.algorithms.end(), jose_.algorithm) ==
        binding.algorithms.end()) {
      continue;
    }
    allowed = true;
    const KeysPtr keys = binding.source->keys();
    const bool has_named_key =
        !jose_.key_id.empty() && std::any_of(keys->begin(), keys->end(), [&](const VerificationKey& key) {
          return key.id == jose_.key_id;
        });
    for (const VerificationKey& key : *keys) {
      if (!key.key.fits(jose_.algorithm)) continue;
      if (key.algorithm && *key.algorithm != jose_.algorithm) continue;
      // `kid` is a hint among configured keys: where one of them has that id, only those count. In a
      // published set it is a name.
      const bool other_name = key.id != jose_.key_id;
      if (other_name && has_named_key) continue;
      if (other_name && binding.source->may_change() && !jose_.key_id.empty() && !key.id.empty()) continue;
      tried = true;
      if (!key.key.verify(jose_.algorithm, jws_.signing_input, jws_.signature)) continue;
      pass("signature", "by the " + key_of + (key.id.empty() ? "" : " with the id " + quoted(key.id)));
      return {};
    }
    if (!has_named_key && !elsewhere && binding.source->may_change()) elsewhere = binding.source;
  }
  if (elsewhere) return MissingKey{elsewhere, std::string(jose_.key_id)};
  const std::string alg(name_of(jose_.algorithm));
  if (!allowed) {
    std::string known;
    for (const KeyBinding& binding : bindings) {
      for (const Algorithm algorithm : binding.algorithms) known += " " + std::string(name_of(algorithm));
    }
    return refuse("alg", "The token is signed with " + alg + ", but no " + key_of +
                             " is for that; configured:" + known);
  }
  if (!tried) return refuse("key", "No " + key_of + " fits " + alg + ", with which the token is signed");
  return refuse("signature", "The token's signature is not by any " + alg + " " + key_of +
                                 "; sign with the key that the hub is configured with for that role");
}

Verification TokenVerifier::Judge::read_claims() {
  constexpr std::string_view kClaim = "The token's claim ";
  const bool legacy = dialect_ == Dialect::kLegacy;

  const auto expires_ms = check_times(claims_, now_ms_, legacy ? Expiry::kOptional : Expiry::kRequired);
  if (!expires_ms) {
    const bool too_early = expires_ms.error().detail.starts_with("`nbf`");
    return refuse(too_early ? "nbf" : "exp", kClaim, expires_ms.error());
  }
  pass("exp", *expires_ms ? "expires in " + std::to_string((**expires_ms - now_ms_) / 1000) + " seconds"
                          : "never expires, as protocol 0.x allows");
  if (!legacy) {
    if (Result<void> checked = check_audience(claims_, question_.resource); !checked) {
      return refuse("aud", kClaim, checked.error());
    }
    pass("aud", "holds the hub's resource identifier " + quoted(question_.resource));
  }

  TokenIdentity identity;
  identity.issuer = issuer_->id;
  for (const auto& [name, member] : {std::pair{std::string_view("sub"), &TokenIdentity::subject},
                                     std::pair{std::string_view("jti"), &TokenIdentity::id}}) {
    Result<std::string> text = optional_string_claim(claims_, name);
    // Tokens of 0.x never had a rule for these.
    if (!text && !legacy) return refuse(name, kClaim, text.error());
    if (text) identity.*member = std::move(*text);
  }

  VerifiedToken token;
  token.expires_ms = *expires_ms;
  token.legacy = legacy;
  token.identity = std::make_shared<const TokenIdentity>(std::move(identity));
  Result<Grants> grants = grants_of_claims();
  if (!grants) return refuse("grants", kClaim, grants.error());
  token.grants = std::make_shared<const Grants>(std::move(*grants));
  pass("grants", describe_grants(*token.grants));
  return token;
}

/// COMPAT-3, COMPAT-20: where the issuer may speak 0.x, an access token without details may be granted by the
/// claim of that time.
Result<Grants> TokenVerifier::Judge::grants_of_claims() const {
  if (speaks_legacy(*issuer_)) {
    return parse_grants(claims_, verifier_.limits_, question_.hub, verifier_.compatibility_);
  }
  Result<std::vector<GrantDetail>> details =
      parse_authorization_details(claims_, verifier_.limits_, question_.hub);
  if (!details) return details.error();
  return Grants(std::move(*details));
}

TokenVerifier::TokenVerifier(std::vector<Issuer> issuers, const ProtocolLimits& limits,
                             Compatibility compatibility)
    : issuers_(std::move(issuers)), limits_(limits), compatibility_(compatibility) {}

bool TokenVerifier::has_keys(Role role) const {
  return std::any_of(issuers_.begin(), issuers_.end(),
                     [role](const Issuer& issuer) { return !issuer.keys(role).empty(); });
}

void TokenVerifier::stop_key_sources() const {
  for (const Issuer& issuer : issuers_) {
    for (const Role role : {Role::kPublisher, Role::kSubscriber}) {
      for (const KeyBinding& binding : issuer.keys(role)) binding.source->stop();
    }
  }
}

const Issuer* TokenVerifier::issuer_of(std::string_view iss) const {
  const auto found = std::find_if(issuers_.begin(), issuers_.end(), [iss](const Issuer& issuer) {
    return !issuer.id.empty() && issuer.id == iss;
  });
  return found == issuers_.end() ? nullptr : &*found;
}

const Issuer* TokenVerifier::only_legacy_issuer() const {
  const Issuer* only = nullptr;
  for (const Issuer& issuer : issuers_) {
    if (!speaks_legacy(issuer)) continue;
    if (only) return nullptr;
    only = &issuer;
  }
  return only;
}

Verification TokenVerifier::verify(const TokenQuestion& question, std::int64_t now_ms,
                                   TokenReport* report) const {
  return Judge(*this, question, now_ms, report).run();
}

TokenRefusal TokenVerifier::refuse(const MissingKey& missing) {
  return {.check = "key", .reason = missing_key_reason(missing.key_id)};
}

}  // namespace cinnabar
