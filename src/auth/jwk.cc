// SPDX-License-Identifier: Apache-2.0
#include "auth/jwk.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "auth/base64url.h"
#include "auth/ecdsa_format.h"
#include "auth/json_strict.h"
#include "auth/jwk_object.h"
#include "auth/key_maker.h"
#include "auth/quote.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

constexpr std::size_t kEd25519Bytes = 32;
constexpr std::size_t kMostNumberBytes = 16384 / 8;

Error invalid(std::string clause) { return {ErrorCode::kInvalid, std::move(clause)}; }

std::string in_backquotes(std::string_view name) { return "`" + std::string(name) + "`"; }

/// A member that is a string if it is there. The view is into `jwk`.
Result<std::optional<std::string_view>> text_member(const json::object& jwk, std::string_view name) {
  const json::value* member = jwk.if_contains(name);
  if (!member) return std::optional<std::string_view>();
  if (!member->is_string()) return invalid("has a member " + in_backquotes(name) + " that is not a string");
  const json::string& text = member->get_string();
  return std::optional<std::string_view>(std::string_view(text.data(), text.size()));
}

/// A member that is base64url of bytes. They may be private: wiped when done with.
class Bytes {
 public:
  static Result<Bytes> read(const json::object& jwk, std::string_view name) {
    const Result<std::optional<std::string_view>> text = text_member(jwk, name);
    if (!text) return text.error();
    if (!*text) return invalid("has no member " + in_backquotes(name));
    std::optional<std::string> bytes = decode_base64url(**text);
    if (!bytes)
      return invalid("has a member " + in_backquotes(name) + " that is not base64url without padding");
    if (bytes->empty()) return invalid("has an empty member " + in_backquotes(name));
    return Bytes(std::move(*bytes));
  }
  /// Of exactly that many bytes (RFC 7518 section 6.2.1.2: leading zeros belong to a coordinate).
  static Result<Bytes> read(const json::object& jwk, std::string_view name, std::size_t size) {
    Result<Bytes> bytes = read(jwk, name);
    if (bytes && bytes->view().size() != size) {
      return invalid("has a member " + in_backquotes(name) + " of " + std::to_string(bytes->view().size()) +
                     " bytes; it must have " + std::to_string(size));
    }
    return bytes;
  }
  Bytes(Bytes&&) = default;
  Bytes& operator=(Bytes&&) = default;
  ~Bytes() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

  std::string_view view() const { return bytes_; }
  BignumPtr number() const {
    return BignumPtr(BN_bin2bn(as_bytes(bytes_), static_cast<int>(bytes_.size()), nullptr));
  }

 private:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string bytes_;
};

/// OpenSSL's key of what `builder` holds. nullptr if it makes none.
PkeyPtr build(const char* type, OSSL_PARAM_BLD* builder, bool is_private) {
  const ParamsPtr parameters(OSSL_PARAM_BLD_to_param(builder));
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* pkey = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &pkey, is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                        parameters.get()) != 1) {
    return nullptr;
  }
  return PkeyPtr(pkey);
}

bool product_is(const BIGNUM* a, const BIGNUM* b, const BIGNUM* expected) {
  const std::unique_ptr<BN_CTX, FreeWith<BN_CTX_free>> scratch(BN_CTX_new());
  const BignumPtr product(BN_new());
  return scratch && product && BN_mul(product.get(), a, b, scratch.get()) == 1 &&
         BN_cmp(product.get(), expected) == 0;
}

