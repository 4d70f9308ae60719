// SPDX-License-Identifier: Apache-2.0
#include "app/config_convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/self_signed.h"
#include "app/test_directory.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;

TEST(ConfigConvert, ServerOptionsWithoutTls) {
  Config config;
  config.server.limits.header_bytes = 2048;
  config.server.tls.certificate = "not read";
  const Result<http::ServerOptions> options = server_options(config);
  ASSERT_TRUE(options.ok());
  ASSERT_EQ(options->listen.size(), 1U);
  EXPECT_EQ(options->listen[0].port, 3000);
  EXPECT_EQ(options->limits.header_bytes, 2048U);
  EXPECT_TRUE(options->tls.certificates.empty());
}

// Their text must not travel: an error would quote a private key that is not PEM.
TEST(ConfigConvert, CertificatesAreGivenAsPaths) {
  Config config;
  config.server.listen = {{.tls = true, .host = "127.0.0.1", .port = 1}};
  config.server.tls.certificate = "c.pem";
  config.server.tls.key = "k.pem";
  const Result<http::ServerOptions> options = server_options(config);
  ASSERT_TRUE(options.ok());
  ASSERT_EQ(options->tls.certificates.size(), 1U);
  EXPECT_EQ(options->tls.certificates[0].chain, "c.pem");
  EXPECT_EQ(options->tls.certificates[0].key, "k.pem");
}

TEST(ConfigConvert, SelfSignedIsMade) {
  const TestDirectory directory;
  Config config;
  config.server.listen = {{.tls = true, .host = "127.0.0.1", .port = 1}};
  config.server.tls.self_signed = true;
  config.server.self_signed_directory = directory.file("tls");
  const Result<http::ServerOptions> options = server_options(config);
  ASSERT_TRUE(options.ok());
  EXPECT_THAT(options->tls.certificates[0].chain, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_TRUE(std::filesystem::exists(directory.file("tls/") + kSelfSignedKeyFile));
}

TEST(ConfigConvert, Issuers) {
  Config config;
  config.issuers = {{.id = "a",
                     .publisher = {{.jwt = "p", .algorithms = {Algorithm::kHs384}}},
                     .subscriber = {{.jwt = "s1"}, {.jwt = "s2", .algorithms = {Algorithm::kHs512}}},
                     .origin = {}}};
  const std::vector<Issuer> converted = issuers(config, [] {});
  ASSERT_EQ(converted.size(), 1U);
  EXPECT_EQ(converted[0].id, "a");
  ASSERT_EQ(converted[0].publisher.size(), 1U);
  EXPECT_EQ(converted[0].publisher[0].algorithms, std::vector{Algorithm::kHs384});
  EXPECT_EQ(converted[0].publisher[0].source->keys()->size(), 1U);
  ASSERT_EQ(converted[0].subscriber.size(), 2U);
  EXPECT_EQ(converted[0].subscriber[0].algorithms, std::vector{Algorithm::kHs256});
  EXPECT_EQ(converted[0].subscriber[1].algorithms, std::vector{Algorithm::kHs512});
}

}  // namespace
}  // namespace cinnabar
