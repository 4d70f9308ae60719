// SPDX-License-Identifier: Apache-2.0
#include "auth/ecdsa_format.h"

#include <array>

#include "auth/openssl_handles.h"

namespace cinnabar {

namespace {

constexpr std::size_t kMostDerBytes = 2 * (66 + 4) + 4;

int as_int(std::size_t size) { return static_cast<int>(size); }

}  // namespace

std::size_t coordinate_bytes(KeyType curve) {
  switch (curve) {
    case KeyType::kP256: return 32;
    case KeyType::kP384: return 48;
    case KeyType::kP521: return 66;
    default: return 0;
  }
}

std::optional<std::string> ecdsa_to_der(std::string_view signature, KeyType curve) {
  const std::size_t half = coordinate_bytes(curve);
  if (half == 0 || signature.size() != 2 * half) return std::nullopt;
  const EcdsaSignaturePtr parts(ECDSA_SIG_new());
  BignumPtr r(BN_bin2bn(as_bytes(signature), as_int(half), nullptr));
  BignumPtr s(BN_bin2bn(as_bytes(signature.substr(half)), as_int(half), nullptr));
  if (!parts || !r || !s || BN_is_zero(r.get()) || BN_is_zero(s.get())) return std::nullopt;
  if (ECDSA_SIG_set0(parts.get(), r.get(), s.get()) != 1) return std::nullopt;
  (void)r.release();  // `parts` owns them now
  (void)s.release();
  std::array<unsigned char, kMostDerBytes> der{};
  const int size = i2d_ECDSA_SIG(parts.get(), nullptr);
  if (size <= 0 || static_cast<std::size_t>(size) > der.size()) return std::nullopt;
  unsigned char* end = der.data();
  if (i2d_ECDSA_SIG(parts.get(), &end) != size) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(der.data()), static_cast<std::size_t>(size));
}

std::optional<std::string> ecdsa_from_der(std::string_view der, KeyType curve) {
  const std::size_t half = coordinate_bytes(curve);
  const unsigned char* position = as_bytes(der);
  const EcdsaSignaturePtr parts(d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size())));
  if (half == 0 || !parts || position != as_bytes(der) + der.size()) return std::nullopt;
  std::string signature(2 * half, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(signature.data());
  if (BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), bytes, as_int(half)) < 0) return std::nullopt;
  if (BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), bytes + half, as_int(half)) < 0) return std::nullopt;
  return signature;
}

}  // namespace cinnabar
