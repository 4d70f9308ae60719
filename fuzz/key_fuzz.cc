// SPDX-License-Identifier: Apache-2.0
// Property: no text that is configured or fetched as a key does worse than being refused with a sentence; a
// key that is accepted verifies no arbitrary signature, and what it signs it verifies. The first byte chooses
// the reader.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/jwk.h"
#include "auth/key.h"

namespace {

using cinnabar::Algorithm;
using cinnabar::Key;
using cinnabar::Result;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view kText = "a text";

void try_key(const Key& key) {
  require((key.type() == cinnabar::KeyType::kSecret) == (key.secret_bytes() > 0));
  for (const Algorithm algorithm : cinnabar::kAlgorithms) {
    for (const std::size_t size : {0U, 32U, 64U, 96U, 132U, 256U}) {
      require(!key.verify(algorithm, kText, std::string(size, '\x5A')));
    }
    if (!key.can_sign() || !key.fits(algorithm)) continue;
    const Result<std::string> signature = key.sign(algorithm, kText);
    if (signature) require(key.verify(algorithm, kText, *signature));
  }
}

template <class T>
bool accepted(const Result<T>& result) {
  if (result) return true;
  require(!result.error().detail.empty());
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0: {
      const auto jwk = cinnabar::parse_jwk(input);
      if (accepted(jwk)) try_key(jwk->key);
      break;
    }
    case 1: {
      const auto set = cinnabar::parse_jwk_set(input);
      if (!accepted(set)) break;
      for (const std::string& why : set->skipped) require(!why.empty());
      for (const cinnabar::VerificationKey& each : set->keys) {
        require(each.key.type() != cinnabar::KeyType::kSecret);
        try_key(each.key);
      }
      break;
    }
    case 2: {
      const auto pem = Key::from_pem(input);
      if (accepted(pem)) try_key(*pem);
      break;
    }
    default: {
      const auto key = Key::parse(input);
      if (accepted(key)) try_key(*key);
      if (cinnabar::looks_like_pem(input))
        require(!key || key->type() != cinnabar::KeyType::kSecret || cinnabar::looks_like_jwk(input));
    }
  }
  return 0;
}
