// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "http/exchange.h"

namespace cinnabar::http {

class H1Connection;

/// A request on an HTTP/1 connection. It only points at the connection, which may end first.
/// Lifetime: as long as the handler keeps it. Threads: its loop; the last handle may be dropped
/// anywhere.
class H1Exchange final : public Exchange {
 public:
  H1Exchange(Request request, Loop& loop, std::weak_ptr<H1Connection> connection)
      : request_(std::move(request)), loop_(loop), connection_(std::move(connection)) {}
  ~H1Exchange() override;
  H1Exchange(const H1Exchange&) = delete;
  H1Exchange& operator=(const H1Exchange&) = delete;

  const Request& request() const override { return request_; }
  Loop& loop() const override { return loop_; }
  void read_body(std::size_t limit, BodyCallback done) override;
  void respond(Response response) override;
  EventStream* open_stream(Response head, StreamObserver& observer) override;

 private:
  Request request_;
  Loop& loop_;
  std::weak_ptr<H1Connection> connection_;  ///< empty once answered
};

}  // namespace cinnabar::http
