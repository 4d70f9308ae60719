// SPDX-License-Identifier: Apache-2.0
#include "auth/key.h"

#include <algorithm>
#include <utility>

#include "auth/hmac.h"
#include "auth/jwk.h"
#include "auth/key_maker.h"

namespace cinnabar {
namespace {

Error invalid(std::string clause) { return {ErrorCode::kInvalid, std::move(clause)}; }

/// Whether `decode`, one of OpenSSL's d2i functions, makes something of all of `bytes`.
template <class Decode, class Free>
bool decodes(std::string_view bytes, Decode decode, Free free) {
  const unsigned char* position = as_bytes(bytes);
  auto* object = decode(nullptr, &position, static_cast<long>(bytes.size()));
  if (object == nullptr) return false;
  free(object);
  return position == as_bytes(bytes) + bytes.size();
}

/// A public key, a certificate or a private key in binary form.
bool is_der_key(std::string_view bytes) {
  constexpr char kSequence = 0x30;
  if (bytes.size() < 32 || bytes.front() != kSequence) return false;
  const ErrorMark mark;
  return decodes(bytes, d2i_PUBKEY, EVP_PKEY_free) || decodes(bytes, d2i_X509, X509_free) ||
         decodes(bytes, d2i_PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free);
}

}  // namespace

bool looks_like_pem(std::string_view text) { return text.find("-----BEGIN ") != std::string_view::npos; }

bool looks_like_jwk(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{' &&
         text.find("\"kty\"") != std::string_view::npos;
}

Result<Key> Key::from_secret(std::string bytes) {
  if (bytes.empty()) return invalid("is empty");
  if (looks_like_pem(bytes)) {
    return invalid("is a PEM, which is no shared secret: whoever knows a public key could sign with it");
  }
  if (looks_like_jwk(bytes)) return invalid("is a JWK, which is no shared secret");
  if (bytes.rfind("ssh-", 0) == 0 || bytes.rfind("ecdsa-sha2-", 0) == 0) {
    return invalid("is an OpenSSH public key; convert it to a PEM with: ssh-keygen -e -m PKCS8 -f FILE");
  }
  if (is_der_key(bytes)) return invalid("is a key in binary form (DER); convert it to a PEM");
  auto material = std::make_shared<Material>();
  material->secret = std::move(bytes);
  return Key(std::move(material));
}

Result<Key> Key::parse(std::string_view text) {
  Result<VerificationKey> parsed = parse_verification_key(text);
  if (!parsed) return parsed.error();
  return std::move(parsed->key);
}

KeyType Key::type() const { return material_->type; }

bool Key::can_sign() const { return type() == KeyType::kSecret || material_->is_private; }

std::size_t Key::secret_bytes() const { return material_->secret.size(); }

bool Key::verify(Algorithm algorithm, std::string_view input, std::string_view signature) const {
  if (!fits(algorithm)) return false;
  if (is_hmac(algorithm)) return verify_hmac(algorithm, material_->secret, input, signature);
  const auto check = std::find_if(material_->checks.begin(), material_->checks.end(),
                                  [algorithm](const auto& each) { return each.algorithm() == algorithm; });
  return check != material_->checks.end() && check->verify(input, signature);
}

Result<std::string> Key::sign(Algorithm algorithm, std::string_view input) const {
  if (!fits(algorithm)) {
    return invalid("is " + std::string(name_of(type())) + "; " + std::string(name_of(algorithm)) + " needs " +
                   std::string(name_of(key_type_of(algorithm))));
  }
  if (!can_sign()) return invalid("is only the public part; signing takes the private key");
  if (!is_hmac(algorithm)) return make_signature(material_->pkey.get(), algorithm, input);
  std::string mac = hmac(algorithm, material_->secret, input);
  if (mac.empty()) return Error{ErrorCode::kInternal, "OpenSSL cannot sign with this key"};
  return mac;
}

}  // namespace cinnabar