/// RFC 7518 section 6.3. Zeros in front of a number are not a fault worth refusing: libraries write them, and
/// it stays the same number.
Result<Key> rsa_key(const json::object& jwk) {
  struct Number {
    const char* member;
    const char* name;
    bool is_prime_part;
  };
  constexpr std::array<Number, 8> kNumbers = {{
      {"n", OSSL_PKEY_PARAM_RSA_N, false},
      {"e", OSSL_PKEY_PARAM_RSA_E, false},
      {"d", OSSL_PKEY_PARAM_RSA_D, false},
      {"p", OSSL_PKEY_PARAM_RSA_FACTOR1, true},
      {"q", OSSL_PKEY_PARAM_RSA_FACTOR2, true},
      {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1, true},
      {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2, true},
      {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1, true},
  }};
  if (jwk.contains("oth")) return invalid("is an RSA key of more than two primes (`oth`); use one of two");
  const bool is_private = jwk.contains("d");
  const bool has_primes =
      is_private && std::any_of(kNumbers.begin(), kNumbers.end(), [&](const Number& each) {
        return each.is_prime_part && jwk.contains(each.member);
      });
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  std::array<BignumPtr, kNumbers.size()> values;  // the builder refers to them
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {
    const Number& each = kNumbers[i];
    if (i >= 2 && !(each.is_prime_part ? has_primes : is_private)) continue;
    const Result<Bytes> bytes = Bytes::read(jwk, each.member);
    if (!bytes) return bytes.error();
    values[i] = bytes->number();
    if (!values[i] || !builder || BN_num_bytes(values[i].get()) > static_cast<int>(kMostNumberBytes) ||
        OSSL_PARAM_BLD_push_BN(builder.get(), each.name, values[i].get()) != 1) {
      return invalid("is an RSA key with a number of more than 16384 bits in " + in_backquotes(each.member));
    }
  }
  constexpr std::size_t kN = 0;
  constexpr std::size_t kP = 3;
  constexpr std::size_t kQ = 4;
  // Signing would do without them where they are wrong, and be slow.
  const bool is_product = !has_primes || product_is(values[kP].get(), values[kQ].get(), values[kN].get());
  PkeyPtr pkey = is_product ? build("RSA", builder.get(), is_private) : nullptr;
  if (!pkey) return invalid("is not an RSA key: its numbers don't fit together");
  return KeyMaker::make(std::move(pkey), is_private);
}

/// RFC 7518 section 6.2.
Result<Key> ec_key(const json::object& jwk) {
  const Result<std::optional<std::string_view>> curve = text_member(jwk, "crv");
  if (!curve) return curve.error();
  if (!*curve) return invalid("has no member `crv`");
  std::optional<KeyType> type;
  if (**curve == "P-256") type = KeyType::kP256;
  if (**curve == "P-384") type = KeyType::kP384;
  if (**curve == "P-521") type = KeyType::kP521;
  if (!type) {
    return invalid("is on the curve " + quoted(**curve) +
                   ", which is not supported; use P-256, P-384 or P-521");
  }
  const std::size_t size = coordinate_bytes(*type);
  const Result<Bytes> x = Bytes::read(jwk, "x", size);
  if (!x) return x.error();
  const Result<Bytes> y = Bytes::read(jwk, "y", size);
  if (!y) return y.error();
  constexpr char kUncompressed = 4;
  const std::string point = kUncompressed + std::string(x->view()) + std::string(y->view());
  const std::string group(**curve);
  const bool is_private = jwk.contains("d");
  BignumPtr secret;
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  bool built = builder &&
               OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.data(),
                                               group.size()) == 1 &&
               OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                                point.size()) == 1;
  if (is_private) {
    const Result<Bytes> d = Bytes::read(jwk, "d", size);
    if (!d) return d.error();
    secret = d->number();
    built = built && secret &&
            OSSL_PARAM_BLD_push_BN_pad(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get(), size) == 1;
  }
  PkeyPtr pkey = built ? build("EC", builder.get(), is_private) : nullptr;
  if (!pkey) return invalid("is not an EC key: its point is not on the curve");
  return KeyMaker::make(std::move(pkey), is_private);
}

/// RFC 8037 section 2.
Result<Key> okp_key(const json::object& jwk) {
  const Result<std::optional<std::string_view>> curve = text_member(jwk, "crv");
  if (!curve) return curve.error();
  if (!*curve) return invalid("has no member `crv`");
  if (**curve != "Ed25519") {
    return invalid("is on the curve " + quoted(**curve) + ", which is not supported; use Ed25519");
  }
  const Result<Bytes> x = Bytes::read(jwk, "x", kEd25519Bytes);
  if (!x) return x.error();
  if (!jwk.contains("d")) {
    PkeyPtr pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, as_bytes(x->view()), kEd25519Bytes));
    if (!pkey) return invalid("is not an Ed25519 key");
    return KeyMaker::make(std::move(pkey), false);
  }
  const Result<Bytes> d = Bytes::read(jwk, "d", kEd25519Bytes);
  if (!d) return d.error();
  PkeyPtr pkey(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, as_bytes(d->view()), kEd25519Bytes));
  std::array<unsigned char, kEd25519Bytes> derived{};
  std::size_t size = derived.size();
  if (!pkey || EVP_PKEY_get_raw_public_key(pkey.get(), derived.data(), &size) != 1 ||
      !std::equal(derived.begin(), derived.end(), as_bytes(x->view()))) {
    return invalid("is damaged: its private part does not belong to its public part");
  }
  return KeyMaker::make(std::move(pkey), true);
}

