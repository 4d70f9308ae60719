// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "auth/base64url.h"
#include "auth/token_verifier.h"

// Makes tokens for tests, bad ones above all, which mint_token() would not.
namespace cinnabar::test {

inline constexpr std::string_view kIssuer = "https://example.com";
inline constexpr std::string_view kResource = "https://hub.example.com/.well-known/mercure";
inline HubUrl hub() { return *HubUrl::parse(kResource); }
inline constexpr std::int64_t kNowMs = 1'767'225'300'500;  // half past a second
inline constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"at+jwt"})";

/// A key and what it signs with.
struct Signer {
  Key key;
  Algorithm algorithm = Algorithm::kHs256;
};

inline Signer signer(std::string secret, Algorithm algorithm = Algorithm::kHs256) {
  return {*Key::from_secret(std::move(secret)), algorithm};
}

/// `header` and `claims` as they are, signed by `by`.
inline std::string sign(std::string_view header, std::string_view claims, const Signer& by) {
  std::string token = encode_base64url(header) + "." + encode_base64url(claims);
  const std::string signature = *by.key.sign(by.algorithm, token);
  return token + "." + encode_base64url(signature);
}

/// A claims set that is good but for what `more` (", and members") adds.
inline std::string claims_with(std::string_view more) {
  return R"({"iss":"https://example.com","exp":1767228900,)"
         R"("aud":"https://hub.example.com/.well-known/mercure")" +
         std::string(more) + "}";
}

inline std::vector<KeyBinding> bindings(const std::vector<Signer>& signers) {
  std::vector<KeyBinding> bindings;
  for (const Signer& by : signers) {
    Keys keys = {VerificationKey{by.key, {}, {}}};
    bindings.push_back({std::make_shared<StaticKeys>(std::move(keys)), {by.algorithm}});
  }
  return bindings;
}

inline Issuer issuer(std::string_view id, const std::vector<Signer>& publisher,
                     const std::vector<Signer>& subscriber = {},
                     IssuerProtocol protocol = IssuerProtocol::k1_0) {
  return {.id = std::string(id),
          .protocol = protocol,
          .publisher = bindings(publisher),
          .subscriber = bindings(subscriber)};
}

/// A verdict as a Result; a key that is missing is an error as well.
inline Result<VerifiedToken> judged(Verification verdict) {
  if (auto* token = std::get_if<VerifiedToken>(&verdict)) return std::move(*token);
  if (const auto* refusal = std::get_if<TokenRefusal>(&verdict))
    return Error{ErrorCode::kInvalid, refusal->reason};
  return Error{ErrorCode::kNotFound, TokenVerifier::refuse(std::get<MissingKey>(verdict)).reason};
}

/// What `verifier` says of the token at that time.
inline Result<VerifiedToken> judge(const TokenVerifier& verifier, std::string_view token,
                                   Role role = Role::kPublisher, std::string_view resource = kResource,
                                   std::int64_t now_ms = kNowMs) {
  const HubUrl url = hub();
  return judged(verifier.verify({token, role, resource, url, false}, now_ms));
}

}  // namespace cinnabar::test
