// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <set>
#include <utility>

namespace cinnabar::http {
namespace {

using Methods = std::map<std::string, Handler>;

void add_names(const Methods& methods, std::set<std::string>& names) {
  for (const auto& [method, handler] : methods) names.insert(method);
  if (names.count("GET")) names.insert("HEAD");
  names.insert("OPTIONS");
}

std::string allow(const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

void respond_options(Exchange& exchange, const std::set<std::string>& names) {
  Response response;
  response.status = 204;
  response.headers = {{"Allow", allow(names)}};
  exchange.respond(std::move(response));
}

}  // namespace

void Router::add(std::string method, std::string path, Handler handler) {
  routes_[std::move(path)][std::move(method)] = std::move(handler);
}

void Router::add_tree(std::string method, std::string path, Handler handler) {
  trees_[std::move(path)][std::move(method)] = std::move(handler);
}

const Router::Methods* Router::find(std::string_view path) const {
  if (const auto route = routes_.find(path); route != routes_.end()) return &route->second;
  for (const auto& [root, methods] : trees_) {
    if (path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/')) return &methods;
  }
  return nullptr;
}

void Router::dispatch(const ExchangePtr& exchange) const {
  const Request& request = exchange->request();
  if (request.path == "*" && request.method == "OPTIONS") {  // the server as a whole (RFC 9110 section 9.3.7)
    std::set<std::string> names;
    for (const auto* known : {&routes_, &trees_}) {
      for (const auto& [path, methods] : *known) add_names(methods, names);
    }
    respond_options(*exchange, names);
    return;
  }
  const Methods* const found = find(request.path);
  if (found == nullptr) {
    exchange->respond(text_response(404));
    return;
  }
  const Methods& methods = *found;
  auto chosen = methods.find(request.method);
  if (chosen == methods.end() && request.method == "HEAD") chosen = methods.find("GET");
  if (chosen != methods.end()) {
    chosen->second(exchange);
    return;
  }
  std::set<std::string> names;
  add_names(methods, names);
  if (request.method == "OPTIONS") {
    respond_options(*exchange, names);
    return;
  }
  Response response = text_response(405);
  response.headers.push_back({"Allow", allow(names)});
  exchange->respond(std::move(response));
}

}  // namespace cinnabar::http
