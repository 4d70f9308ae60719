// SPDX-License-Identifier: Apache-2.0
#include "auth/mint.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <string_view>
#include <utility>

#include "auth/base64url.h"
#include "auth/details.h"
#include "auth/json_strict.h"
#include "base/uuid.h"
#include "protocol/text.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

/// What a hub would refuse in the finished token is better said here.
Result<void> check_topics(const std::vector<std::string>& topics, std::string_view action) {
  for (const std::string& topic : topics) {
    if (topic.empty() || !is_protocol_string(topic)) {
      return invalid("A topic to " + std::string(action) +
                     " must be non-empty UTF-8 without control or Unicode format characters.");
    }
  }
  return {};
}

/// Relative patterns are relative to the audience, where that is a hub's URL.
Result<void> check_patterns(const std::vector<std::string>& patterns, std::string_view action,
                            const std::string& audience) {
  const Result<HubUrl> known = HubUrl::parse(audience);
  const HubUrl hub = known ? *known : HubPath().base(HubScheme::kHttps);
  for (const std::string& pattern : patterns) {
    const Result<Matcher> made = Matcher::make(MatcherType::kUrlPattern, pattern, hub);
    if (!made)
      return invalid("A URL pattern to " + std::string(action) + " is invalid. " + made.error().detail);
  }
  return {};
}

json::object make_detail(std::string_view action, const std::vector<std::string>& topics,
                         const std::vector<std::string>& urlpatterns) {
  json::array matchers;
  for (const std::string& topic : topics) {
    json::object matcher;
    matcher["match"] = topic;
    matchers.push_back(std::move(matcher));
  }
  for (const std::string& pattern : urlpatterns) {
    json::object matcher;
    matcher["match"] = pattern;
    matcher["match_type"] = name_of(MatcherType::kUrlPattern);
    matchers.push_back(std::move(matcher));
  }
  json::object detail;
  detail["type"] = kMercureDetailType;
  detail["actions"] = json::array(1, json::value(json::string(action)));
  detail["topics"] = std::move(matchers);
  return detail;
}

/// The claim `authorization_details`: one of each action that is granted.
Result<json::array> make_details(const TokenClaims& claims) {
  struct Grant {
    std::string_view action;
    const std::vector<std::string>& topics;
    const std::vector<std::string>& urlpatterns;
  };
  json::array details;
  for (const Grant& grant : {Grant{"publish", claims.publish, claims.publish_urlpatterns},
                             Grant{"subscribe", claims.subscribe, claims.subscribe_urlpatterns}}) {
    if (grant.topics.empty() && grant.urlpatterns.empty()) continue;
    for (const auto* list : {&grant.topics, &grant.urlpatterns}) {
      if (Result<void> checked = check_topics(*list, grant.action); !checked) return checked.error();
    }
    if (Result<void> checked = check_patterns(grant.urlpatterns, grant.action, claims.audience); !checked) {
      return checked.error();
    }
    details.push_back(make_detail(grant.action, grant.topics, grant.urlpatterns));
  }
  if (!claims.payload.empty()) {
    Result<json::object> payload = parse_json_object(claims.payload);
    if (!payload)
      return invalid("The payload " + payload.error().detail + "; write it like {\"name\":\"value\"}.");
    if (claims.subscribe.empty() && claims.subscribe_urlpatterns.empty()) {
      return invalid("The payload belongs to a subscribe grant: name at least one topic to subscribe.");
    }
    details.back().get_object()["payload"] = std::move(*payload);
  }
  return details;
}

/// RFC 9068 section 2.2, with all claims that an issuer owes (TOK-13).
Result<json::object> make_body(const TokenClaims& claims) {
  if (claims.issuer.empty()) return invalid("The issuer is empty: a hub trusts a token by its issuer.");
  if (claims.audience.empty()) {
    return invalid("The audience is empty: it must be the hub's resource identifier, usually its URL.");
  }
  if (!claims.issued || !claims.expires) {
    return invalid("The token needs the time of its making and one at which it expires.");
  }
  Result<json::array> details = make_details(claims);
  if (!details) return details.error();
  json::object body;
  body["iss"] = claims.issuer;
  body["aud"] = claims.audience;
  body["sub"] = claims.subject.empty() ? Uuid::random().urn() : claims.subject;
  body["client_id"] = claims.client_id.empty() ? claims.issuer : claims.client_id;
  body["iat"] = *claims.issued;
  body["exp"] = *claims.expires;
  body["jti"] = Uuid::random().urn();
  body["authorization_details"] = std::move(*details);
  return body;
}

