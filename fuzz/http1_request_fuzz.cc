// SPDX-License-Identifier: Apache-2.0
// Bytes of a client for the HTTP/1 request path: a connection whose handler does all that handlers
// do, and the parser alone, which must judge a request alike however the network cuts it.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/shared_bytes.h"
#include "http/connection.h"
#include "http/h1_parser.h"
#include "http/testing/memory_transport.h"

namespace {

using namespace cinnabar;
using namespace cinnabar::http;

void require(bool condition) {
  if (!condition) std::abort();
}

/// A stream that is written to, then closed or aborted, as the request's query says.
class Subscriber final : public StreamObserver {
 public:
  void run(const ExchangePtr& exchange) {
    abort_ = exchange->request().query.size() % 2 == 1;
    stream_ = exchange->open_stream({200, {{"Content-Type", "text/event-stream"}}, ""}, *this);
    on_writable();
  }
  void on_writable() override {
    static const SharedBytes event = SharedBytes::copy_of("data: " + std::string(300, 'x') + "\n\n");
    const SharedBytes* const buffers[] = {&event, &event};
    while (stream_ && left_ > 0) {
      --left_;
      const EventStream::Outcome outcome = stream_->write(buffers);
      require(outcome.taken <= 2);
      if (outcome.state == EventStream::State::kClosed) stream_ = nullptr;
      if (outcome.state != EventStream::State::kReady) return;
    }
    if (!stream_) return;
    if (abort_) {
      stream_->abort();
    } else {
      stream_->close();
    }
    stream_ = nullptr;
  }
  void on_closed() override { stream_ = nullptr; }

 private:
  EventStream* stream_ = nullptr;
  int left_ = 4;
  bool abort_ = false;
};

void converse(std::string_view input, std::size_t read_size) {
  static Loop loop;
  ServerLimits limits;
  limits.header_bytes = 512;
  limits.uri_bytes = 128;
  const std::vector<Header> common{{"X-Frame-Options", "DENY"}};
  std::vector<std::unique_ptr<Subscriber>> subscribers;
  const Handler handler = [&subscribers](const ExchangePtr& exchange) {
    const Request& request = exchange->request();
    require(!request.method.empty() && !request.path.empty());
    if (request.path.starts_with("/s")) {
      subscribers.push_back(std::make_unique<Subscriber>());
      subscribers.back()->run(exchange);
    } else if (request.path.starts_with("/d")) {
      return;  // dropped: 500
    } else if (request.path.starts_with("/l")) {
      exchange->loop().at_turn_end([exchange] { exchange->respond(text_response(200, "late")); });
    } else if (request.method == "GET") {
      exchange->respond(text_response(200));
    } else {
      exchange->read_body(64, [exchange](Result<std::string> body) {
        require(!body.ok() || body->size() <= 64);
        exchange->respond(text_response(body.ok() ? 200 : 400));
      });
    }
  };
  std::shared_ptr<Connection> connection;
  bool released = false;
  ConnectionContext context{loop, limits, common, handler, [&](Connection&) {
                              require(!released);
                              released = true;
                              connection.reset();
                            }};
  const auto transport = std::make_shared<MemoryTransport>(loop);
  transport->input = input;
  transport->read_size = read_size;
  transport->room = 100;
  connection = make_h1_connection(context, transport, {});
  connection->start();
  const auto run = [&] {
    for (;;) {
      const bool pumped = transport->pump();
      loop.context().restart();
      if (!pumped && loop.context().poll() == 0) return;
      transport->room = 200;
    }
  };
  run();
  transport->eof = true;
  run();
  if (connection) std::shared_ptr(connection)->shutdown();
  require(released && transport->closed);
}

struct Verdict {
  H1Parser::Progress head = H1Parser::Progress::kMore;
  H1Parser::Progress body = H1Parser::Progress::kMore;
  unsigned status = 0;
  std::string target;
  std::string text;

  bool operator==(const Verdict&) const = default;
};

/// What the parser makes of `input` when it comes in pieces of `step` bytes.
Verdict judge(std::string_view input, std::size_t step) {
  static const ServerLimits limits;
  H1Parser parser(limits);
  Verdict verdict;
  std::string pending;
  for (std::size_t at = 0; at < input.size(); at += step) {
    pending += input.substr(at, step);
    std::size_t consumed = 0;
    if (verdict.head == H1Parser::Progress::kMore) {
      verdict.head = parser.head(pending, consumed);
      pending.erase(0, consumed);
      if (verdict.head == H1Parser::Progress::kRefused) verdict.status = parser.status();
      if (verdict.head == H1Parser::Progress::kDone)
        verdict.target = parser.request().path + parser.request().query;
    }
    if (verdict.head == H1Parser::Progress::kRefused) break;
    if (verdict.head == H1Parser::Progress::kDone && !parser.complete() && !pending.empty()) {
      verdict.body = parser.body(pending, consumed, verdict.text, 0);
      pending.erase(0, consumed);
    }
    if (verdict.body == H1Parser::Progress::kRefused) break;
  }
  return verdict;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > 8192) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  converse(input, 1 + std::size_t{data[0]});
  const Verdict whole = judge(input, input.size() + 1);
  Verdict cut = judge(input, 1);
  // How much of an unfinished or broken body is decoded by now is open.
  if (whole.body != H1Parser::Progress::kDone) cut.text = whole.text;
  require(whole == cut);
  return 0;
}
