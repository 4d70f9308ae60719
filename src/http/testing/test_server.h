// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "http/router.h"
#include "http/server.h"
#include "http/testing/test_client.h"

namespace cinnabar::http {

/// A real server on a free loopback port with a few paths:
/// /hello "hello"; /echo the body, at most 100 bytes, errors as 413, 408, 400; /ignore answers
/// without reading the body; /head the fields it got; /big 8 MiB; /drop no answer; others: add().
class TestServer {
 public:
  static constexpr std::size_t kBig = std::size_t{8} * 1024 * 1024;

  explicit TestServer(ServerOptions options = {}, unsigned loops = 1) {
    if (options.listen.empty()) options.listen = {{false, "127.0.0.1", 0}};
    options.common_headers.push_back({"X-Frame-Options", "DENY"});
    add_paths();
    for (unsigned i = 0; i < loops; ++i) {
      loops_.push_back(std::make_unique<Loop>());
      loops_.back()->start();
      pointers_.push_back(loops_.back().get());
    }
    auto made = Server::create(options, pointers_,
                               [this](const ExchangePtr& exchange) { router_.dispatch(exchange); });
    if (made.ok()) {
      server_ = std::move(*made);
    } else {
      error_ = made.error().detail;
    }
  }
  ~TestServer() {
    server_.reset();
    for (const auto& loop : loops_) {
      loop->stop();
      loop->join();
    }
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  /// Before the first request of `path`.
  void add(std::string method, std::string path, Handler handler) {
    router_.add(std::move(method), std::move(path), std::move(handler));
  }
  Server& server() { return *server_; }
  std::uint16_t port(std::size_t index = 0) const { return server_->addresses()[index].port; }
  const std::string& error() const { return error_; }
  Loop& loop() { return *loops_.front(); }

  /// Runs `task` on the first loop and waits for it.
  template <class Task>
  void on_loop(Task task) {
    std::promise<void> done;
    loop().post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  static unsigned status_of(ErrorCode code) {
    return code == ErrorCode::kTooLarge ? 413 : code == ErrorCode::kTimeout ? 408 : 400;
  }

  void add_paths() {
    add("GET", "/hello", [](const ExchangePtr& exchange) { exchange->respond(text_response(200, "hello")); });
    add("GET", "/big", [](const ExchangePtr& exchange) {
      Response response;
      response.body = std::string(kBig, 'b');
      exchange->respond(std::move(response));
    });
    add("GET", "/drop", [](const ExchangePtr&) {});
    add("POST", "/ignore",
        [](const ExchangePtr& exchange) { exchange->respond(text_response(200, "ignored")); });
    add("GET", "/nothing", [](const ExchangePtr& exchange) {
      Response response;
      response.status = 204;
      exchange->respond(std::move(response));
    });
    const Handler echo = [](const ExchangePtr& exchange) {
      exchange->read_body(100, [exchange](Result<std::string> body) {
        Response response = text_response(body.ok() ? 200 : status_of(body.error().code));
        if (body.ok()) response.body = *body;
        exchange->respond(std::move(response));
      });
    };
    add("POST", "/echo", echo);
    add("QUERY", "/echo", echo);
    const Handler head = [](const ExchangePtr& exchange) {
      const Request& request = exchange->request();
      Response response;
      response.body = request.method + "|" + request.path + "|" + request.query + "|" + request.authority +
                      "|" + request.peer + "|" + (request.tls ? "tls" : "plain") + "\n";
      for (const Header& header : request.headers) response.body += header.name + "=" + header.value + "\n";
      exchange->respond(std::move(response));
    };
    add("GET", "/head", head);
    add("GET", "/", head);
  }

  Router router_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<Loop*> pointers_;
  std::unique_ptr<Server> server_;
  std::string error_;
};

/// Waits, up to ten seconds, until `condition` holds.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return condition();
}

}  // namespace cinnabar::http
