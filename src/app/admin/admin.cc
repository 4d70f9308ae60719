// SPDX-License-Identifier: Apache-2.0
#include "app/admin/admin.h"

#include <openssl/crypto.h>

#include <optional>
#include <string_view>
#include <utility>

#include "app/admin/disconnect_request.h"
#include "app/admin/metrics_format.h"
#include "base/blocking_pool.h"
#include "base/log.h"
#include "base/loop.h"
#include "hub/hub.h"

namespace cinnabar {
namespace {

constexpr std::size_t kMaxBody = 16384;
/// The name of the only hub there is, where clients of the reference hub put one.
constexpr std::string_view kHubName = "default";

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_bearer(std::string_view field) {
  constexpr std::string_view kScheme = "bearer ";
  if (field.size() < kScheme.size()) return false;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    if ((field[i] | 0x20) != kScheme[i]) return false;
  }
  return true;
}

/// Whether no name server had a say in who gets this request.
bool is_local_authority(std::string_view authority) {
  if (authority.empty() || authority.front() == '[') return true;  // HTTP/1.0, or an IPv6 address
  const std::string_view host = authority.substr(0, authority.find(':'));
  return host == "localhost" || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

enum class Probe { kReady, kLive };

/// Which question of health this path asks (OPS-1).
std::optional<Probe> health_probe(std::string_view path) {
  if (path.starts_with("/mercure/")) path.remove_prefix(std::string_view("/mercure").size());
  constexpr std::string_view kHealth = "/health/";
  if (!path.starts_with(kHealth)) return std::nullopt;
  path.remove_prefix(kHealth.size());
  if (path.starts_with(kHubName) && path.size() > kHubName.size() && path[kHubName.size()] == '/') {
    path.remove_prefix(kHubName.size() + 1);
  }
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path == "ready") return Probe::kReady;
  if (path == "live") return Probe::kLive;
  return std::nullopt;
}

http::Response health_response(bool good, std::string_view why) {
  http::Response response{200, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, {}};
  if (good) {
    response.body = "{\"status\":\"ok\"}\n";
  } else {
    response.status = 503;
    response.body = R"({"status":"error","error":")" + std::string(why) + "\"}\n";
  }
  return response;
}

constexpr std::pair<std::string_view, LogLevel> kLevels[] = {{"debug", LogLevel::kDebug},
                                                             {"info", LogLevel::kInfo},
                                                             {"warn", LogLevel::kWarn},
                                                             {"error", LogLevel::kError},
                                                             {"off", LogLevel::kOff}};

http::Response level_response() {
  std::string_view shown;
  for (const auto& [name, level] : kLevels) {
    if (level == log_level()) shown = name;
  }
  return http::text_response(200, shown);
}

/// Reads the body and gives it to `then`, unless there is none to be had.
template <class Then>
void with_body(const http::ExchangePtr& exchange, Then then) {
  exchange->read_body(kMaxBody, [exchange, then](Result<std::string> body) {
    if (body.ok()) return then(std::move(*body));
    switch (body.error().code) {
      case ErrorCode::kClosed: return;
      case ErrorCode::kTimeout: return exchange->respond(http::text_response(408));
      case ErrorCode::kTooLarge: return exchange->respond(http::text_response(413));
      default: return exchange->respond(http::text_response(400, body.error().detail));
    }
  });
}

}  // namespace

Admin::Admin(std::string token, const AdminParts& parts) : token_(std::move(token)), parts_(parts) {
  add_routes();
}

void Admin::add_routes() {
  router_.add("GET", "/metrics", [this](const http::ExchangePtr& exchange) { serve_metrics(exchange); });
  router_.add("GET", "/log/level",
              [](const http::ExchangePtr& exchange) { exchange->respond(level_response()); });
  router_.add("PUT", "/log/level", [](const http::ExchangePtr& exchange) { set_level(exchange); });
  router_.add("POST", "/disconnect", [this](const http::ExchangePtr& exchange) { disconnect(exchange); });
}

bool Admin::is_allowed(const http::Request& request) const {
  const std::optional<std::string_view> field = request.header("authorization");
  constexpr std::size_t kScheme = 7;
  return field && request.header_count("authorization") == 1 && is_bearer(*field) &&
         equal_in_constant_time(field->substr(kScheme), token_);
}

void Admin::handle(const http::ExchangePtr& exchange) const {
  const http::Request& request = exchange->request();
  if (token_.empty() && !is_local_authority(request.authority)) {
    return exchange->respond(http::text_response(
        421, "Without admin.token, address the admin listener as localhost or by its numeric address."));
  }
  if (const std::optional<Probe> probe = health_probe(request.path)) {
    if (request.method == "GET" || request.method == "HEAD")
      return serve_health(exchange, probe == Probe::kLive);
    http::Response response = http::text_response(405);
    response.headers.push_back({"Allow", "GET, HEAD"});
    return exchange->respond(std::move(response));
  }
  if (!token_.empty() && !is_allowed(request)) {
    http::Response response = http::text_response(401, "Send admin.token as Authorization: Bearer TOKEN.");
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return exchange->respond(std::move(response));
  }
  router_.dispatch(exchange);
}

void Admin::serve_health(const http::ExchangePtr& exchange, bool live) const {
  parts_.health.ask(exchange->loop(), [exchange, live](const HealthState& state) {
    exchange->respond(live ? health_response(state.live, "the history could not be written for too long")
                           : health_response(state.ready, state.why_not_ready));
  });
}

void Admin::serve_metrics(const http::ExchangePtr& exchange) const {
  parts_.pool.run([this, exchange]() mutable {
    const ProcessFigures process = read_process_figures();
    // By move: the last reference to the exchange must end on its loop.
    Loop& loop = exchange->loop();
    loop.post([this, exchange = std::move(exchange), process] {
      const MetricsFormat format = preferred_format(exchange->request().header("accept").value_or(""));
      exchange->respond(
          {200,
           {{"Content-Type", std::string(content_type_of(format))}, {"Cache-Control", "no-store"}},
           metrics_page(format, parts_.metrics, process)});
    });
  });
}

void Admin::set_level(const http::ExchangePtr& exchange) {
  with_body(exchange, [exchange](std::string body) {
    while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) body.pop_back();
    for (const auto& [name, level] : kLevels) {
      if (name != body) continue;
      // Said at either level, whichever tells more.
      log_warn("the log level changes", {{"level", body}});
      set_log_level(level);
      return exchange->respond(level_response());
    }
    exchange->respond(http::text_response(400, "The body must be debug, info, warn, error or off."));
  });
}

void Admin::disconnect(const http::ExchangePtr& exchange) const {
  // A page of another site can send any other type without asking first.
  if (exchange->request().header("content-type").value_or("") != "application/json") {
    return exchange->respond(http::text_response(415, "The Content-Type must be application/json."));
  }
  with_body(exchange, [this, exchange](const std::string& body) {
    Result<DenyList> wanted = parse_disconnect(body);
    if (!wanted) return exchange->respond(http::text_response(400, wanted.error().detail));
    log_info("disconnecting subscribers by request");
    const auto list = std::make_shared<const DenyList>(std::move(*wanted));
    parts_.hub.disconnect([list](const Subscriber& subscriber) {
      return list->denies(subscriber.token(), subscriber.matchers()) != nullptr;
    });
    exchange->respond(http::text_response(202));
  });
}

}  // namespace cinnabar
