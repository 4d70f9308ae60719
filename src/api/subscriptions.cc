// SPDX-License-Identifier: Apache-2.0
#include "api/subscriptions.h"

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <utility>

#include "api/collection_stream.h"
#include "api/entity_tag.h"
#include "api/responses.h"
#include "base/log.h"
#include "protocol/subscription.h"

namespace cinnabar {
namespace {

constexpr std::string_view kEarliest = "earliest";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kJsonLd = "application/ld+json";

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

/// ACT-19.
std::string cursor_link(std::string_view hub_path, std::string_view id, std::string_view content_type) {
  std::string link = "<" + std::string(hub_path) + R"(>; rel="mercure"; last-event-id=")";
  for (const char c : id) {
    if (c == '"' || c == '\\') link += '\\';
    link += c;
  }
  link += R"("; type="mercure"; content-type=")";
  link += content_type;
  link += '"';
  return link;
}

/// COMPAT-34.
bool asks_for_json_ld(const http::Request& request) {
  for (const http::Header& header : request.headers) {
    if (header.name == "accept" && header.value.find(kJsonLd) != std::string::npos) return true;
  }
  return false;
}

std::string next_page(const http::Request& request, const Presence::Query& query, const Presence::Page& page,
                      std::string_view base) {
  const std::string_view last = page.subscriptions.back()->topics().front();
  return "<" + request.path + "?limit=" + std::to_string(query.limit) +
         "&after=" + encode_segment(last.substr(base.size())) + R"(>; rel="next")";
}

}  // namespace

void SubscriptionsEndpoint::handle(const http::ExchangePtr& exchange) const {
  authenticator_.authenticate(exchange, Role::kSubscriber, /*examines_tokens=*/true,
                              [this](const http::ExchangePtr& same, const Contact& contact, TokenPtr token) {
                                authenticated(same, contact, token);
                              });
}

void SubscriptionsEndpoint::authenticated(const http::ExchangePtr& exchange, const Contact& contact,
                                          const TokenPtr& token) const {
  if (!token) return exchange->respond(authenticator_.challenge(Challenge::kBare, contact));  // ACT-14
  const http::Request& request = exchange->request();
  const std::string_view topic = request.path;
  Topics topics(std::span(&topic, 1), path_);
  if (!token->grants || !token->grants->may_receive(topics)) {  // ACT-15, COMPAT-36
    log_info("subscriptions not shown", {{"peer", contact.origin.client},
                                         {"reason", "the token does not grant subscribe on the path"},
                                         {"path", request.path}});
    return exchange->respond(authenticator_.challenge(Challenge::kInsufficientScope, contact,
                                                      "The token does not grant subscribe on this path."));
  }
  const std::string& base = presence_->path();
  Result<SubscriptionRequest> asked =
      read_subscription_path(base, topic.substr(base.size()), options_.compatibility != Compatibility::kNone);
  if (asked && asked->is_collection) {
    if (Result<void> paged = read_page(request.query, base, *asked); !paged) asked = paged.error();
  }
  if (!asked) {
    if (asked.error().code == ErrorCode::kNotFound) return exchange->respond(http::text_response(404));
    return exchange->respond(refusal_response(asked.error()));
  }
  if (!asked->is_collection) return answer_single(*exchange, *asked);
  const bool is_shared = asked->query.which == Presence::Which::kAll;
  const bool is_legacy = asked->is_legacy || (is_shared && options_.compatibility != Compatibility::kNone &&
                                              (token->legacy || asks_for_json_ld(request)));
  answer_collection(*exchange, std::move(*asked), is_legacy);
}

http::Response SubscriptionsEndpoint::head_for(std::string_view last_id, bool is_legacy) const {
  const std::string_view type = is_legacy ? kJsonLd : kJson;
  return {200,
          {{"Content-Type", std::string(type)},
           {"Link", cursor_link(options_.path, last_id, type)},
           {"ETag", entity_tag(last_id)},
           {"Cache-Control", "private, must-revalidate"}},
          {}};
}

void SubscriptionsEndpoint::answer_collection(http::Exchange& exchange, SubscriptionRequest asked,
                                              bool is_legacy) const {
  const http::Request& request = exchange.request();
  Presence::Page page = presence_->list(asked.query);
  const std::string last_id(page.last_id.empty() ? kEarliest : page.last_id);
  http::Response head = head_for(last_id, is_legacy);
  head.headers.push_back({"Mercure-Total-Count", std::to_string(page.total)});
  // In addition to what pages of other sites may read of every answer (CORS-5).
  if (!options_.cors_origins.empty()) {
    head.headers.push_back({"Access-Control-Expose-Headers", "Mercure-Total-Count"});
  }
  if (asked.query.which == Presence::Which::kAll) head.headers.push_back({"Vary", "Accept"});
  if (page.more) {
    head.headers.push_back({"Link", next_page(request, asked.query, page, presence_->path())});
  }
  if (none_match_fails(request, entity_tag(last_id), last_id)) {
    head.status = 304;
    return exchange.respond(std::move(head));
  }
  if (request.method == "HEAD") return exchange.respond(std::move(head));

  std::string before = "{";
  if (is_legacy) {
    before += kContextMember;
    before +=
        R"("id":)" + quoted(request.path) + R"(,"type":"Subscriptions","lastEventID":)" + quoted(last_id);
  } else {
    before += R"("id":)" + quoted(request.path) + R"(,"type":"subscriptions")";
  }
  before += R"(,"subscriptions":[)";
  CollectionStream::begin(exchange, std::move(head), std::move(before), std::move(page.subscriptions), "]}",
                          is_legacy);
}

void SubscriptionsEndpoint::answer_single(http::Exchange& exchange, const SubscriptionRequest& asked) const {
  // One look at the table for both, so that the cursor belongs to the document.
  Presence::Query query;
  query.prefix = asked.topic;
  query.limit = 1;
  const Presence::Page page = presence_->list(query);
  if (page.subscriptions.empty() || page.subscriptions.front()->topics().front() != asked.topic) {
    return exchange.respond(http::text_response(404));
  }
  const std::string last_id(page.last_id.empty() ? kEarliest : page.last_id);
  http::Response response = head_for(last_id, asked.is_legacy);
  if (none_match_fails(exchange.request(), entity_tag(last_id), last_id)) {
    response.status = 304;
    return exchange.respond(std::move(response));
  }
  response.body = subscription_document(*page.subscriptions.front());
  if (asked.is_legacy) {  // COMPAT-33
    response.body.pop_back();
    response.body += R"(,"lastEventID":)" + quoted(last_id) + '}';
  }
  exchange.respond(std::move(response));
}

}  // namespace cinnabar
