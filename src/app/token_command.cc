// SPDX-License-Identifier: Apache-2.0
#include "app/token_command.h"

#include <boost/json.hpp>
#include <istream>
#include <optional>
#include <ostream>
#include <utility>

#include "app/config_values.h"
#include "app/dev.h"
#include "auth/base64url.h"
#include "auth/mint.h"

namespace cinnabar {

namespace {

constexpr Duration kLife = std::chrono::hours(1);  // CLI-2

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

bool grants_anything(const TokenRequest& request) {
  return !request.publish.empty() || !request.subscribe.empty() || !request.publish_urlpatterns.empty() ||
         !request.subscribe_urlpatterns.empty();
}

/// The request with what --dev fills in (CLI-5, but with the development hub's own random key).
Result<TokenRequest> with_dev_defaults(TokenRequest request, const Environment& environment,
                                       std::optional<std::string>& key) {
  if (!request.dev) return request;
  if (request.issuer.empty()) request.issuer = kDevIssuer;
  if (request.audience.empty()) request.audience = kDevResource;
  if (request.lifetime.empty()) request.lifetime = format_duration(kDevTokenLife);
  if (!grants_anything(request)) {
    request.publish = {"*"};
    request.subscribe = {"*"};
  }
  if (request.key.key.empty() && request.key.environment.empty()) {
    Result<DevState> state = open_dev_state(environment);
    if (!state) return state.error();
    key = std::move(state->key);
  }
  return request;
}

Result<Dialect> dialect_of(const TokenRequest& request) {
  if (request.protocol.empty() || request.protocol == "1.0") return Dialect::k1_0;
  if (request.protocol == "0.x") return Dialect::k0_x;
  return invalid("--protocol must be 1.0 or 0.x, got \"" + request.protocol + '"');
}

/// What protocol 1.0 demands of a token, and any token needs.
Result<void> check_complete(const TokenRequest& request, Dialect dialect) {
  if (dialect == Dialect::k1_0) {
    if (request.issuer.empty()) return invalid("--iss is missing: the id of the issuer that the hub trusts");
    if (request.audience.empty()) return invalid("--aud is missing: the hub's URL (its resource identifier)");
  }
  if (!grants_anything(request)) {
    return invalid(
        "a token must grant something: give --publish TOPIC, --subscribe TOPIC, or both ('*' for all), or "
        "--publish-urlpattern and --subscribe-urlpattern");
  }
  return {};
}

/// Nothing: the token is to have no `exp`, as tokens of protocol 0.x may.
Result<std::optional<Duration>> life_of(const TokenRequest& request, Dialect dialect) {
  if (request.lifetime.empty()) {
    return dialect == Dialect::k0_x ? std::optional<Duration>() : std::optional<Duration>(kLife);
  }
  const Result<Duration> parsed = parse_duration(request.lifetime);
  if (!parsed) return invalid("--exp " + parsed.error().detail + ", got \"" + request.lifetime + '"');
  if (*parsed < std::chrono::seconds(1)) return invalid("--exp must be at least 1s");
  return std::optional<Duration>(*parsed);
}

Result<std::string> mint(const TokenRequest& given, const Environment& environment, std::int64_t now,
                         std::istream& in) {
  const Result<Dialect> dialect = dialect_of(given);
  if (!dialect) return dialect.error();
  std::optional<std::string> dev_key;
  Result<TokenRequest> request = with_dev_defaults(given, environment, dev_key);
  if (!request) return request.error();
  if (Result<void> checked = check_complete(*request, *dialect); !checked) return checked.error();
  const Result<std::optional<Duration>> life = life_of(*request, *dialect);
  if (!life) return life.error();
  const Result<TokenKey> key =
      dev_key ? make_token_key(request->key, *dev_key) : read_token_key(request->key, environment, in);
  if (!key) return key.error();

  TokenClaims claims;
  claims.dialect = *dialect;
  claims.issuer = request->issuer;
  claims.audience = request->audience;
  claims.subject = request->subject;
  claims.client_id = request->client_id;
  claims.key_id = key->id;
  if (*dialect == Dialect::k1_0) claims.issued = now;
  if (*life) claims.expires = now + std::chrono::duration_cast<std::chrono::seconds>(**life).count();
  claims.publish = request->publish;
  claims.publish_urlpatterns = request->publish_urlpatterns;
  claims.subscribe = request->subscribe;
  claims.subscribe_urlpatterns = request->subscribe_urlpatterns;
  claims.payload = request->payload;
  return mint_token(claims, key->key, key->algorithm);
}

void indent(std::ostream& out, int depth) {
  out << '\n' << std::string(static_cast<std::size_t>(depth) * 2, ' ');
}

void print_pretty(std::ostream& out, const boost::json::value& value, int depth) {
  const char* separator = "";
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out << '{';
    for (const auto& [name, member] : *object) {
      out << separator;
      indent(out, depth + 1);
      out << boost::json::serialize(name) << ": ";
      print_pretty(out, member, depth + 1);
      separator = ",";
    }
    indent(out, depth);
    out << '}';
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out << '[';
    for (const auto& item : *array) {
      out << separator;
      indent(out, depth + 1);
      print_pretty(out, item, depth + 1);
      separator = ",";
    }
    indent(out, depth);
    out << ']';
  } else {
    out << boost::json::serialize(value);
  }
}

/// Header and claims, each as indented JSON.
void print_parts(std::ostream& out, std::string_view token) {
  for (int part = 0; part < 2; ++part) {
    const std::size_t dot = token.find('.');
    if (dot == std::string_view::npos) return;
    const std::optional<std::string> json = decode_base64url(token.substr(0, dot));
    token.remove_prefix(dot + 1);
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse(json.value_or(""), error);
    if (error) return;
    print_pretty(out, value, 0);
    out << '\n';
  }
}

}  // namespace

int token_command(const TokenRequest& request, const Environment& environment, std::int64_t now,
                  std::istream& in, std::ostream& out, std::ostream& err) {
  const Result<std::string> token = mint(request, environment, now, in);
  if (!token) {
    err << "cinnabar token: " << token.error().detail << '\n';
    return 1;
  }
  if (request.pretty) print_parts(err, *token);
  out << *token << '\n' << std::flush;
  return 0;
}

}  // namespace cinnabar
