// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/base64url.h"
#include "auth/jws.h"
#include "auth/token_verifier.h"

// Makes tokens for tests, bad ones above all, which mint_token() would not.
namespace cinnabar::test {

inline constexpr std::string_view kIssuer = "https://example.com";
inline constexpr std::string_view kResource = "https://hub.example.com/.well-known/mercure";
inline HubUrl hub() { return *HubUrl::parse(kResource); }
inline constexpr std::int64_t kNowMs = 1'767'225'300'500;  // half past a second
inline constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"at+jwt"})";

inline VerificationKey key(std::string secret, Algorithm algorithm = Algorithm::kHs256) {
  return {algorithm, std::move(secret)};
}

/// `header` and `claims` as they are, signed by `by`.
inline std::string sign(std::string_view header, std::string_view claims, const VerificationKey& by) {
  std::string token = encode_base64url(header) + "." + encode_base64url(claims);
  const std::string signature = make_signature(by, token);
  return token + "." + encode_base64url(signature);
}

/// A claims set that is good but for what `more` (", and members") adds.
inline std::string claims_with(std::string_view more) {
  return R"({"iss":"https://example.com","exp":1767228900,)"
         R"("aud":"https://hub.example.com/.well-known/mercure")" +
         std::string(more) + "}";
}

}  // namespace cinnabar::test
