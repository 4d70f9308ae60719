// SPDX-License-Identifier: Apache-2.0
#include "app/keys.h"

#include <algorithm>
#include <string>
#include <utility>

#include "auth/jwk.h"

namespace cinnabar {
namespace {

Error invalid(std::string clause) { return {ErrorCode::kInvalid, std::move(clause)}; }

/// All algorithms that fit, in words: "ES256", "RS256, RS384, …".
std::string fitting(KeyType type) {
  std::string names;
  for (const Algorithm algorithm : kAlgorithms) {
    if (key_type_of(algorithm) == type)
      names += (names.empty() ? "" : ", ") + std::string(name_of(algorithm));
  }
  return names;
}

/// What a JWK without `alg` may be used with: for most types there is one choice only.
Result<std::vector<Algorithm>> only_algorithm(KeyType type) {
  if (type == KeyType::kSecret) return std::vector{Algorithm::kHs256};
  if (type == KeyType::kRsa) return invalid("does not say its algorithm; set alg to one of " + fitting(type));
  const auto at = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                               [type](Algorithm algorithm) { return key_type_of(algorithm) == type; });
  return std::vector{*at};
}

}  // namespace

Result<ConfiguredKey> read_key(const KeyConfig& config) {
  const bool is_pem = looks_like_pem(config.jwt);
  const auto is_secret = [](Algorithm algorithm) { return is_hmac(algorithm); };
  if (is_pem && std::any_of(config.algorithms.begin(), config.algorithms.end(), is_secret)) {
    return invalid(
        "is a PEM, which no HMAC algorithm can use: anybody who knows a public key could sign with it; set "
        "alg to what "
        "the key is for, or jwt to a shared secret");
  }
  Result<VerificationKey> read = parse_verification_key(config.jwt);
  if (!read) return read.error();
  const KeyType type = read->key.type();

  std::vector<Algorithm> algorithms = config.algorithms;
  if (algorithms.empty() && read->algorithm) algorithms = {*read->algorithm};
  if (algorithms.empty() && is_pem) {
    return invalid("is a PEM, and its algorithm must be configured; set alg to one of " + fitting(type));
  }
  if (algorithms.empty()) {
    Result<std::vector<Algorithm>> only = only_algorithm(type);
    if (!only) return only.error();
    algorithms = std::move(*only);
  }
  for (const Algorithm algorithm : algorithms) {
    if (read->key.fits(algorithm) && (!read->algorithm || *read->algorithm == algorithm)) continue;
    return invalid("is " + std::string(name_of(type)) + ", which cannot be used with " +
                   std::string(name_of(algorithm)) + "; set alg to " +
                   (read->algorithm ? std::string(name_of(*read->algorithm)) : fitting(type)));
  }
  return ConfiguredKey{std::move(*read), std::move(algorithms)};
}

Result<std::vector<Algorithm>> set_algorithms(const KeyConfig& config) {
  std::vector<Algorithm> algorithms = config.algorithms;
  for (const Algorithm algorithm : algorithms) {
    if (is_hmac(algorithm)) {
      return invalid("is a JWK Set, from which no shared secret is taken; set alg to algorithms other than " +
                     std::string(name_of(algorithm)) + ", or leave it out");
    }
  }
  if (algorithms.empty()) {
    std::copy_if(kAlgorithms.begin(), kAlgorithms.end(), std::back_inserter(algorithms),
                 [](Algorithm algorithm) { return !is_hmac(algorithm); });
  }
  return algorithms;
}

IssuerProtocol protocol_of(const IssuerConfig& issuer, const HubConfig& hub) {
  if (issuer.protocol) return *issuer.protocol;
  return hub.compatibility == Compatibility::kNone ? IssuerProtocol::k1_0 : IssuerProtocol::kBoth;
}

Compatibility compatibility_of(const Config& config) {
  if (config.hub.compatibility != Compatibility::kNone) return config.hub.compatibility;
  const bool any = std::any_of(config.issuers.begin(), config.issuers.end(), [&](const IssuerConfig& issuer) {
    return protocol_of(issuer, config.hub) != IssuerProtocol::k1_0;
  });
  return any ? Compatibility::kVersion8 : Compatibility::kNone;
}

}  // namespace cinnabar