Result<Key> key_of(const json::object& jwk) {
  const Result<std::optional<std::string_view>> kty = text_member(jwk, "kty");
  if (!kty) return kty.error();
  if (!*kty) return invalid("has no member `kty`");
  if (**kty == "RSA") return rsa_key(jwk);
  if (**kty == "EC") return ec_key(jwk);
  if (**kty == "OKP") return okp_key(jwk);
  if (**kty == "oct") {
    const Result<Bytes> secret = Bytes::read(jwk, "k");
    if (!secret) return secret.error();
    return Key::from_secret(std::string(secret->view()));
  }
  return invalid("has `kty` " + quoted(**kty) + ", which is not supported; use RSA, EC, OKP or oct");
}

/// RFC 7517 sections 4.2 and 4.3: whether the key is for signatures, as far as it says.
Result<void> check_purpose(const json::object& jwk) {
  const Result<std::optional<std::string_view>> use = text_member(jwk, "use");
  if (!use) return use.error();
  if (*use && **use != "sig") return invalid("is not for signatures, as its `use` is " + quoted(**use));
  const json::value* operations = jwk.if_contains("key_ops");
  if (!operations) return {};
  if (!operations->is_array()) return invalid("has a member `key_ops` that is not an array");
  const json::array& names = operations->get_array();
  const bool signs = std::any_of(names.begin(), names.end(), [](const json::value& name) {
    return name.is_string() && (name.get_string() == "verify" || name.get_string() == "sign");
  });
  if (!signs) return invalid("is not for signatures, as its `key_ops` has neither \"verify\" nor \"sign\"");
  return {};
}

Result<std::optional<Algorithm>> algorithm_of(const json::object& jwk, const Key& key) {
  const Result<std::optional<std::string_view>> name = text_member(jwk, "alg");
  if (!name) return name.error();
  if (!*name) return std::optional<Algorithm>();
  const Result<Algorithm> algorithm = parse_algorithm(**name);
  if (!algorithm) return invalid("has `alg` " + quoted(**name) + ", which is not supported");
  if (!key.fits(*algorithm)) {
    return invalid("has `alg` " + quoted(**name) + ", but is " + std::string(name_of(key.type())));
  }
  return std::optional(*algorithm);
}

}  // namespace

Result<VerificationKey> read_jwk(const json::object& jwk) {
  const ErrorMark mark;
  if (Result<void> checked = check_purpose(jwk); !checked) return checked.error();
  const Result<std::optional<std::string_view>> id = text_member(jwk, "kid");
  if (!id) return id.error();
  Result<Key> key = key_of(jwk);
  if (!key) return key.error();
  const Result<std::optional<Algorithm>> algorithm = algorithm_of(jwk, *key);
  if (!algorithm) return algorithm.error();
  return VerificationKey{std::move(*key), std::string(id->value_or("")), *algorithm};
}

Result<VerificationKey> parse_jwk(std::string_view text) {
  const Result<json::object> jwk = parse_json_object(text);
  if (!jwk) return invalid("is not a JWK: its JSON " + jwk.error().detail);
  return read_jwk(*jwk);
}

Result<VerificationKey> parse_verification_key(std::string_view text) {
  if (looks_like_jwk(text)) return parse_jwk(text);
  Result<Key> key = looks_like_pem(text) ? Key::from_pem(text) : Key::from_secret(std::string(text));
  if (!key) return key.error();
  return VerificationKey{std::move(*key), {}, {}};
}

}  // namespace cinnabar
