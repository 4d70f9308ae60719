// SPDX-License-Identifier: Apache-2.0
#include "auth/digest.h"

#include <openssl/evp.h>

#include <cstdint>
#include <memory>

namespace cinnabar {
namespace {

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

/// Looking up the algorithm costs OpenSSL more than hashing a token does, so each thread does it once.
struct Hasher {
  std::unique_ptr<EVP_MD, Free> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

}  // namespace

Digest Digest::of(std::initializer_list<std::string_view> parts) {
  thread_local Hasher hasher;
  EVP_MD_CTX* context = hasher.context.get();
  Digest digest;
  EVP_DigestInit_ex2(context, hasher.algorithm.get(), nullptr);
  for (const std::string_view part : parts) {
    const std::uint64_t size = part.size();
    EVP_DigestUpdate(context, &size, sizeof size);
    EVP_DigestUpdate(context, part.data(), part.size());
  }
  EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr);
  return digest;
}

}  // namespace cinnabar
