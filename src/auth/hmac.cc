// SPDX-License-Identifier: Apache-2.0
#include "auth/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include <array>
#include <cassert>
#include <cstddef>

#include "auth/openssl_handles.h"

namespace cinnabar {
namespace {

constexpr std::size_t kHmacs = 3;
static_assert(static_cast<std::size_t>(Algorithm::kHs512) + 1 == kHmacs);

const char* digest_name(Algorithm algorithm) {
  if (algorithm == Algorithm::kHs256) return "SHA256";
  return algorithm == Algorithm::kHs384 ? "SHA384" : "SHA512";
}

MacContextPtr new_context(Algorithm algorithm) {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacContextPtr context(mac ? EVP_MAC_CTX_new(mac) : nullptr);
  EVP_MAC_free(mac);  // the context keeps a reference
  std::string digest = digest_name(algorithm);
  const std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                 OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1) return nullptr;
  return context;
}

/// This thread's context for the algorithm. Looking up an algorithm costs OpenSSL several times
/// what computing the MAC of a token does, so each thread does it once.
EVP_MAC_CTX* context_for(Algorithm algorithm) {
  thread_local std::array<MacContextPtr, kHmacs> contexts;
  MacContextPtr& context = contexts[static_cast<std::size_t>(algorithm)];
  if (!context) context = new_context(algorithm);
  return context.get();
}

}  // namespace

std::string hmac(Algorithm algorithm, std::string_view secret, std::string_view input) {
  assert(is_hmac(algorithm) && !secret.empty());
  const ErrorMark mark;
  EVP_MAC_CTX* context = context_for(algorithm);
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  const bool done =
      context && EVP_MAC_init(context, as_bytes(secret), secret.size(), nullptr) == 1 &&
      EVP_MAC_update(context, as_bytes(input), input.size()) == 1 &&
      EVP_MAC_final(context, reinterpret_cast<unsigned char*>(mac.data()), &size, mac.size()) == 1;
  mac.resize(done ? size : 0);
  return mac;
}

bool verify_hmac(Algorithm algorithm, std::string_view secret, std::string_view input, std::string_view mac) {
  const std::string expected = hmac(algorithm, secret, input);
  return !expected.empty() && mac.size() == expected.size() &&
         CRYPTO_memcmp(expected.data(), mac.data(), expected.size()) == 0;
}

}  // namespace cinnabar
