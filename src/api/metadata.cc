// SPDX-License-Identifier: Apache-2.0
#include "api/metadata.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "api/responses.h"
#include "auth/details.h"
#include "protocol/matcher.h"

namespace cinnabar {
namespace {

namespace json = boost::json;

std::string document(const ApiOptions& options, const HubAddress& hub, bool subscriptions) {
  json::object document;
  document["resource"] = hub.resource;
  document["bearer_methods_supported"] = json::array{"header"};
  if (!options.authorization_servers.empty()) {
    json::array servers;
    for (const std::string& server : options.authorization_servers)
      servers.emplace_back(json::string(server));
    document["authorization_servers"] = std::move(servers);
  }
  document["authorization_details_types_supported"] = json::array{json::string(kMercureDetailType)};
  document["mercure_cookie"] = options.cookie_name;
  document["mercure_matcher_types_supported"] = json::array{json::string(name_of(MatcherType::kExact)),
                                                            json::string(name_of(MatcherType::kUrlPattern))};
  if (subscriptions) document["mercure_subscriptions"] = true;  // ACT-24
  return json::serialize(document);
}

}  // namespace

void MetadataEndpoint::handle(const http::ExchangePtr& exchange) const {
  const Result<Contact> contact = addresses_.of(exchange->request());
  if (!contact) return exchange->respond(refusal_response(contact.error()));
  exchange->respond({200,
                     {{"Content-Type", "application/json"}, {"Cache-Control", "max-age=3600"}},
                     document(options_, *contact->hub, subscriptions_)});
}

}  // namespace cinnabar
