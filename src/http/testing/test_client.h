// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace cinnabar::http {

/// A blocking HTTP/1 client over a loopback socket that sends exactly what it is told. Every read
/// gives up after ten seconds, so that a defect fails a test instead of hanging it.
class TestClient {
 public:
  struct Answer {
    unsigned status = 0;
    std::string head;  ///< status line and fields, with the empty line
    std::string body;

    bool has(std::string_view line) const {
      return head.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
    }
    bool mentions(std::string_view text) const { return head.find(text) != std::string::npos; }
  };

  /// `receive_buffer`: SO_RCVBUF, 0 for the default.
  explicit TestClient(std::uint16_t port, int receive_buffer = 0, bool ipv6 = false) {
    fd_ = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = in6addr_loopback;
    connected_ = ::connect(fd_, ipv6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4),
                           ipv6 ? sizeof v6 : sizeof v4) == 0;
  }
  ~TestClient() { close(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  void send(std::string_view bytes) { (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void reset() {
    const linger option{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &option, sizeof option);
    close();
  }

  /// Everything up to and including `marker`; what came without it if the connection ends.
  std::string read_until(std::string_view marker) {
    std::size_t found = 0;
    while ((found = input_.find(marker)) == std::string::npos && fill()) {
    }
    return take(found == std::string::npos ? input_.size() : found + marker.size());
  }
  std::string read_exactly(std::size_t size) {
    while (input_.size() < size && fill()) {
    }
    return take(std::min(size, input_.size()));
  }
  /// Everything to the end of the connection. ended() tells whether that end came.
  std::string read_to_end() {
    while (fill()) {
    }
    return take(input_.size());
  }
  /// The peer has closed cleanly (FIN, not RST).
  bool ended() const { return ended_; }
  bool was_reset() const { return reset_; }

  Answer read_answer(bool head_request = false) {
    Answer answer;
    answer.head = read_until("\r\n\r\n");
    if (answer.head.size() < 12) return answer;
    answer.status = static_cast<unsigned>(std::strtoul(answer.head.c_str() + 9, nullptr, 10));
    if (head_request || answer.status < 200) return answer;
    if (answer.mentions("\r\nTransfer-Encoding: chunked")) {
      for (;;) {
        const std::size_t size = std::strtoul(read_until("\r\n").c_str(), nullptr, 16);
        answer.body += read_exactly(size);
        read_exactly(2);
        if (size == 0) return answer;
      }
    }
    const std::size_t length = answer.head.find("\r\nContent-Length: ");
    if (length != std::string::npos) {
      answer.body = read_exactly(std::strtoul(answer.head.c_str() + length + 18, nullptr, 10));
    }
    return answer;
  }

 private:
  bool fill() {
    if (ended_ || reset_) return false;
    pollfd poll_fd{fd_, POLLIN, 0};
    if (::poll(&poll_fd, 1, 10'000) != 1) return false;
    char buffer[65536];
    const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
    if (got > 0) input_.append(buffer, static_cast<std::size_t>(got));
    if (got == 0) ended_ = true;
    if (got < 0) reset_ = true;
    return got > 0;
  }
  std::string take(std::size_t size) {
    std::string taken = input_.substr(0, size);
    input_.erase(0, size);
    return taken;
  }

  int fd_ = -1;
  bool connected_ = false;
  bool ended_ = false;
  bool reset_ = false;
  std::string input_;
};

}  // namespace cinnabar::http
