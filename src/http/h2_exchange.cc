// SPDX-License-Identifier: Apache-2.0
#include "http/h2_exchange.h"

#include <charconv>
#include <utility>

#include "base/loop.h"
#include "http/h2_stream.h"

namespace cinnabar::http {
namespace {

/// Destroys an exchange on its loop, since its end may have to answer the client.
struct OnItsLoop {
  void operator()(H2Exchange* exchange) const {
    Loop& loop = exchange->loop();
    if (loop.on_this_thread()) {
      delete exchange;
    } else {
      // Held by a pointer, so that a loop that stops before it runs this deletes it as well.
      loop.post([owner = std::shared_ptr<H2Exchange>(exchange)] {});
    }
  }
};

bool expects_continue(const Request& request) {
  const auto expect = request.header("expect");
  if (!expect || expect->size() != 12) return false;
  std::string lower(*expect);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return lower == "100-continue";
}

}  // namespace

std::shared_ptr<H2Exchange> H2Exchange::create(Request request, Loop& loop, H2Stream& stream) {
  return {new H2Exchange(std::move(request), loop, stream), OnItsLoop()};
}

H2Exchange::~H2Exchange() {
  if (H2Stream* stream = detach()) stream->respond(text_response(500));
}

H2Stream* H2Exchange::detach() {
  H2Stream* stream = std::exchange(stream_, nullptr);
  if (stream) stream->forget_exchange();
  return stream;
}

void H2Exchange::read_body(std::size_t limit, BodyCallback done) {
  done_ = std::move(done);
  limit_ = limit;
  if (!stream_)
    return fail(ErrorCode::kClosed, "The client closed the HTTP/2 stream before the body was read.");
  if (const auto text = request_.header("content-length"); text && limit_ != 0 && !ended_) {
    unsigned long long length = 0;
    const auto parsed = std::from_chars(text->data(), text->data() + text->size(), length);
    if (parsed.ec != std::errc() || length > limit_) {
      return fail(ErrorCode::kTooLarge, "The content-length of the request exceeds the limit of the body.");
    }
  }
  if (ended_ || too_large()) return progress();
  stream_->begin_body(body_.size(), body_.empty() && expects_continue(request_));
}

bool H2Exchange::add_body(std::string_view bytes, bool& consumed) {
  consumed = discard_ || done_;
  if (discard_) return false;
  body_.append(bytes);
  return done_ && too_large();
}

bool H2Exchange::end_body() {
  ended_ = true;
  return static_cast<bool>(done_);
}

void H2Exchange::progress() {
  if (!done_) return;
  if (too_large()) return fail(ErrorCode::kTooLarge, "The body of the request exceeds its limit.");
  if (!ended_) return;
  if (stream_) stream_->end_body();
  discard_ = true;
  const BodyCallback done = std::exchange(done_, nullptr);
  done(std::exchange(body_, std::string()));  // may destroy this exchange
}

void H2Exchange::time_out() {
  fail(ErrorCode::kTimeout, "The body of the request did not arrive within the body timeout.");
}

void H2Exchange::close() {
  stream_ = nullptr;
  fail(ErrorCode::kClosed, "The client closed the HTTP/2 stream before the body was complete.");
}

void H2Exchange::fail(ErrorCode code, const char* detail) {
  if (stream_) stream_->end_body();
  discard_ = true;
  body_ = std::string();
  const BodyCallback done = std::exchange(done_, nullptr);
  if (done) done(Error{code, detail});  // may destroy this exchange
}

void H2Exchange::respond(Response response) {
  const BodyCallback unwanted = std::exchange(done_, nullptr);
  if (H2Stream* stream = detach()) stream->respond(std::move(response));
}

EventStream* H2Exchange::open_stream(Response head, StreamObserver& observer) {
  const BodyCallback unwanted = std::exchange(done_, nullptr);
  H2Stream* stream = detach();
  return stream ? stream->open(head, observer) : nullptr;
}

}  // namespace cinnabar::http
