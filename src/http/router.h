// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.h"

namespace cinnabar::http {

/// Chooses a handler by path and method. Answers itself: 404 for an unknown path, 405 with
/// Allow for a method that the path does not have (ERR-11), OPTIONS with 204 and Allow, and HEAD
/// through the GET handler (whose body is not sent).
///
/// Lifetime: filled before the server starts, constant afterwards. Threads: dispatch() from any.
class Router {
 public:
  /// `path` is compared raw, byte for byte.
  void add(std::string method, std::string path, Handler handler);
  /// For `path` and all that lies below it, where no exact path is known.
  void add_tree(std::string method, std::string path, Handler handler);

  void dispatch(const ExchangePtr& exchange) const;

 private:
  using Methods = std::map<std::string, Handler>;

  const Methods* find(std::string_view path) const;

  std::map<std::string, Methods, std::less<>> routes_;
  std::map<std::string, Methods, std::less<>> trees_;
};

}  // namespace cinnabar::http
