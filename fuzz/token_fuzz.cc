// SPDX-License-Identifier: Apache-2.0
// Property: no token, and no claims set or header signed with a good key, does worse than being
// refused with a sentence; and what nobody signed is never accepted. The first byte chooses what
// the rest stands for, so that the fuzzer gets past the signature.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "auth/base64url.h"
#include "auth/bearer.h"
#include "auth/jws.h"
#include "auth/token_verifier.h"
#include "protocol/text.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view kResource = "https://localhost/.well-known/mercure";
constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"at+jwt"})";
constexpr std::string_view kClaims =
    R"({"iss":"https://localhost","aud":"https://localhost/.well-known/mercure","exp":4102444800})";

std::string sign(std::string_view header, std::string_view claims, const cinnabar::VerificationKey& key) {
  std::string token = cinnabar::encode_base64url(header) + "." + cinnabar::encode_base64url(claims);
  const std::string signature = cinnabar::make_signature(key, token);
  return token + "." + cinnabar::encode_base64url(signature);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const cinnabar::VerificationKey key{cinnabar::Algorithm::kHs256, "a secret that is long enough...."};
  static const cinnabar::TokenVerifier verifier({{"https://localhost", {key}, {key}}}, {});
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);

  std::string token;
  switch (data[0] % 4) {
    case 0: token = input; break;
    case 1: token = sign(kHeader, input, key); break;
    case 2: token = sign(input, kClaims, key); break;
    default: {  // the members of a detail, which lie deepest
      std::string claims(kClaims.substr(0, kClaims.size() - 1));
      claims += R"(,"authorization_details":[{"type":"https://mercure.rocks/authorization-detail",)";
      claims += input;
      claims += "}]}";
      token = sign(kHeader, claims, key);
    }
  }
  const std::vector<std::string_view> fields = {input};
  (void)cinnabar::bearer_token(fields).ok();

  static const cinnabar::HubUrl hub = *cinnabar::HubUrl::parse(kResource);
  const auto verified = verifier.verify(token, cinnabar::Role::kPublisher, kResource, hub, 1'767'225'300'000);
  if (!verified.ok()) {
    require(verified.error().code == cinnabar::ErrorCode::kInvalid && !verified.error().detail.empty());
    return 0;
  }
  require(data[0] % 4 != 0);
  require(verified->expires_ms > 1'767'225'300'000 && verified->issuer == "https://localhost");
  for (const cinnabar::GrantDetail& detail : verified->grants->details()) {
    require(!detail.matchers.empty());
    for (const cinnabar::Matcher& matcher : detail.matchers) {
      require(!matcher.pattern().empty() && cinnabar::is_protocol_string(matcher.pattern()));
    }
    require(detail.payload.empty() || detail.payload.front() == '{');
  }
  return 0;
}
