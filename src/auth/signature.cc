// SPDX-License-Identifier: Apache-2.0
#include "auth/signature.h"

#include <openssl/rsa.h>

#include <array>
#include <optional>

#include "auth/ecdsa_format.h"

namespace cinnabar {
namespace {

/// The hash. Looked up once: OpenSSL searches its providers each time. nullptr for EdDSA.
const EVP_MD* digest_of(Algorithm algorithm) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const sha384 = EVP_MD_fetch(nullptr, "SHA384", nullptr);
  static const EVP_MD* const sha512 = EVP_MD_fetch(nullptr, "SHA512", nullptr);
  if (algorithm == Algorithm::kEdDsa) return nullptr;
  const std::size_t bytes = hash_bytes(algorithm);
  if (bytes == 32) return sha256;
  return bytes == 48 ? sha384 : sha512;
}

bool is_pss(Algorithm algorithm) {
  return algorithm == Algorithm::kPs256 || algorithm == Algorithm::kPs384 || algorithm == Algorithm::kPs512;
}

bool is_ecdsa(Algorithm algorithm) {
  return algorithm == Algorithm::kEs256 || algorithm == Algorithm::kEs384 || algorithm == Algorithm::kEs512;
}

/// RSA's padding; of PSS the salt is as long as the hash, neither more nor less (RFC 7518 section 3.5).
bool set_padding(EVP_PKEY_CTX* context, Algorithm algorithm) {
  if (key_type_of(algorithm) != KeyType::kRsa) return true;
  if (!is_pss(algorithm)) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest_of(algorithm)) > 0 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

bool verify_eddsa(EVP_PKEY* key, std::string_view input, std::string_view signature) {
  const DigestContextPtr context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), as_bytes(signature), signature.size(), as_bytes(input),
                          input.size()) == 1;
}

Error failed() { return {ErrorCode::kInternal, "OpenSSL cannot sign with this key"}; }

}  // namespace

Result<SignatureCheck> SignatureCheck::make(EVP_PKEY* key, Algorithm algorithm) {
  if (algorithm == Algorithm::kEdDsa) return SignatureCheck(key, algorithm, nullptr);
  const ErrorMark mark;
  PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || EVP_PKEY_verify_init(context.get()) <= 0 || !set_padding(context.get(), algorithm) ||
      EVP_PKEY_CTX_set_signature_md(context.get(), digest_of(algorithm)) <= 0) {
    return Error{ErrorCode::kInternal, "OpenSSL cannot verify signatures with this key"};
  }
  return SignatureCheck(key, algorithm, std::move(context));
}

bool SignatureCheck::verify(std::string_view input, std::string_view signature) const {
  const ErrorMark mark;
  if (algorithm_ == Algorithm::kEdDsa) return verify_eddsa(key_, input, signature);
  std::optional<std::string> der;
  if (is_ecdsa(algorithm_)) {
    der = ecdsa_to_der(signature, key_type_of(algorithm_));
    if (!der) return false;
    signature = *der;
  } else if (signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key_))) {
    return false;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned hash_size = 0;
  const PkeyContextPtr context(EVP_PKEY_CTX_dup(prepared_.get()));
  return context &&
         EVP_Digest(input.data(), input.size(), hash.data(), &hash_size, digest_of(algorithm_), nullptr) ==
             1 &&
         EVP_PKEY_verify(context.get(), as_bytes(signature), signature.size(), hash.data(), hash_size) == 1;
}

Result<std::string> make_signature(EVP_PKEY* key, Algorithm algorithm, std::string_view input) {
  const ErrorMark mark;
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;  // the context's
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), &settings, digest_of(algorithm), nullptr, key) != 1 ||
      !set_padding(settings, algorithm) ||
      EVP_DigestSign(context.get(), nullptr, &size, as_bytes(input), input.size()) != 1) {
    return failed();
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     as_bytes(input), input.size()) != 1) {
    return failed();
  }
  signature.resize(size);
  if (!is_ecdsa(algorithm)) return signature;
  std::optional<std::string> side_by_side = ecdsa_from_der(signature, key_type_of(algorithm));
  if (!side_by_side) return failed();
  return std::move(*side_by_side);
}

}  // namespace cinnabar
