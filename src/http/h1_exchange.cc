// SPDX-License-Identifier: Apache-2.0
#include "http/h1_exchange.h"

#include "base/log.h"
#include "base/loop.h"
#include "http/h1_connection.h"

namespace cinnabar::http {

H1Exchange::~H1Exchange() {
  const auto connection = connection_.lock();
  if (!connection || !connection->awaits_answer()) return;
  log_error("a request was dropped without an answer",
            {{"method", request_.method}, {"path", request_.path}});
  if (loop_.on_this_thread()) {
    connection->respond(text_response(500));
  } else {
    loop_.post([weak = connection_] {
      if (const auto alive = weak.lock()) alive->respond(text_response(500));
    });
  }
}

void H1Exchange::read_body(std::size_t limit, BodyCallback done) {
  if (const auto connection = connection_.lock()) {
    connection->read_body(limit, std::move(done));
  } else {
    done(Error{ErrorCode::kClosed, "the client is gone"});
  }
}

void H1Exchange::respond(Response response) {
  const auto connection = connection_.lock();
  connection_.reset();
  if (connection) connection->respond(std::move(response));
}

EventStream* H1Exchange::open_stream(Response head, StreamObserver& observer) {
  const auto connection = connection_.lock();
  connection_.reset();
  return connection ? connection->open_stream(std::move(head), observer) : nullptr;
}

}  // namespace cinnabar::http
