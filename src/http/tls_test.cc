// SPDX-License-Identifier: Apache-2.0
// TLS over real loopback sockets, with certificates made here.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "http/testing/test_server.h"
#include "http/tls_context.h"

namespace cinnabar::http {
namespace {

std::string drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

/// A self-signed P-256 certificate. `names`: subjectAltName as OpenSSL writes it, may be empty.
Certificate make_certificate(const std::string& common_name, const std::string& names) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  if (!names.empty()) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate, key, EVP_sha256());
  Certificate made;
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  made.chain = drain(bio);
  bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  made.key = drain(bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return made;
}

/// A TLS client around a TestClient's socket.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, const std::string& server_name, const std::string& alpn,
            int receive_buffer = 0, int max_version = 0)
      : socket_(port, receive_buffer), context_(SSL_CTX_new(TLS_client_method())), ssl_(SSL_new(context_)) {
    const timeval ten_seconds{10, 0};
    ::setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVTIMEO, &ten_seconds, sizeof ten_seconds);
    if (!server_name.empty()) SSL_set_tlsext_host_name(ssl_, server_name.c_str());
    if (!alpn.empty()) {
      SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(alpn.data()),
                          static_cast<unsigned>(alpn.size()));
    }
    if (max_version != 0) SSL_set_max_proto_version(ssl_, max_version);
    SSL_set_fd(ssl_, socket_.fd());
    connected_ = SSL_connect(ssl_) == 1;
    ERR_clear_error();
  }
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool connected() const { return connected_; }
  SSL* ssl() { return ssl_; }
  void send(std::string_view bytes) { SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())); }
  std::string read_until(std::string_view marker) {
    std::string text;
    char c = 0;
    while (!text.ends_with(marker) && SSL_read(ssl_, &c, 1) == 1) text += c;
    return text;
  }
  std::string read_exactly(std::size_t size) {
    std::string text(size, '\0');
    std::size_t filled = 0;
    std::size_t got = 0;
    while (filled < size && SSL_read_ex(ssl_, text.data() + filled, size - filled, &got) == 1) filled += got;
    text.resize(filled);
    return text;
  }
  /// The answer to the next read when the peer has closed: clean only with close_notify.
  bool ended_cleanly() {
    char c = 0;
    return SSL_get_error(ssl_, SSL_read(ssl_, &c, 1)) == SSL_ERROR_ZERO_RETURN;
  }
  std::string common_name() {
    X509* certificate = SSL_get1_peer_certificate(ssl_);
    char name[256] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    X509_free(certificate);
    return name;
  }
  std::string alpn() {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }

 private:
  TestClient socket_;
  SSL_CTX* context_;
  SSL* ssl_;
  bool connected_ = false;
};

const std::string kHttp11("\x08http/1.1");
const std::string kBoth("\x02h2\x08http/1.1");

class TlsTest : public testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions made;
    made.listen = {{true, "127.0.0.1", 0}};
    made.tls.certificates = {make_certificate("first", "DNS:first.example, IP:127.0.0.1"),
                             make_certificate("second", "DNS:second.example, DNS:*.wild.example"),
                             make_certificate("third.example", "")};
    made.limits.header_timeout = std::chrono::milliseconds(1500);
    return made;
  }
  TlsTest() : server_(options()) {}

  TestServer server_;
};

TEST_F(TlsTest, Http11OverEitherVersion) {
  ASSERT_EQ(server_.error(), "");
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(server_.port(), "", kHttp11, 0, version);
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(SSL_version(client.ssl()), version);
    for (int i = 0; i < 2; ++i) {
      client.send("GET /head HTTP/1.1\r\nHost: h\r\n\r\n");
      EXPECT_NE(client.read_until("\r\n\r\n").find("200 OK"), std::string::npos);
      EXPECT_EQ(client.read_until("host=h\n"), "GET|/head||h|127.0.0.1|tls\nhost=h\n");
    }
  }
}

TEST_F(TlsTest, OldVersionsAreRefused) {
  TlsClient client(server_.port(), "", "", 0, TLS1_1_VERSION);
  EXPECT_FALSE(client.connected());
}

TEST_F(TlsTest, AlpnChooses) {
  TlsClient both(server_.port(), "", kBoth);
  EXPECT_EQ(both.alpn(), "h2");
  EXPECT_EQ(both.read_exactly(9)[3], '\x04');  // the server's SETTINGS
  EXPECT_EQ(TlsClient(server_.port(), "", kHttp11).alpn(), "http/1.1");
  EXPECT_FALSE(TlsClient(server_.port(), "", std::string("\x03xyz")).connected());
}

TEST_F(TlsTest, WithoutAlpnTheBytesDecide) {
  TlsClient h1(server_.port(), "", "");
  h1.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(h1.read_until("hello\n").find("200 OK"), std::string::npos);
  TlsClient h2(server_.port(), "", "");
  h2.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  EXPECT_EQ(h2.read_exactly(9)[3], '\x04');
}

TEST_F(TlsTest, SniChoosesTheCertificate) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "first"},
      {"first.example", "first"},
      {"SECOND.example", "second"},
      {"a.wild.example", "second"},
      {"a.b.wild.example", "first"},
      {"wild.example", "first"},
      {"third.example", "third.example"},
      {"other", "first"},
  };
  for (const auto& [name, expected] : cases) {
    TlsClient client(server_.port(), name, kHttp11);
    ASSERT_TRUE(client.connected()) << name;
    EXPECT_EQ(client.common_name(), expected) << name;
    EXPECT_EQ(client.alpn(), "http/1.1") << name;
  }
}

