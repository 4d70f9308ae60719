// SPDX-License-Identifier: Apache-2.0
#include "api/cors.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

namespace cinnabar {
namespace {

constexpr std::array<std::string_view, 4> kMethods = {"GET", "HEAD", "POST", "QUERY"};
constexpr std::array<std::string_view, 4> kHeaders = {"authorization", "cache-control", "content-type",
                                                      "last-event-id"};

std::string lower_trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool all_allowed(std::string_view list) {
  for (;;) {
    const std::size_t comma = list.find(',');
    const std::string name = lower_trimmed(list.substr(0, comma));
    if (!name.empty() && std::find(kHeaders.begin(), kHeaders.end(), name) == kHeaders.end()) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

/// Forwards everything, and adds fields to whatever is answered. Threads: as the exchange within.
class DecoratedExchange final : public http::Exchange {
 public:
  DecoratedExchange(http::ExchangePtr inner, std::vector<http::Header> fields)
      : inner_(std::move(inner)), fields_(std::move(fields)) {}

  const http::Request& request() const override { return inner_->request(); }
  Loop& loop() const override { return inner_->loop(); }
  void read_body(std::size_t limit, BodyCallback done) override { inner_->read_body(limit, std::move(done)); }
  void respond(http::Response response) override {
    decorate(response);
    inner_->respond(std::move(response));
  }
  http::EventStream* open_stream(http::Response head, http::StreamObserver& observer) override {
    decorate(head);
    return inner_->open_stream(std::move(head), observer);
  }

 private:
  void decorate(http::Response& response) const {
    response.headers.insert(response.headers.end(), fields_.begin(), fields_.end());
  }

  http::ExchangePtr inner_;
  std::vector<http::Header> fields_;
};

}  // namespace

Cors::Cors(const OriginList& origins, bool exposes_legacy)
    : origins_(origins), exposed_("Link, Mercure-Last-Event-ID, WWW-Authenticate") {
  if (exposes_legacy) exposed_ += ", Last-Event-ID";
}

bool Cors::is_preflight(const http::Request& request) {
  return request.method == "OPTIONS" && request.header("access-control-request-method");
}

bool Cors::add_origin(const http::Request& request, http::Response& response) const {
  const auto origin = request.header("origin");
  if (!origin || request.header_count("origin") != 1) return false;
  if (origins_.allows_any()) {
    response.headers.push_back({"Access-Control-Allow-Origin", "*"});
    return true;
  }
  if (!origins_.allows(*origin)) return false;
  response.headers.push_back({"Access-Control-Allow-Origin", std::string(*origin)});
  response.headers.push_back({"Access-Control-Allow-Credentials", "true"});
  return true;
}

http::Response Cors::preflight(const http::Request& request) const {
  http::Response response;
  response.status = 204;
  response.headers = {{"Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"}};
  const std::string_view method = request.header("access-control-request-method").value_or("");
  const std::string_view headers = request.header("access-control-request-headers").value_or("");
  const bool allowed =
      std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end() && all_allowed(headers);
  if (!allowed || !add_origin(request, response)) return response;
  response.headers.push_back({"Access-Control-Allow-Methods", std::string(method)});
  if (!headers.empty()) response.headers.push_back({"Access-Control-Allow-Headers", std::string(headers)});
  return response;
}

http::ExchangePtr Cors::decorate(const http::ExchangePtr& exchange) const {
  http::Response fields;
  fields.headers.push_back({"Vary", "Origin"});
  if (add_origin(exchange->request(), fields)) {
    fields.headers.push_back({"Access-Control-Expose-Headers", exposed_});
  }
  return std::make_shared<DecoratedExchange>(exchange, std::move(fields.headers));
}

}  // namespace cinnabar
