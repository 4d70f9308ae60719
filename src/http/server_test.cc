// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include <thread>

#include "http/listener.h"
#include "http/testing/test_server.h"

namespace cinnabar::http {
namespace {

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";

bool ipv6_works() {
  ListenAddress address{false, "::1", 0};
  return bind_address(address, 1, std::chrono::seconds(45)).ok();
}

TEST(Server, EveryLoopListensOnTheSamePort) {
  TestServer server({}, 3);
  ASSERT_EQ(server.error(), "");
  ASSERT_NE(server.port(), 0);
  for (int i = 0; i < 50; ++i) {
    TestClient client(server.port());
    client.send(kHello);
    EXPECT_EQ(client.read_answer().body, "hello\n");
  }
}

TEST(Server, LocalhostIsBothFamilies) {
  ServerOptions options;
  options.listen = {{false, "localhost", 0}, {false, "127.0.0.1", 0}};
  TestServer server(options);
  ASSERT_EQ(server.error(), "");
  const auto addresses = server.server().addresses();
  ASSERT_EQ(addresses.size(), 2U);
  EXPECT_EQ(addresses[0].host, "localhost");
  for (const bool v6 : {false, true}) {
    if (v6 && !ipv6_works()) continue;
    TestClient client(server.port(), 0, v6);
    client.send("GET /head HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(client.read_answer().body.find(v6 ? "|::1|" : "|127.0.0.1|"), std::string::npos);
  }
}

TEST(Server, AddressInUseIsSaidClearly) {
  TestServer first;
  ServerOptions options;
  options.listen = {{false, "127.0.0.1", first.port()}};
  TestServer second(options);
  EXPECT_NE(second.error().find("127.0.0.1:" + std::to_string(first.port())), std::string::npos)
      << second.error();
  EXPECT_NE(second.error().find("in use"), std::string::npos);
  EXPECT_NE(second.error().find("another port"), std::string::npos);
}

TEST(Server, ForeignAddressIsSaidClearly) {
  ServerOptions options;
  options.listen = {{false, "192.0.2.1", 0}};
  TestServer server(options);
  EXPECT_NE(server.error().find("no such address"), std::string::npos) << server.error();
}

TEST(Server, StopAcceptingLeavesOpenConnections) {
  TestServer server;
  const std::uint16_t port = server.port();
  TestClient client(port);
  client.send(kHello);
  EXPECT_EQ(client.read_answer().status, 200U);
  server.server().stop_accepting();
  EXPECT_FALSE(TestClient(port).connected());
  client.send(kHello);
  EXPECT_EQ(client.read_answer().status, 200U);
  EXPECT_EQ(server.server().connections(), 1U);
  server.server().shutdown();
  EXPECT_EQ(server.server().connections(), 0U);
  client.read_to_end();
  EXPECT_TRUE(client.was_reset());
}

TEST(Server, AcceptedSocketsInheritTheOptions) {
  ListenAddress address{false, "127.0.0.1", 0};
  auto sockets = bind_address(address, 1, std::chrono::seconds(40));
  ASSERT_TRUE(sockets.ok());
  TestClient client(address.port);
  ASSERT_TRUE(client.connected());
  const ListenSocket accepted(::accept((*sockets)[0][0].fd(), nullptr, nullptr));
  const auto option = [&](int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(accepted.fd(), level, name, &value, &size);
    return value;
  };
  EXPECT_EQ(option(IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 20);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), 5);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPCNT), 4);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 40'000);
}

TEST(Server, OutOfFileDescriptorsPassesWhenSomeAreFreed) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "UBSan's check of virtual calls opens a pipe, and reports a bad call where it cannot; "
                  "the release and TSan builds run this test";
#endif
  TestServer server;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  std::unique_ptr<TestClient> client;
  server.on_loop([&] {  // the kernel accepts, the loop cannot yet
    client = std::make_unique<TestClient>(server.port());
    const int lowest_free = ::dup(client->fd());
    ::close(lowest_free);
    rlimit low = before;
    low.rlim_cur = static_cast<rlim_t>(lowest_free);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  });
  client->send(kHello);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(server.server().connections(), 0U);
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(client->read_answer().status, 200U);
}

TEST(Server, Http1IsToldFromThePrefaceOfHttp2) {
  TestServer server;
  TestClient post(server.port());
  post.send("P");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  post.send("OST /ignore HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(post.read_answer().body, "ignored\n");
  TestClient almost(server.port());
  almost.send("PRI * HTTP/2.0\r\n\r\nXX");
  EXPECT_EQ(almost.read_answer().status, 505U);
}

TEST(Server, PriorKnowledgeReachesHttp2) {
  TestServer server;
  TestClient client(server.port());
  client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  client.send(std::string_view("\0\0\0\x04\0\0\0\0\0", 9));  // an empty SETTINGS frame
  const std::string frame = client.read_exactly(9);
  ASSERT_EQ(frame.size(), 9U);
  EXPECT_EQ(frame[3], '\x04');  // SETTINGS (RFC 9113 section 3.4)
}

}  // namespace
}  // namespace cinnabar::http
