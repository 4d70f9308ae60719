// SPDX-License-Identifier: Apache-2.0
// Bytes of a client, cut into reads, for an HTTP/2 connection whose handler does all that handlers do.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.h"
#include "base/shared_bytes.h"
#include "http/connection.h"

namespace {

using namespace cinnabar;
using namespace cinnabar::http;

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A transport whose peer sends the fuzzer's bytes, and takes a few kilobytes at a time.
class FuzzTransport final : public Transport {
 public:
  FuzzTransport(Loop& loop, std::string_view input) : loop_(loop), input_(input) {}

  Outcome read(std::span<char> into) override {
    if (input_.empty()) return {0, Status::kEof};
    if (!fresh_) return {0, Status::kBlocked};
    fresh_ = false;
    // The first byte of each piece says how long it is.
    const std::size_t wanted = 1 + 8 * static_cast<std::size_t>(static_cast<unsigned char>(input_.front()));
    input_.remove_prefix(1);
    const std::size_t bytes = std::min({wanted, into.size(), input_.size()});
    std::copy_n(input_.data(), bytes, into.data());
    input_.remove_prefix(bytes);
    return {bytes, bytes == 0 ? Status::kBlocked : Status::kOk};
  }
  Outcome write(std::span<const iovec> buffers) override {
    std::size_t bytes = 0;
    for (const iovec& buffer : buffers) {
      const std::size_t part = std::min(buffer.iov_len, room_);
      bytes += part;
      room_ -= part;
      if (part < buffer.iov_len) return {bytes, Status::kBlocked};
    }
    return {bytes, Status::kOk};
  }
  void await_readable() override { reading_ = true; }
  void await_writable() override { writing_ = true; }
  void set_listener(TransportListener* listener) override { listener_ = listener; }
  void close(bool) override {}
  bool is_tls() const override { return false; }
  const std::string& peer() const override { return peer_; }
  Loop& loop() const override { return loop_; }

  /// One readiness of each kind. False: the connection waits for nothing any more.
  bool step() {
    room_ = 4096;
    fresh_ = true;
    bool moved = false;
    if (listener_ && writing_) {
      writing_ = false;
      moved = true;
      listener_->on_writable();
    }
    if (listener_ && reading_) {
      reading_ = false;
      moved = true;
      listener_->on_readable();
    }
    return moved;
  }

 private:
  Loop& loop_;
  std::string_view input_;
  TransportListener* listener_ = nullptr;
  std::string peer_ = "192.0.2.1";
  std::size_t room_ = 0;
  bool fresh_ = false;
  bool reading_ = false;
  bool writing_ = false;
};

/// Writes until the stream is blocked, and again when it has room; ends itself after a while.
class Subscriber final : public StreamObserver {
 public:
  void run(const ExchangePtr& exchange) {
    stream_ = exchange->open_stream({200, {{"Content-Type", "text/event-stream"}}, ""}, *this);
    abort_ = exchange->request().query.size() % 2 == 1;
    write();
  }
  void on_writable() override { write(); }
  void on_closed() override { stream_ = nullptr; }

 private:
  void write() {
    static const SharedBytes event = SharedBytes::copy_of("data: " + std::string(3000, 'x') + "\n\n");
    const SharedBytes* buffers[] = {&event, &event};
    while (stream_) {
      const EventStream::Outcome outcome = stream_->write(buffers);
      if (outcome.state == EventStream::State::kClosed) stream_ = nullptr;
      if (outcome.state != EventStream::State::kReady) return;
      if (++written_ < 8) continue;
      abort_ ? stream_->abort() : stream_->close();
      stream_ = nullptr;
    }
  }

  EventStream* stream_ = nullptr;
  int written_ = 0;
  bool abort_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Loop loop;
  static const ServerLimits limits = [] {
    ServerLimits few;
    few.header_bytes = 2048;
    few.uri_bytes = 64;
    few.h2_streams = 16;
    return few;
  }();
  static const std::vector<Header> common = {{"X-Content-Type-Options", "nosniff"}};

  std::vector<ExchangePtr> kept;
  std::vector<std::unique_ptr<Subscriber>> subscribers;
  const Handler handler = [&](const ExchangePtr& exchange) {
    const std::string& path = exchange->request().path;
    switch (path.size() > 1 ? path[1] : 'r') {
      case 'b':
        exchange->read_body(1000, [exchange](Result<std::string> body) {
          exchange->respond(text_response(body.ok() ? 200 : 413, body.ok() ? *body : ""));
        });
        break;
      case 's':
        subscribers.push_back(std::make_unique<Subscriber>());
        subscribers.back()->run(exchange);
        break;
      case 'k': kept.push_back(exchange); break;
      case 'd': break;
      default: exchange->respond({200, {}, std::string(20'000, 'r')});
    }
  };

  std::shared_ptr<Connection> connection;
  ConnectionContext context{loop, limits, common, handler, [&](Connection&) { connection.reset(); }};
  std::string input(reinterpret_cast<const char*>(data), size);
  const auto transport = std::make_shared<FuzzTransport>(loop, input);
  connection = make_h2_connection(context, transport, std::string(kPreface));
  connection->start();
  while (transport->step()) {
    loop.context().poll();
    if (kept.size() > 4) kept.erase(kept.begin());
  }
  loop.context().poll();
  if (connection) connection->shutdown();
  kept.clear();
  loop.context().poll();
  return 0;
}
