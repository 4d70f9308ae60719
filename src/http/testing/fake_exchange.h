// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "http/exchange.h"

namespace cinnabar::http {

/// A request without a wire, which keeps what it is answered. Its stream is a head and nothing else.
class FakeExchange final : public Exchange {
 public:
  FakeExchange(Loop& loop, Request request) : loop_(loop), request_(std::move(request)) {}

  const Request& request() const override { return request_; }
  Loop& loop() const override { return loop_; }
  void read_body(std::size_t, BodyCallback done) override { done(std::string()); }
  void respond(Response response) override { answer = std::move(response); }
  EventStream* open_stream(Response head, StreamObserver&) override {
    answer = std::move(head);
    return nullptr;
  }

  /// All values of the answer's field of this name, as it is written, joined by "|".
  std::string field(std::string_view name) const {
    std::string values;
    for (const Header& header : answer->headers) {
      if (header.name == name) values += (values.empty() ? "" : "|") + header.value;
    }
    return values;
  }

  std::optional<Response> answer;

 private:
  Loop& loop_;
  Request request_;
};

}  // namespace cinnabar::http
