// SPDX-License-Identifier: Apache-2.0
// What verifying a token costs: every request with one pays it.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "auth/bearer.h"
#include "auth/mint.h"
#include "auth/token_cache.h"
#include "auth/token_verifier.h"

namespace cinnabar {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;  // seconds
constexpr const char* kResource = "https://hub.example.com/.well-known/mercure";

HubUrl hub() { return *HubUrl::parse(kResource); }

Key key() { return *Key::from_secret(std::string(64, 'k')); }

TokenVerifier make_verifier() {
  Keys keys = {VerificationKey{key(), {}, {}}};
  Issuer issuer;
  issuer.id = "https://example.com";
  issuer.publisher = {{std::make_shared<StaticKeys>(std::move(keys)), {Algorithm::kHs256}}};
  return TokenVerifier({issuer}, ProtocolLimits{});
}

Verification verify(const TokenVerifier& verifier, const std::string& token, const HubUrl& url) {
  return verifier.verify({token, Role::kPublisher, kResource, url, false}, kNow * 1000);
}

Result<std::string> token(std::int64_t topics) {
  TokenClaims claims;
  claims.issuer = "https://example.com";
  claims.audience = kResource;
  claims.subject = "urn:uuid:00000000-0000-4000-8000-000000000000";
  claims.issued = kNow;
  claims.expires = kNow + 3600;
  for (std::int64_t i = 0; i < topics; ++i) {
    claims.publish.push_back("https://example.com/books/" + std::to_string(i));
  }
  return mint_token(claims, key(), Algorithm::kHs256);
}

void verify_token(benchmark::State& state) {
  const auto jwt = token(state.range(0));
  const TokenVerifier verifier = make_verifier();
  const HubUrl url = hub();
  for (auto _ : state) {
    const Verification verdict = verify(verifier, *jwt, url);
    if (!std::holds_alternative<VerifiedToken>(verdict)) state.SkipWithError("the token was refused");
    benchmark::DoNotOptimize(verdict);
  }
}
BENCHMARK(verify_token)->Arg(1)->Arg(10)->Arg(100);

void refuse_forged_token(benchmark::State& state) {
  auto jwt = token(1);
  jwt->back() = jwt->back() == 'A' ? 'E' : 'A';
  const TokenVerifier verifier = make_verifier();
  const HubUrl url = hub();
  for (auto _ : state) {
    benchmark::DoNotOptimize(verify(verifier, *jwt, url));
  }
}
BENCHMARK(refuse_forged_token);

void find_known_token(benchmark::State& state) {
  const auto jwt = token(1);
  const HubUrl url = hub();
  const TokenQuestion question{*jwt, Role::kPublisher, kResource, url, false};
  TokenCache cache(1000);
  cache.put(TokenCache::key(question), std::make_shared<const VerifiedToken>(), cache.generation());
  for (auto _ : state) benchmark::DoNotOptimize(cache.find(TokenCache::key(question), kNow * 1000));
}
BENCHMARK(find_known_token);

void find_bearer_token(benchmark::State& state) {
  const std::string field = "Bearer " + *token(1);
  const std::vector<std::string_view> fields = {field};
  for (auto _ : state) benchmark::DoNotOptimize(bearer_token(fields));
}
BENCHMARK(find_bearer_token);

void check_grant(benchmark::State& state) {
  const auto jwt = token(state.range(0));
  const TokenVerifier verifier = make_verifier();
  const HubUrl url = hub();
  const Verification verdict = verify(verifier, *jwt, url);
  const auto* verified = std::get_if<VerifiedToken>(&verdict);
  if (!verified) {
    state.SkipWithError("the token was refused");
    return;
  }
  const HubPath path;
  Topics topics(std::vector{"https://example.com/books/0"}, path);
  for (auto _ : state) benchmark::DoNotOptimize(verified->grants->may_publish(topics, true));
}
BENCHMARK(check_grant)->Arg(1)->Arg(100);

}  // namespace
}  // namespace cinnabar
