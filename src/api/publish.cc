// SPDX-License-Identifier: Apache-2.0
#include "api/publish.h"

#include <utility>
#include <variant>

#include "api/authenticate.h"
#include "api/media_type.h"
#include "api/responses.h"
#include "base/log.h"
#include "base/loop.h"
#include "protocol/publish_request.h"

namespace cinnabar {
namespace {

void refuse(http::Exchange& exchange, const Error& error) {
  log_info("update refused", {{"peer", exchange.request().peer}, {"reason", error.detail}});
  exchange.respond(refusal_response(error));
}

// Runs on a journal thread. The exchange goes back to its loop by move, so that its last reference
// never ends here.
void committed(http::ExchangePtr exchange, std::string id, const Result<Position>& result) {
  Loop& loop = exchange->loop();
  loop.post([exchange = std::move(exchange), id = std::move(id), result]() mutable {
    if (result.ok()) {
      exchange->respond({200, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(id)});  // PUB-22
    } else {
      log_error("update not stored", {{"id", id}, {"error", result.error().detail}});
      exchange->respond(journal_failure_response(result.error()));
    }
  });
}

}  // namespace

void PublishEndpoint::handle(const http::ExchangePtr& exchange) const {
  const Result<HubUrl> hub = urls_.of(exchange->request());
  if (!hub.ok()) return refuse(*exchange, hub.error());
  Authentication authentication =
      authenticate(exchange->request(), Role::kPublisher, verifier_, options_, *hub);
  if (auto* refusal = std::get_if<http::Response>(&authentication))
    return exchange->respond(std::move(*refusal));
  auto* token = std::get_if<VerifiedToken>(&authentication);
  if (!token) return exchange->respond(challenge_response(Challenge::kBare));
  exchange->read_body(options_.limits.body_bytes,
                      [this, exchange, token = std::move(*token), scheme = hub->scheme()](
                          Result<std::string> body) { on_body(exchange, token, scheme, std::move(body)); });
}

void PublishEndpoint::on_body(const http::ExchangePtr& exchange, const VerifiedToken& token, HubScheme scheme,
                              Result<std::string> body) const {
  if (!body.ok()) {
    switch (body.error().code) {
      case ErrorCode::kClosed: return;
      case ErrorCode::kTimeout: return exchange->respond(http::text_response(408));
      default: return refuse(*exchange, body.error());
    }
  }
  if (!is_form(exchange->request().header("content-type").value_or(""))) {
    return refuse(*exchange,
                  {ErrorCode::kInvalid, "The Content-Type must be application/x-www-form-urlencoded."});
  }
  Result<Update> update = parse_publish(*body, options_.limits);
  if (!update.ok()) return refuse(*exchange, update.error());
  Topics topics(update->topics, urls_.path());
  // PUB-9: before the grants.
  if (Result<void> checked = check_reserved(topics, urls_.path(), scheme); !checked) {
    return refuse(*exchange, checked.error());
  }
  if (!token.grants->may_publish(topics)) {
    log_info("update refused", {{"peer", exchange->request().peer},
                                {"reason", "the token does not grant publish on every topic"},
                                {"topic", update->topics.front()}});
    return exchange->respond(challenge_response(Challenge::kInsufficientScope));
  }
  std::string id = update->id;
  journal_.append(std::move(*update), [exchange, id = std::move(id)](const Result<Position>& result) mutable {
    committed(std::move(exchange), std::move(id), result);
  });
}

}  // namespace cinnabar
