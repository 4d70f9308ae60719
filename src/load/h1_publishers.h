// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/publishers.h"

namespace cinnabar::load {

/// Publishers over HTTP/1.1: a keep-alive connection each.
class H1Publishers final : public Publishers {
 public:
  H1Publishers(const Options& options, SSL_CTX* context);
  ~H1Publishers() override;
  Result<void> connect() override;

 private:
  struct Connection {
    Wire wire;
    std::string response;
  };

  bool send(std::uint32_t publisher) override;
  void poll(std::uint64_t timeout_ns) override;
  bool write(Connection& connection, std::string_view bytes);
  bool receive(std::uint32_t publisher);

  std::vector<Connection> connections_;
  std::string head_;  // all but the length
  std::string request_;
  int epoll_;
};

}  // namespace cinnabar::load
