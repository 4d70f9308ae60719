// SPDX-License-Identifier: Apache-2.0
#include "api/subscribe.h"

#include <memory>
#include <utility>
#include <vector>

#include "api/media_type.h"
#include "api/responses.h"
#include "api/stream_sink.h"
#include "base/blocking_pool.h"
#include "base/log.h"
#include "base/loop.h"
#include "protocol/subscription.h"

namespace cinnabar {
namespace {

constexpr std::string_view kEarliest = "earliest";

// SUB-6, HIST-2, D9: the field wins over the parameter, but for an empty field.
std::optional<std::string> requested_cursor(const http::Request& head, const SubscribeRequest& request) {
  const auto field = head.header("last-event-id");
  if (!field) return request.last_event_id;
  if (!field->empty() || !request.last_event_id) return std::string(*field);
  return request.last_event_id;
}

// SUB-24; the server adds Connection where the wire has it.
http::Response stream_head(const std::string* last_event_id, bool legacy) {
  http::Response head{200,
                      {{"Content-Type", "text/event-stream"},
                       {"Cache-Control", "private, no-cache, no-store, must-revalidate, max-age=0"},
                       {"Pragma", "no-cache"},
                       {"Expires", "0"},
                       {"X-Accel-Buffering", "no"}},
                      {}};
  if (last_event_id) head.headers.push_back({"Mercure-Last-Event-ID", *last_event_id});
  if (last_event_id && legacy) head.headers.push_back({"Last-Event-ID", *last_event_id});  // COMPAT-10
  return head;
}

std::string describe(const MatcherSet& set) {
  std::string text;
  for (const Matcher& matcher : set.matchers()) {
    if (!text.empty()) text += ' ';
    text += name_of(matcher.type());
    text += ':';
    text += matcher.pattern();
  }
  return text;
}

}  // namespace

void SubscribeEndpoint::handle(const http::ExchangePtr& exchange) const {
  // SUB-22: a purely anonymous hub examines no token.
  authenticator_.authenticate(exchange, Role::kSubscriber, verifier_.has_keys(Role::kSubscriber),
                              [this](const http::ExchangePtr& same, const Contact& contact, TokenPtr token) {
                                authenticated(same, contact, std::move(token));
                              });
}

void SubscribeEndpoint::authenticated(const http::ExchangePtr& exchange, const Contact& contact,
                                      TokenPtr token) const {
  if (!token && !options_.anonymous) {
    return exchange->respond(authenticator_.challenge(Challenge::kBare, contact));
  }
  if (exchange->request().method != "QUERY") return parse(exchange, contact, std::move(token), {});
  exchange->read_body(options_.limits.body_bytes,
                      [this, exchange, contact, token = std::move(token)](Result<std::string> body) {
                        on_body(exchange, contact, token, std::move(body));
                      });
}

void SubscribeEndpoint::on_body(const http::ExchangePtr& exchange, const Contact& contact, TokenPtr token,
                                Result<std::string> body) const {
  if (!body.ok()) {
    switch (body.error().code) {
      case ErrorCode::kClosed: return;
      case ErrorCode::kTimeout: return exchange->respond(http::text_response(408));
      default: return exchange->respond(refusal_response(body.error()));
    }
  }
  const auto type = exchange->request().header("content-type");
  if (type && !body->empty() && !is_form(*type)) {  // D1
    http::Response response = http::text_response(415);
    response.headers.push_back({"Accept-Query", "\"application/x-www-form-urlencoded\""});
    return exchange->respond(std::move(response));
  }
  parse(exchange, contact, std::move(token), *body);
}

void SubscribeEndpoint::parse(const http::ExchangePtr& exchange, const Contact& contact, TokenPtr token,
                              const std::string& body) const {
  Result<SubscribeRequest> request = parse_subscribe(exchange->request().query, body, options_.limits,
                                                     contact.hub->url, options_.compatibility);
  if (!request.ok()) return exchange->respond(refusal_response(request.error()));
  Pending pending{contact, std::move(token), std::move(*request), {}};
  if (is_denied(pending)) {
    return exchange->respond(authenticator_.challenge(Challenge::kInsufficientScope, contact,
                                                      "The deny list has a rule for one of the matchers."));
  }
  if (hub_.draining()) return exchange->respond(http::text_response(503));  // CONN-9
  pending.cursor = requested_cursor(exchange->request(), pending.request);
  resolve(exchange, std::move(pending));
}

bool SubscribeEndpoint::is_denied(const Pending& pending) const {
  const std::shared_ptr<const DenyList> deny = deny_.get();
  if (deny->empty()) return false;
  std::vector<const Matcher*> matchers;
  for (const Matcher& matcher : pending.request.matchers.matchers()) matchers.push_back(&matcher);
  const DenyList::Rule* rule =
      deny->denies(pending.token ? pending.token->identity.get() : nullptr, matchers);
  if (!rule) return false;
  log_info("subscriber refused", {{"peer", pending.contact.origin.client}, {"deny_rule", rule->text}});
  return true;
}

/// Whether retention dropped events on subscriptions after that one which this subscriber would be due: its
/// cursor is then as good as unknown (HIST-10).
bool SubscribeEndpoint::misses_something(const Pending& pending, Position last_seen) const {
  if (last_seen + 1 >= journal_.bounds().subscriptions_first) return false;
  std::vector<const Matcher*> matchers;
  for (const Matcher& matcher : pending.request.matchers.matchers()) matchers.push_back(&matcher);
  return may_see_subscriptions(matchers, pending.token ? pending.token->grants.get() : nullptr,
                               subscriptions_path(options_.path));
}

void SubscribeEndpoint::resolve(const http::ExchangePtr& exchange, Pending pending) const {
  if (!pending.cursor || pending.cursor->empty()) return open(exchange, pending, {});
  if (*pending.cursor == kEarliest) return open(exchange, pending, {Cursor::From::kEarliest, 0});
  pool_.run([this, exchange, pending = std::move(pending)]() mutable {
    auto found = journal_.find(*pending.cursor);
    if (found && *found && misses_something(pending, **found)) found = std::optional<Position>();
    // By move: the last reference to the exchange must end on its loop.
    Loop& loop = exchange->loop();
    loop.post([this, exchange = std::move(exchange), pending = std::move(pending), found]() {
      if (!found.ok()) {
        log_error("history cannot be searched", {{"error", found.error().detail}});
        return exchange->respond(http::text_response(503));
      }
      if (!*found) {
        figures_.unknown_cursors.add();
        log_info("unknown cursor", {{"last_event_id", *pending.cursor}});
        return open(exchange, pending, {});  // HIST-10
      }
      open(exchange, pending, {Cursor::From::kAfter, **found});
    });
  });
}

void SubscribeEndpoint::open(const http::ExchangePtr& exchange, const Pending& pending,
                             const Cursor& cursor) const {
  // HIST-9: the id asked for if it is known, else "earliest".
  std::string starts_after(cursor.from == Cursor::From::kAfter ? *pending.cursor : kEarliest);
  http::Response head = stream_head(pending.cursor ? &starts_after : nullptr, pending.request.legacy);
  if (exchange->request().method == "HEAD") return exchange->respond(std::move(head));  // SUB-3

  SubscriberSpec spec;
  spec.matchers = pending.request.matchers;
  spec.cursor = cursor;
  if (pending.token) {
    spec.grants = pending.token->grants;
    spec.token = pending.token->identity;
    spec.expires_ms = pending.token->expires_ms;
  }
  Shard& shard = hub_.shard_of(exchange->loop());
  auto owned = std::make_unique<StreamSink>(shard);
  StreamSink& sink = *owned;
  Subscriber& subscriber = shard.add(spec, std::move(owned));
  http::EventStream* stream = exchange->open_stream(std::move(head), sink);
  if (!stream) return shard.remove(subscriber, StreamEnd::kNeverOpened);
  sink.join(subscriber, *stream);
  if (log_enabled(LogLevel::kInfo)) {
    log_info("subscriber connected", {{"id", subscriber.id().urn()},
                                      {"peer", pending.contact.origin.client},
                                      {"last_event_id", pending.cursor.value_or("")},
                                      {"matchers", describe(spec.matchers)}});
  }
  shard.start(subscriber);
}

}  // namespace cinnabar
