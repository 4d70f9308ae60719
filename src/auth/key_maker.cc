// SPDX-License-Identifier: Apache-2.0
#include "auth/key_maker.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include <array>
#include <cstddef>
#include <utility>

namespace cinnabar {
namespace {

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 16384;  // OpenSSL verifies with no larger ones
constexpr int kMostExponentBits = 64;

Error invalid(std::string clause) { return {ErrorCode::kInvalid, std::move(clause)}; }

BignumPtr number(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &value) != 1) return nullptr;
  return BignumPtr(value);
}

Result<void> check_rsa(const EVP_PKEY* key) {
  const BignumPtr modulus = number(key, OSSL_PKEY_PARAM_RSA_N);
  const BignumPtr exponent = number(key, OSSL_PKEY_PARAM_RSA_E);
  if (!modulus || !exponent) return invalid("is an RSA key without modulus or exponent");
  const int bits = BN_num_bits(modulus.get());
  if (bits < kLeastRsaBits) {
    return invalid("is an RSA key of " + std::to_string(bits) +
                   " bits, which can be broken; make one of 2048 bits or more");
  }
  if (bits > kMostRsaBits) {
    return invalid("is an RSA key of " + std::to_string(bits) +
                   " bits; 16384 are the most that is supported");
  }
  if (!BN_is_odd(modulus.get())) return invalid("is not an RSA key: its modulus is even");
  // An exponent of 1 would make any text its own signature.
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) ||
      BN_num_bits(exponent.get()) > kMostExponentBits) {
    return invalid("is an RSA key with an unsafe public exponent; make one with the usual exponent, 65537");
  }
  return {};
}

Result<KeyType> check_curve(const EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1) {
    return invalid("is an EC key on a curve without a name; use P-256, P-384 or P-521");
  }
  const std::string_view curve(name.data(), size);
  if (curve == "prime256v1" || curve == "P-256") return KeyType::kP256;
  if (curve == "secp384r1" || curve == "P-384") return KeyType::kP384;
  if (curve == "secp521r1" || curve == "P-521") return KeyType::kP521;
  return invalid("is an EC key on the curve " + std::string(curve) +
                 ", which is not supported; use P-256, P-384 or P-521");
}

Result<KeyType> check_ec(EVP_PKEY* key) {
  const Result<KeyType> type = check_curve(key);
  if (!type) return type.error();
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || EVP_PKEY_public_check(context.get()) != 1) {
    return invalid("is not an EC key: its point is not on the curve");
  }
  return *type;
}

Result<KeyType> check_type(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA")) {
    if (Result<void> checked = check_rsa(key); !checked) return checked.error();
    return KeyType::kRsa;
  }
  if (EVP_PKEY_is_a(key, "EC")) return check_ec(key);
  if (EVP_PKEY_is_a(key, "ED25519")) return KeyType::kEd25519;
  if (EVP_PKEY_is_a(key, "RSA-PSS")) {
    return invalid(
        "is bound to RSASSA-PSS by its type; write it as an ordinary RSA key, which PS256 works with too");
  }
  const char* name = EVP_PKEY_get0_type_name(key);
  return invalid("is of the type " + std::string(name ? name : "unknown") +
                 ", which is not supported; use RSA, P-256, P-384, P-521 or Ed25519");
}

}  // namespace

Key::Material::~Material() { OPENSSL_cleanse(secret.data(), secret.size()); }

Result<Key> KeyMaker::make(PkeyPtr pkey, bool is_private) {
  const ErrorMark mark;
  const Result<KeyType> type = check_type(pkey.get());
  if (!type) return type.error();
  auto material = std::make_shared<Key::Material>();
  material->type = *type;
  material->is_private = is_private;
  for (const Algorithm algorithm : kAlgorithms) {
    if (key_type_of(algorithm) != *type) continue;
    Result<SignatureCheck> check = SignatureCheck::make(pkey.get(), algorithm);
    if (!check) return invalid("cannot be used by OpenSSL");
    material->checks.push_back(std::move(*check));
  }
  material->pkey = std::move(pkey);
  const Key key{std::shared_ptr<const Key::Material>(material)};
  if (is_private) {
    // Whatever is wrong inside of a private key, the proof is in the signing.
    constexpr std::string_view kText = "a text to sign";
    const Algorithm algorithm = material->checks.front().algorithm();
    const Result<std::string> signature = key.sign(algorithm, kText);
    if (!signature || !key.verify(algorithm, kText, *signature)) {
      return invalid("is damaged: its private part does not belong to its public part");
    }
  }
  return key;
}

}  // namespace cinnabar
