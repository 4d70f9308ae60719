// SPDX-License-Identifier: Apache-2.0
// The request bodies of H1Connection: wanted ones are collected, unwanted ones thrown away.
#include <utility>

#include "http/h1_connection.h"
#include "http/scratch.h"

namespace cinnabar::http {
namespace {

Error gone() { return {ErrorCode::kClosed, "the client is gone"}; }

}  // namespace

void H1Connection::read_body(std::size_t limit, Exchange::BodyCallback done) {
  if (state_ != State::kHandling) {
    done(gone());
    return;
  }
  H1Parser& parser = *work_->parser;
  if (limit != 0 && parser.content_length() > limit) {
    done(Error{ErrorCode::kTooLarge, "the body is larger than " + std::to_string(limit) + " bytes"});
    return;
  }
  if (parser.complete()) {
    done(std::string());
    return;
  }
  work_->limit = limit;
  work_->on_body = std::move(done);
  arm(context_.limits.body_timeout);
  if (continue_pending_) {
    continue_pending_ = false;
    if (send("HTTP/1.1 100 Continue\r\n\r\n") == Sent::kFailed) {
      finish(true);
      return;
    }
  }
  advance();
}

/// Decodes what has come of a wanted body.
bool H1Connection::take_body() {
  if (!work_ || !work_->on_body || work_->unread().empty()) return false;
  Work& work = *work_;
  std::size_t consumed = 0;
  const auto progress = work.parser->body(work.unread(), consumed, work.body, work.limit);
  work.consumed += consumed;
  if (work.consumed == work.input.size() || work.consumed > read_scratch().size()) {
    work.input.erase(0, work.consumed);
    work.consumed = 0;
  }
  if (progress == H1Parser::Progress::kRefused) {
    work.body_broken = true;
    give_body(Error{ErrorCode::kInvalid, "the chunked framing of the body is broken"});
  } else if (work.limit != 0 && work.parser->body_bytes() > work.limit) {
    give_body(
        Error{ErrorCode::kTooLarge, "the body is larger than " + std::to_string(work.limit) + " bytes"});
  } else if (progress == H1Parser::Progress::kDone) {
    give_body(std::move(work.body));
  } else {
    return false;
  }
  return true;
}

/// Hands the body, or why there is none, to the handler, which may answer within.
void H1Connection::give_body(Result<std::string> body) {
  cancel();
  const auto done = std::move(work_->on_body);
  work_->on_body = nullptr;
  work_->body = std::string();
  done(std::move(body));
}

/// Throws away what the handler did not want of the body, as far as that is worth a connection.
bool H1Connection::discard_body() {
  Work& work = *work_;
  if (!work.unread().empty()) {
    std::size_t consumed = 0;
    std::string nothing;
    const auto progress = work.parser->body(work.unread(), consumed, nothing, 1);
    work.consumed += consumed;
    work.discarded += consumed;
    if (progress == H1Parser::Progress::kRefused || work.discarded > kDiscardBytes) {
      finish(false);
      return false;
    }
    if (progress == H1Parser::Progress::kDone) {
      next_request();
      return true;
    }
    work.input.erase(0, work.consumed);
    work.consumed = 0;
  }
  return false;
}

/// A body that nobody can wait for any more.
void H1Connection::fail_body() {
  if (work_ && work_->on_body) give_body(gone());
}

}  // namespace cinnabar::http
