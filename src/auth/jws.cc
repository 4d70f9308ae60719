// SPDX-License-Identifier: Apache-2.0
#include "auth/jws.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <utility>

#include "auth/base64url.h"
#include "auth/quote.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
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

Result<JoseHeader> read_jose_header(const json::object& header) {
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
                   ", which is not accepted; sign with HS256, RS256, PS256, ES256, EdDSA or one like them");
  }
  JoseHeader result;
  result.algorithm = *algorithm;
  if (const json::value* kid = header.if_contains("kid")) {
    if (!kid->is_string()) return invalid("has a `kid` that is not a string");
    result.key_id = {kid->get_string().data(), kid->get_string().size()};
  }
  const json::value* typ = header.if_contains("typ");
  result.is_access_token = typ && typ->is_string() && is_access_token_type(typ->get_string());
  return result;
}

Result<void> check_access_token_type(const json::object& header) {
  const json::value* typ = header.if_contains("typ");
  if (!typ) return invalid("has no `typ`; RFC 9068 access tokens have \"at+jwt\"");
  if (!typ->is_string()) return invalid("has a `typ` that is not a string; it must be \"at+jwt\"");
  if (!is_access_token_type(typ->get_string())) {
    return invalid(
        "has `typ` " + quoted(typ->get_string()) +
        "; it must be \"at+jwt\" (RFC 9068), so that no token made for another use is taken for one");
  }
  return {};
}

}  // namespace cinnabar
