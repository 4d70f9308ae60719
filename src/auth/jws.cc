// SPDX-License-Identifier: Apache-2.0
#include "auth/jws.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cassert>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "auth/base64url.h"
#include "auth/quote.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

constexpr std::array kAlgorithms = {Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512};

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

const char* digest_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kHs256: return "SHA256";
    case Algorithm::kHs384: return "SHA384";
    case Algorithm::kHs512: return "SHA512";
  }
  return nullptr;
}

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

MacContext new_mac(Algorithm algorithm) {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacContext context(mac ? EVP_MAC_CTX_new(mac) : nullptr);
  EVP_MAC_free(mac);  // the context keeps a reference
  std::string digest = digest_of(algorithm);
  const std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                 OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1) return nullptr;
  return context;
}

/// This thread's context for the algorithm. Looking up an algorithm costs OpenSSL several times
/// what computing the MAC of a token does, so each thread does it once.
EVP_MAC_CTX* mac_for(Algorithm algorithm) {
  thread_local std::array<MacContext, kAlgorithms.size()> contexts;
  MacContext& context = contexts[static_cast<std::size_t>(algorithm)];
  if (!context) context = new_mac(algorithm);
  return context.get();
}

/// RFC 9068 section 2.1, RFC 7515 section 4.1.9: the media type may leave out "application/".
bool is_access_token_type(std::string_view typ) {
  constexpr std::string_view kPrefix = "application/";
  const std::string lower = lower_case(typ);
  std::string_view rest = lower;
  if (rest.substr(0, kPrefix.size()) == kPrefix) rest.remove_prefix(kPrefix.size());
  return rest == "at+jwt";
}

}  // namespace

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kHs256: return "HS256";
    case Algorithm::kHs384: return "HS384";
    case Algorithm::kHs512: return "HS512";
  }
  return {};
}

Result<Algorithm> parse_algorithm(std::string_view name) {
  for (const Algorithm algorithm : kAlgorithms) {
    if (name == name_of(algorithm)) return algorithm;
  }
  return invalid("unknown algorithm " + quoted(name) + ": use HS256, HS384 or HS512");
}

Result<CompactJws> decode_compact_jws(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) {
    return invalid("is not a JWS in compact serialization: it has fewer than three parts");
  }
  if (token.find('.', second + 1) != std::string_view::npos) {
    return invalid("has more than three parts; encrypted tokens (JWE) are not accepted");
  }
  if (second + 1 == token.size()) return invalid("has no signature; unsecured tokens are not accepted");

  std::optional<std::string> header = decode_base64url(token.substr(0, first));
  std::optional<std::string> payload = decode_base64url(token.substr(first + 1, second - first - 1));
  std::optional<std::string> signature = decode_base64url(token.substr(second + 1));
  if (!header) return invalid("has a header that is not base64url without padding");
  if (!payload) return invalid("has claims that are not base64url without padding");
  if (!signature) return invalid("has a signature that is not base64url without padding");
  return CompactJws{token.substr(0, second), std::move(*header), std::move(*payload), std::move(*signature)};
}

Result<Algorithm> check_jose_header(const json::object& header) {
  const json::value* typ = header.if_contains("typ");
  if (!typ) return invalid("has no `typ`; RFC 9068 access tokens have \"at+jwt\"");
  if (!typ->is_string()) return invalid("has a `typ` that is not a string; it must be \"at+jwt\"");
  if (!is_access_token_type(typ->get_string())) {
    return invalid(
        "has `typ` " + quoted(typ->get_string()) +
        "; it must be \"at+jwt\" (RFC 9068), so that no token made for another use is taken for one");
  }
  if (header.contains("crit")) {
    return invalid("has `crit`, which demands extensions; none is implemented, so leave it out");
  }
  const json::value* b64 = header.if_contains("b64");
  if (b64 && !(b64->is_bool() && b64->get_bool())) {
    return invalid("has a `b64` other than true; unencoded payloads (RFC 7797) are not implemented");
  }
  const json::value* alg = header.if_contains("alg");
  if (!alg) return invalid("has no `alg`");
  if (!alg->is_string()) return invalid("has an `alg` that is not a string");
  const Result<Algorithm> algorithm = parse_algorithm(alg->get_string());
  if (!algorithm) {
    return invalid("has `alg` " + quoted(alg->get_string()) +
                   ", which is not accepted; sign with HS256, HS384 or HS512");
  }
  return *algorithm;
}

std::string make_signature(const VerificationKey& key, std::string_view signing_input) {
  assert(!key.secret.empty());
  EVP_MAC_CTX* context = mac_for(key.algorithm);
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  const bool done =
      context && EVP_MAC_init(context, as_bytes(key.secret), key.secret.size(), nullptr) == 1 &&
      EVP_MAC_update(context, as_bytes(signing_input), signing_input.size()) == 1 &&
      EVP_MAC_final(context, reinterpret_cast<unsigned char*>(mac.data()), &size, mac.size()) == 1;
  mac.resize(done ? size : 0);  // empty when out of memory: equals no signature
  return mac;
}

bool verify_signature(const VerificationKey& key, std::string_view signing_input,
                      std::string_view signature) {
  if (key.secret.empty()) return false;
  const std::string expected = make_signature(key, signing_input);
  return !expected.empty() && signature.size() == expected.size() &&
         CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
}

}  // namespace cinnabar
