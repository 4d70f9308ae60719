// SPDX-License-Identifier: Apache-2.0
#include "api/publish.h"

#include <utility>

#include "api/media_type.h"
#include "api/responses.h"
#include "base/log.h"
#include "base/loop.h"
#include "protocol/publish_request.h"

namespace cinnabar {
namespace {

/// An update that has been handed to the journal.
struct Handed {
  std::string id;
  SteadyTime begun;
  ApiFigures* figures;
};

void answer(http::Exchange& exchange, Handed update, const Result<Position>& result) {
  auto& [id, begun, figures] = update;
  if (result.ok()) {
    figures->updates.add();
    figures->publish_duration.observe(steady_now() - begun);
    exchange.respond({200, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(id)});  // PUB-22
  } else {
    figures->updates_failed.add();
    log_error("update not stored", {{"id", id}, {"error", result.error().detail}});
    exchange.respond(journal_failure_response(result.error()));
  }
}

// Runs on a journal thread, or within append() on the exchange's own loop. Elsewhere, the exchange goes back
// to its loop by move, so that its last reference never ends here.
void committed(http::ExchangePtr exchange, Handed update, const Result<Position>& result) {
  Loop& loop = exchange->loop();
  if (loop.on_this_thread()) return answer(*exchange, std::move(update), result);
  loop.post([exchange = std::move(exchange), update = std::move(update), result]() mutable {
    answer(*exchange, std::move(update), result);
  });
}

}  // namespace

void PublishEndpoint::handle(const http::ExchangePtr& exchange) const {
  authenticator_.authenticate(exchange, Role::kPublisher, /*examines_tokens=*/true,
                              [this](const http::ExchangePtr& same, const Contact& contact, TokenPtr token) {
                                authenticated(same, contact, std::move(token));
                              });
}

void PublishEndpoint::authenticated(const http::ExchangePtr& exchange, const Contact& contact,
                                    TokenPtr token) const {
  if (!token) return exchange->respond(authenticator_.challenge(Challenge::kBare, contact));
  exchange->read_body(options_.limits.body_bytes,
                      [this, exchange, contact, token = std::move(token)](Result<std::string> body) {
                        on_body(exchange, contact, *token, std::move(body));
                      });
}

void PublishEndpoint::refuse(http::Exchange& exchange, const Contact& contact, const Error& error) const {
  figures_.updates_refused.add();
  log_info("update refused", {{"peer", contact.origin.client}, {"reason", error.detail}});
  exchange.respond(refusal_response(error));
}

void PublishEndpoint::on_body(const http::ExchangePtr& exchange, const Contact& contact,
                              const VerifiedToken& token, Result<std::string> body) const {
  const SteadyTime begun = steady_now();
  if (!body.ok()) {
    switch (body.error().code) {
      case ErrorCode::kClosed: return;
      case ErrorCode::kTimeout: return exchange->respond(http::text_response(408));
      default: return refuse(*exchange, contact, body.error());
    }
  }
  if (!is_form(exchange->request().header("content-type").value_or(""))) {
    return refuse(*exchange, contact,
                  {ErrorCode::kInvalid, "The Content-Type must be application/x-www-form-urlencoded."});
  }
  Result<Update> update = parse_publish(*body, options_.limits);
  if (!update.ok()) return refuse(*exchange, contact, update.error());
  Topics topics(update->topics, path_);
  // PUB-9: before the grants.
  if (Result<void> checked = check_reserved(topics, path_, contact.hub->url.scheme()); !checked) {
    return refuse(*exchange, contact, checked.error());
  }
  if (!token.grants->may_publish(topics, update->is_private)) {
    figures_.updates_refused.add();
    log_info("update refused", {{"peer", contact.origin.client},
                                {"reason", "the token does not grant publish on every topic"},
                                {"topic", update->topics.front()}});
    return exchange->respond(authenticator_.challenge(Challenge::kInsufficientScope, contact,
                                                      "The token does not grant publish on every topic."));
  }
  Handed handed{update->id, begun, &figures_};
  journal_.append(std::move(*update),
                  [exchange, handed = std::move(handed)](const Result<Position>& result) mutable {
                    committed(std::move(exchange), std::move(handed), result);
                  });
}

}  // namespace cinnabar
