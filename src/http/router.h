// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "http/exchange.h"

namespace cinnabar::http {

/// Chooses a handler by exact path and method. Answers itself: 404 for an unknown path, 405 with
/// Allow for a method that the path does not have (ERR-11), OPTIONS with 204 and Allow, and HEAD
/// through the GET handler (whose body is not sent).
///
/// Lifetime: filled before the server starts, constant afterwards. Threads: dispatch() from any.
class Router {
 public:
  /// `path` is compared raw, byte for byte.
  void add(std::string method, std::string path, Handler handler);

  void dispatch(const ExchangePtr& exchange) const;

 private:
  std::map<std::string, std::map<std::string, Handler>, std::less<>> routes_;
};

}  // namespace cinnabar::http