/// Both arrays are there even if empty: hubs tell a `publish` that is missing from an empty one (COMPAT-27).
Result<json::object> make_mercure_claim(const TokenClaims& claims) {
  if (!claims.publish_urlpatterns.empty() || !claims.subscribe_urlpatterns.empty()) {
    return invalid(
        "Tokens of protocol 0.x know no URL patterns; name the topics, or give a URI template such as "
        "https://example.com/books/{id} as one.");
  }
  if (Result<void> checked = check_topics(claims.publish, "publish"); !checked) return checked.error();
  if (Result<void> checked = check_topics(claims.subscribe, "subscribe"); !checked) return checked.error();
  json::object mercure;
  mercure["publish"] = json::array(claims.publish.begin(), claims.publish.end());
  mercure["subscribe"] = json::array(claims.subscribe.begin(), claims.subscribe.end());
  if (!claims.payload.empty()) {
    Result<json::object> wrapped = parse_json_object("{\"payload\":" + claims.payload + "}");
    if (!wrapped || wrapped->size() != 1) {
      const std::string why = wrapped ? "is not valid JSON" : wrapped.error().detail;
      return invalid("The payload " + why + "; write it like {\"name\":\"value\"} or \"text\".");
    }
    mercure["payload"] = std::move(wrapped->at("payload"));
  }
  return mercure;
}

Result<json::object> make_old_body(const TokenClaims& claims) {
  Result<json::object> mercure = make_mercure_claim(claims);
  if (!mercure) return mercure.error();
  json::object body;
  if (!claims.issuer.empty()) body["iss"] = claims.issuer;
  if (!claims.audience.empty()) body["aud"] = claims.audience;
  if (!claims.subject.empty()) body["sub"] = claims.subject;
  if (!claims.client_id.empty()) body["client_id"] = claims.client_id;
  if (claims.issued) body["iat"] = *claims.issued;
  if (claims.expires) body["exp"] = *claims.expires;
  body["mercure"] = std::move(*mercure);
  return body;
}

}  // namespace

Result<std::string> mint_token(const TokenClaims& claims, const Key& key, Algorithm algorithm) {
  if (claims.publish.empty() && claims.publish_urlpatterns.empty() && claims.subscribe.empty() &&
      claims.subscribe_urlpatterns.empty()) {
    return invalid("The token would grant nothing: name at least one topic to publish or subscribe.");
  }
  for (const std::string* text :
       {&claims.issuer, &claims.audience, &claims.subject, &claims.client_id, &claims.key_id}) {
    if (!is_utf8(*text))
      return invalid("The issuer, audience, subject, client and key ids must be valid UTF-8.");
  }
  const bool is_old = claims.dialect == Dialect::k0_x;
  const Result<json::object> body = is_old ? make_old_body(claims) : make_body(claims);
  if (!body) return body.error();

  json::object header;
  header["alg"] = name_of(algorithm);
  header["typ"] = is_old ? "JWT" : "at+jwt";
  if (!claims.key_id.empty()) header["kid"] = claims.key_id;

  const std::string text = json::serialize(*body);
  if (const Result<json::object> read = parse_json_object(text); !read) {
    return invalid("The token's claims would be refused by a hub, as their JSON " + read.error().detail +
                   ".");
  }
  std::string token = encode_base64url(json::serialize(header)) + "." + encode_base64url(text);
  const Result<std::string> signature = key.sign(algorithm, token);
  if (!signature) return Error{signature.error().code, "The key " + signature.error().detail + "."};
  token += "." + encode_base64url(*signature);
  return token;
}

}  // namespace cinnabar
