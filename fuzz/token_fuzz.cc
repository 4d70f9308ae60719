// SPDX-License-Identifier: Apache-2.0
// Property: no token, and no claims set or header signed with a good key, does worse than being
// refused with a sentence; and what nobody signed is never accepted. The first byte chooses what
// the rest stands for, so that the fuzzer gets past the signature.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/bearer.h"
#include "auth/test_tokens.h"
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const cinnabar::test::Signer key = cinnabar::test::signer("a secret that is long enough....");
  // Both dialects: an issuer of each.
  static const cinnabar::TokenVerifier verifier(
      {cinnabar::test::issuer("https://localhost", {key}, {key}),
       cinnabar::test::issuer("", {key}, {key}, cinnabar::IssuerProtocol::k0_x)},
      {}, cinnabar::Compatibility::kVersion7);
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);

  std::string token;
  switch (data[0] % 4) {
    case 0: token = input; break;
    case 1: token = cinnabar::test::sign(kHeader, input, key); break;
    case 2: token = cinnabar::test::sign(input, kClaims, key); break;
    default: {  // the members of a detail, which lie deepest
      std::string claims(kClaims.substr(0, kClaims.size() - 1));
      claims += R"(,"authorization_details":[{"type":"https://mercure.rocks/authorization-detail",)";
      claims += input;
      claims += "}]}";
      token = cinnabar::test::sign(kHeader, claims, key);
    }
  }
  const std::vector<std::string_view> fields = {input};
  (void)cinnabar::bearer_token(fields).ok();

  static const cinnabar::HubUrl hub = *cinnabar::HubUrl::parse(kResource);
  constexpr std::int64_t kNowMs = 1'767'225'300'000;
  const auto verdict = verifier.verify({token, cinnabar::Role::kPublisher, kResource, hub, false}, kNowMs);
  if (const auto* refusal = std::get_if<cinnabar::TokenRefusal>(&verdict)) {
    require(!refusal->check.empty() && !refusal->reason.empty());
    return 0;
  }
  const auto* verified = std::get_if<cinnabar::VerifiedToken>(&verdict);
  require(verified && data[0] % 4 != 0);
  require(verified->expires_ms ? *verified->expires_ms > kNowMs : verified->legacy);
  require(verified->identity->issuer == (verified->legacy ? "" : "https://localhost"));
  for (const cinnabar::GrantDetail& detail : verified->grants->details()) {
    require(!detail.matchers.empty());
    for (const cinnabar::Matcher& matcher : detail.matchers) {
      require((!matcher.pattern().empty() || verified->legacy) &&
              cinnabar::is_protocol_string(matcher.pattern()));
    }
    require(detail.payload.empty() || detail.payload.front() == '{' || verified->legacy);
  }
  return 0;
}
