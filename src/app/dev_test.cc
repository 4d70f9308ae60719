// SPDX-License-Identifier: Apache-2.0
#include "app/dev.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "app/config_convert.h"
#include "app/test_directory.h"
#include "app/validate.h"
#include "auth/test_tokens.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::int64_t kNow = 1'800'000'000;

std::vector<http::ListenAddress> both(std::uint16_t plain, std::uint16_t secure) {
  return {{.tls = false, .host = "127.0.0.1", .port = plain},
          {.tls = true, .host = "localhost", .port = secure}};
}

class Dev : public testing::Test {
 protected:
  Dev() { environment_["CINNABAR_DEV_DIR"] = directory_.file("dev"); }
  DevState state() { return *open_dev_state(environment_); }
  std::string guide(const Config& config, const std::vector<http::ListenAddress>& bound) {
    const Result<DevGuide> made = DevGuide::make(config, state(), environment_, "/opt/cinnabar", kNow);
    EXPECT_TRUE(made.ok());
    return made->text(bound);
  }

  TestDirectory directory_;
  Environment environment_;
};

TEST(DevDirectory, ChosenFromTheEnvironment) {
  EXPECT_EQ(*dev_directory({{"CINNABAR_DEV_DIR", "/a/../b"}, {"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}),
            "/b");
  EXPECT_EQ(*dev_directory({{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}), "/x/cinnabar/dev");
  EXPECT_EQ(*dev_directory({{"XDG_STATE_HOME", "relative"}, {"HOME", "/h"}}), "/h/.local/state/cinnabar/dev");
  EXPECT_EQ(*dev_directory({{"HOME", "/h"}}), "/h/.local/state/cinnabar/dev");
  EXPECT_EQ(*dev_directory({{"CINNABAR_DEV_DIR", "here"}}),
            (std::filesystem::current_path() / "here").string());
  const Result<std::string> nowhere = dev_directory({});
  ASSERT_FALSE(nowhere.ok());
  EXPECT_THAT(nowhere.error().detail, HasSubstr("set CINNABAR_DEV_DIR or HOME"));
}

TEST_F(Dev, KeyIsRandomPrivateAndKept) {
  const DevState first = state();
  EXPECT_EQ(first.key.size(), 43U);
  EXPECT_EQ(state().key, first.key);
  struct stat status {};
  ASSERT_EQ(::stat((first.directory + "/key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  environment_["CINNABAR_DEV_DIR"] = directory_.file("other");
  EXPECT_NE(state().key, first.key);
}

TEST_F(Dev, DamagedKeyIsNotReplaced) {
  state();
  directory_.write("dev/key", "short\n");
  const Result<DevState> opened = open_dev_state(environment_);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().detail, HasSubstr("dev/key is damaged; remove the file"));
}

TEST_F(Dev, ConfigurationIsValidWithoutAnythingElse) {
  const Config config = dev_config(state());
  const Validation validation = validate(config);
  EXPECT_THAT(validation.errors, IsEmpty());
  EXPECT_THAT(validation.warnings, IsEmpty());
  EXPECT_TRUE(config.hub.anonymous);
  EXPECT_EQ(config.journal.path, directory_.file("dev/journal"));
  const Result<http::ServerOptions> options = server_options(config);
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->listen.size(), 2U);
  EXPECT_EQ(options->tls.certificates.size(), 1U);
}

TEST_F(Dev, GuideHasCommandsToPaste) {
  const std::string text = guide(dev_config(state()), both(4000, 4443));
  EXPECT_THAT(
      text,
      HasSubstr(
          "\n  curl -N 'http://127.0.0.1:4000/.well-known/mercure?match=https://example.com/books/1'\n"));
  EXPECT_THAT(text, HasSubstr(" -d topic=https://example.com/books/1 -d 'data=Hello, world' "
                              "http://127.0.0.1:4000/.well-known/mercure\n"));
  EXPECT_THAT(text, HasSubstr("CINNABAR_DEV_DIR=" + directory_.file("dev") +
                              " /opt/cinnabar token --dev --publish '*'"));
  EXPECT_THAT(text, HasSubstr("curl -N --cacert " + directory_.file("dev") +
                              "/self-signed.pem 'https://localhost:4443/.well-known/mercure?match="));
  EXPECT_THAT(text, HasSubstr("open http://127.0.0.1:4000/ "));
  EXPECT_THAT(text, HasSubstr("new EventSource(\"/.well-known/mercure?match=https://example.com/books/1\")"));
  EXPECT_THAT(text, HasSubstr("kept in " + directory_.file("dev")));
  EXPECT_THAT(text, Not(HasSubstr(state().key)));
}

TEST_F(Dev, GuidesTokenIsGoodOnBothRolesForADay) {
  const Config config = dev_config(state());
  const std::string text = guide(config, both(1, 2));
  const std::string bearer = "Bearer ";
  const std::size_t begin = text.find(bearer) + bearer.size();
  const std::string token = text.substr(begin, text.find('\'', begin) - begin);
  const TokenVerifier verifier(issuers(config, [] {}), config.hub.limits);
  for (const Role role : {Role::kPublisher, Role::kSubscriber}) {
    EXPECT_TRUE(test::judge(verifier, token, role, kDevResource, kNow * 1000).ok());
    EXPECT_TRUE(test::judge(verifier, token, role, kDevResource, (kNow + 24 * 3600 - 1) * 1000).ok());
    EXPECT_FALSE(test::judge(verifier, token, role, kDevResource, (kNow + 24 * 3600 + 3600) * 1000).ok());
  }
}

TEST_F(Dev, GuideFollowsWhatWasChanged) {
  Config config = dev_config(state());
  config.hub.path = "/hub";
  config.hub.anonymous = false;
  config.hub.resource_identifier = "https://other.example/hub";
  const std::string text = guide(config, {{.tls = true, .host = "0.0.0.0", .port = 9}});
  EXPECT_THAT(text, HasSubstr("curl -N --cacert "));
  EXPECT_THAT(text, HasSubstr(" 'https://localhost:9/hub?match="));
  EXPECT_THAT(text, HasSubstr(" token --dev --aud https://other.example/hub --publish '*'"));
  EXPECT_THAT(text, Not(HasSubstr("EventSource")));  // which cannot send a token
  EXPECT_THAT(text, HasSubstr("-H 'Authorization: Bearer "));
}

TEST_F(Dev, GuideDoesNotShowTheUsersOwnKey) {
  Config config = dev_config(state());
  config.issuers = {{.id = "https://mine.example",
                     .publisher = {{.jwt = "my own secret key", .algorithms = {Algorithm::kHs512}}},
                     .subscriber = {},
                     .origin = {}}};
  const std::string text = guide(config, both(1, 2));
  EXPECT_THAT(text, HasSubstr(" token --dev --iss https://mine.example --alg HS512 --key @FILE "));
  EXPECT_THAT(text, Not(HasSubstr("my own secret key")));
}

TEST_F(Dev, IPv6AddressesAreBracketed) {
  const std::string text = guide(dev_config(state()), {{.tls = false, .host = "::", .port = 3000}});
  EXPECT_THAT(text, HasSubstr("'http://[::1]:3000/.well-known/mercure?"));
}

TEST(ShellWord, Quotes) {
  EXPECT_EQ(shell_word("/usr/bin/cinnabar"), "/usr/bin/cinnabar");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's"), R"('it'\''s')");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("*"), "'*'");
  EXPECT_EQ(shell_word("$x"), "'$x'");
}

}  // namespace
}  // namespace cinnabar
