// SPDX-License-Identifier: Apache-2.0
#include "app/token_key.h"

#include <istream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "app/files.h"
#include "auth/jwk.h"

namespace cinnabar {
namespace {

constexpr std::string_view kEnvironmentPrefix = "env:";

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

Result<std::string> from_environment(std::string_view flag, std::string_view name,
                                     const Environment& environment) {
  const std::string where(flag);
  if (name.empty()) return invalid(where + ": the variable's name is missing");
  const std::string_view value = variable(environment, name);
  if (value.empty()) {
    return invalid(where + ": the environment variable " + std::string(name) + " is not set, or is empty");
  }
  return std::string(value);
}

Result<std::string> read_text(const TokenKeyRequest& request, const Environment& environment,
                              std::istream& in) {
  if (!request.environment.empty()) {
    if (!request.key.empty()) return invalid("--key and --key-env are both given; give one of them");
    return from_environment("--key-env", request.environment, environment);
  }
  const std::string& given = request.key;
  if (given.empty()) {
    return invalid(
        "--key is missing: the issuer's secret or private key, as @FILE, @- for standard input, or env:NAME "
        "(or --dev for the development hub)");
  }
  if (given == "@-") {
    return without_line_end({std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
  }
  if (given.front() == '@') {
    Result<std::string> content = read_file(given.substr(1));
    if (!content) return invalid("--key: " + content.error().detail);
    return without_line_end(std::move(*content));
  }
  if (given.compare(0, kEnvironmentPrefix.size(), kEnvironmentPrefix) == 0) {
    return from_environment("--key", std::string_view(given).substr(kEnvironmentPrefix.size()), environment);
  }
  return given;
}

/// What a key is for that says nothing of it. Nothing: it could be for several algorithms.
std::optional<Algorithm> only_algorithm(KeyType type) {
  switch (type) {
    case KeyType::kSecret: return Algorithm::kHs256;  // CLI-4
    case KeyType::kRsa: return std::nullopt;
    case KeyType::kP256: return Algorithm::kEs256;
    case KeyType::kP384: return Algorithm::kEs384;
    case KeyType::kP521: return Algorithm::kEs512;
    case KeyType::kEd25519: return Algorithm::kEdDsa;
  }
  return std::nullopt;
}

Result<Algorithm> choose_algorithm(std::optional<Algorithm> wanted, const VerificationKey& key) {
  const std::optional<Algorithm> own = key.algorithm ? key.algorithm : only_algorithm(key.key.type());
  if (!wanted) {
    if (own) return *own;
    return invalid(
        "--alg is missing: an RSA key works with RS256, RS384, RS512, PS256, PS384 and PS512; give the one "
        "that the hub is configured with");
  }
  const std::string name(name_of(*wanted));
  if (!key.key.fits(*wanted)) {
    return invalid("--alg: " + name + " needs " + std::string(name_of(key_type_of(*wanted))) +
                   ", but --key is " + std::string(name_of(key.key.type())));
  }
  if (key.algorithm && *key.algorithm != *wanted) {
    return invalid("--alg is " + name + ", but the key is for " + std::string(name_of(*key.algorithm)) +
                   " only, as its JWK says");
  }
  return *wanted;
}

}  // namespace

Result<TokenKey> make_token_key(const TokenKeyRequest& request, const std::string& text) {
  std::optional<Algorithm> wanted;
  if (!request.algorithm.empty()) {
    const Result<Algorithm> algorithm = parse_algorithm(request.algorithm);
    if (!algorithm) return invalid("--alg: " + algorithm.error().detail);
    wanted = *algorithm;
  }
  if (wanted && is_hmac(*wanted) && looks_like_pem(text)) {  // TOK-19
    return invalid("--key: a PEM cannot be used with " + request.algorithm +
                   "; give the issuer's shared secret, or an algorithm for the PEM");
  }
  Result<VerificationKey> key = parse_verification_key(text);
  if (!key) return invalid("--key: the key " + key.error().detail);
  const Result<Algorithm> algorithm = choose_algorithm(wanted, *key);
  if (!algorithm) return algorithm.error();
  if (!key->key.can_sign()) return invalid("--key: the key is public; signing takes the private key");
  return TokenKey{std::move(key->key), *algorithm, request.key_id.empty() ? key->id : request.key_id};
}

Result<TokenKey> read_token_key(const TokenKeyRequest& request, const Environment& environment,
                                std::istream& in) {
  const Result<std::string> text = read_text(request, environment, in);
  if (!text) return text.error();
  return make_token_key(request, *text);
}

}  // namespace cinnabar
