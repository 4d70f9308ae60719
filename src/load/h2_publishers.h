// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "load/h2_client.h"
#include "load/publishers.h"

namespace cinnabar::load {

/// Publishers that share HTTP/2 connections, options.streams_per_connection each: one stream an update.
class H2Publishers final : public Publishers, private H2Listener {
 public:
  H2Publishers(const Options& options, SSL_CTX* context);
  ~H2Publishers() override;
  Result<void> connect() override;

 private:
  struct Answer {
    int status = 0;
    std::string body;
  };

  bool send(std::uint32_t publisher) override;
  void poll(std::uint64_t timeout_ns) override;
  void on_head(std::uint32_t user, int status, std::string_view resumed_after) override;
  void on_data(std::uint32_t user, std::string_view bytes) override;
  void on_stream_end(std::uint32_t user) override;

  std::vector<std::unique_ptr<H2Client>> connections_;
  std::vector<Answer> answers_;  // by publisher
  std::string bearer_;
  int epoll_;
};

}  // namespace cinnabar::load