TEST_F(TlsTest, LargeAnswersThroughAFullSocket) {
  TlsClient client(server_.port(), "", kHttp11, 4096);
  client.send("GET /big HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  client.read_until("\r\n\r\n");
  EXPECT_TRUE(client.read_exactly(TestServer::kBig) == std::string(TestServer::kBig, 'b'));
  EXPECT_TRUE(client.ended_cleanly());
}

TEST_F(TlsTest, BodiesOfManyRecords) {
  std::promise<std::string> received;
  server_.add("POST", "/take", [&](const ExchangePtr& exchange) {
    exchange->read_body(0, [exchange, &received](Result<std::string> body) {
      received.set_value(body.ok() ? *body : "");
      exchange->respond(text_response(200));
    });
  });
  TlsClient client(server_.port(), "", kHttp11);
  const std::string body(1'000'000, 'x');
  client.send("POST /take HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
  client.send(body);
  EXPECT_TRUE(received.get_future().get() == body);
}

TEST_F(TlsTest, PlainTextAndSilenceAreDropped) {
  TestClient plain(server_.port());
  plain.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  plain.read_to_end();
  TestClient silent(server_.port());  // the handshake is bounded by header_timeout
  silent.read_to_end();
  EXPECT_TRUE(eventually([&] { return server_.server().connections() == 0; }));
}

class Pusher final : public StreamObserver {
 public:
  void on_writable() override { push(); }
  void on_closed() override { stream = nullptr; }
  void push() {
    while (stream && left > 0) {
      std::vector<const SharedBytes*> some(std::min<std::size_t>(left, 200), &buffer);
      const auto [taken, state] = stream->write(some);
      left -= taken;
      if (state == EventStream::State::kBlocked) {
        ++blocked;
        return;
      }
    }
    if (stream) stream->close();
    stream = nullptr;
  }
  EventStream* stream = nullptr;
  SharedBytes buffer = SharedBytes::copy_of(std::string(999, 'e') + "\n");
  std::size_t left = 20'000;
  int blocked = 0;
};

TEST(TlsStream, BackpressureKeepsEveryByte) {
  Pusher pusher;
  ServerOptions options;
  options.listen = {{true, "127.0.0.1", 0}};
  options.tls.certificates = {make_certificate("a", "DNS:a")};
  TestServer server(options);
  server.add("GET", "/stream", [&](const ExchangePtr& exchange) {
    pusher.stream = exchange->open_stream({}, pusher);
    pusher.push();
  });
  TlsClient client(server.port(), "", kHttp11, 4096);
  client.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  client.read_until("\r\n\r\n");
  EXPECT_TRUE(eventually([&] {
    bool blocked = false;
    server.on_loop([&] { blocked = pusher.blocked > 0; });
    return blocked;
  }));
  const std::string chunk = "3e8\r\n" + std::string(999, 'e') + "\n\r\n";
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(client.read_exactly(chunk.size()), chunk) << i;
  EXPECT_EQ(client.read_exactly(5), "0\r\n\r\n");
  client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(client.read_until("hello\n").find("200 OK"), std::string::npos);
}

std::string tls_error_of(const Certificate& certificate) {
  TlsOptions options;
  options.certificates = {certificate};
  const auto made = TlsContext::create(options);
  return made.ok() ? "" : made.error().detail;
}

TEST(TlsContext, BadCertificatesAreSaidClearly) {
  const Certificate good = make_certificate("a", "DNS:a");
  const Certificate other = make_certificate("b", "DNS:b");
  EXPECT_EQ(tls_error_of(good), "");
  EXPECT_NE(tls_error_of({"/does/not/exist.pem", good.key})
                .find("/does/not/exist.pem\" cannot be read: No such file"),
            std::string::npos);
  EXPECT_NE(tls_error_of({good.chain, "/does/not/exist.key"}).find("private key file"), std::string::npos);
  EXPECT_NE(tls_error_of({good.chain, other.key}).find("does not belong"), std::string::npos);
  EXPECT_NE(tls_error_of({good.chain, good.chain}).find("no private key"), std::string::npos);
  EXPECT_NE(tls_error_of({good.key, good.key}).find("no certificate"), std::string::npos);
  EXPECT_NE(
      tls_error_of({good.chain + "-----BEGIN CERTIFICATE-----\nzzzz\n-----END CERTIFICATE-----\n", good.key})
          .find("damaged"),
      std::string::npos);
  EXPECT_NE(tls_error_of({"", good.key}).find("missing"), std::string::npos);
  EXPECT_FALSE(TlsContext::create({}).ok());
}

TEST(TlsContext, ReadsFilesAndChains) {
  const Certificate good = make_certificate("a", "DNS:a");
  const Certificate issuer = make_certificate("b", "DNS:b");
  const std::string base = testing::TempDir() + "cinnabar_tls_test_" + std::to_string(::getpid());
  std::ofstream(base + ".pem") << good.chain << issuer.chain;
  std::ofstream(base + ".key") << good.key;
  EXPECT_EQ(tls_error_of({base + ".pem", base + ".key"}), "");
  ::unlink((base + ".pem").c_str());
  ::unlink((base + ".key").c_str());
}

}  // namespace
}  // namespace cinnabar::http
