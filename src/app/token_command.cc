// SPDX-License-Identifier: Apache-2.0
#include "app/token_command.h"

#include <boost/json.hpp>
#include <istream>
#include <iterator>
#include <optional>
#include <ostream>
#include <utility>

#include "app/config_values.h"
#include "app/dev.h"
#include "app/files.h"
#include "app/validate.h"
#include "auth/base64url.h"
#include "auth/mint.h"

namespace cinnabar {

namespace {

constexpr Duration kLife = std::chrono::hours(1);  // CLI-2

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

/// CLI-4: one trailing LF or CRLF is not part of a key that comes from a file.
std::string without_line_end(std::string text) {
  if (!text.empty() && text.back() == '\n') {
    text.pop_back();
    if (!text.empty() && text.back() == '\r') text.pop_back();
  }
  return text;
}

Result<std::string> read_key(const std::string& given, std::istream& in) {
  std::string key = given;
  if (given == "@-") {
    key = without_line_end({std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()});
  } else if (given.front() == '@') {
    Result<std::string> content = read_file(given.substr(1));
    if (!content) return invalid("--key: " + content.error().detail);
    key = without_line_end(std::move(*content));
  }
  if (key.empty()) return invalid("--key: the key is empty");
  return key;
}

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
  if (request.key.empty()) {
    Result<DevState> state = open_dev_state(environment);
    if (!state) return state.error();
    key = std::move(state->key);
  }
  return request;
}

Result<VerificationKey> signing_key(const TokenRequest& request, std::optional<std::string> key,
                                    std::istream& in) {
  if (!key) {
    if (request.key.empty()) {
      return invalid(
          "--key is missing: the issuer's secret, @FILE, or @- for standard input "
          "(or --dev for the development hub)");
    }
    Result<std::string> given = read_key(request.key, in);
    if (!given) return given.error();
    key = std::move(*given);
  }
  const std::string name = request.algorithm.empty() ? "HS256" : request.algorithm;
  const Result<Algorithm> algorithm = parse_algorithm(name);
  if (!algorithm) return invalid("--alg: " + algorithm.error().detail);
  if (looks_like_pem(*key)) {
    return invalid("--key: a PEM cannot be used with " + name + "; give the issuer's shared secret");
  }
  return VerificationKey{.algorithm = *algorithm, .secret = std::move(*key)};
}

Result<std::string> mint(const TokenRequest& given, const Environment& environment, std::int64_t now,
                         std::istream& in) {
  std::optional<std::string> key;
  Result<TokenRequest> request = with_dev_defaults(given, environment, key);
  if (!request) return request.error();
  if (request->issuer.empty()) return invalid("--iss is missing: the id of the issuer that the hub trusts");
  if (request->audience.empty()) return invalid("--aud is missing: the hub's URL (its resource identifier)");
  if (!grants_anything(*request)) {
    return invalid(
        "a token must grant something: give --publish TOPIC, --subscribe TOPIC, or both ('*' for all), or "
        "--publish-urlpattern and --subscribe-urlpattern");
  }
  Duration life = kLife;
  if (!request->lifetime.empty()) {
    const Result<Duration> parsed = parse_duration(request->lifetime);
    if (!parsed) return invalid("--exp " + parsed.error().detail + ", got \"" + request->lifetime + '"');
    if (*parsed < std::chrono::seconds(1)) return invalid("--exp must be at least 1s");
    life = *parsed;
  }
  const Result<VerificationKey> signing = signing_key(*request, std::move(key), in);
  if (!signing) return signing.error();

  TokenClaims claims;
  claims.issuer = request->issuer;
  claims.audience = request->audience;
  claims.subject = request->subject;
  claims.client_id = request->client_id;
  claims.key_id = request->key_id;
  claims.issued = now;
  claims.expires = now + std::chrono::duration_cast<std::chrono::seconds>(life).count();
  claims.publish = request->publish;
  claims.publish_urlpatterns = request->publish_urlpatterns;
  claims.subscribe = request->subscribe;
  claims.subscribe_urlpatterns = request->subscribe_urlpatterns;
  claims.payload = request->payload;
  return mint_token(claims, *signing);
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
