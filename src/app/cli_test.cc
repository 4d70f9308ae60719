// SPDX-License-Identifier: Apache-2.0
#include "app/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <sstream>
#include <vector>

#include "app/config_schema.h"
#include "app/test_directory.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kKey(64, 'k');

class Cli : public testing::Test {
 protected:
  Cli() { environment_["CINNABAR_DEV_DIR"] = directory_.file("dev"); }

  int run(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "cinnabar");
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    ran_.reset();
    guide_.clear();
    CliContext context{.in = in,
                       .out = out,
                       .err = err,
                       .environment = environment_,
                       .program = "/opt/cinnabar",
                       .run = [this](const Config& config, const DevGuide* guide) {
                         ran_ = config;
                         if (guide != nullptr) guide_ = guide->text(config.server.listen);
                         return 7;
                       }};
    const int code = run_cli(static_cast<int>(arguments.size()), arguments.data(), context);
    out_ = out.str();
    err_ = err.str();
    return code;
  }
  std::string valid_file() const {
    return directory_.write("c.toml", "[[issuer]]\nid = \"https://a.example\"\npublisher = { jwt = \"" +
                                          kKey + "\" }\nsubscriber = { jwt = \"" + kKey + "\" }\n");
  }

  TestDirectory directory_;
  Environment environment_;
  std::optional<Config> ran_;
  std::string guide_;
  std::string out_;
  std::string err_;
};

TEST_F(Cli, Version) {
  EXPECT_EQ(run({"version"}), 0);
  EXPECT_EQ(out_, std::string("cinnabar ") + CINNABAR_VERSION + "\n");
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_EQ(out_, std::string("cinnabar ") + CINNABAR_VERSION + "\n");
}

TEST_F(Cli, HelpNamesEveryFlag) {
  EXPECT_EQ(run({"--help"}), 0);
  for (const char* command : {"run", "check-config", "token", "version"})
    EXPECT_THAT(out_, HasSubstr(command));
  EXPECT_EQ(run({"run", "--help"}), 0);
  for (const Field& field : config_fields()) EXPECT_THAT(out_, HasSubstr(field.flag()));
  EXPECT_THAT(out_, HasSubstr("CINNABAR_DEV_DIR"));
  EXPECT_EQ(run({"token", "--help"}), 0);
  EXPECT_THAT(out_, HasSubstr("--exp"));
  EXPECT_EQ(err_, "");
}

TEST_F(Cli, CommandLinesThatMakeNoSense) {
  EXPECT_EQ(run({}), 2);
  EXPECT_THAT(err_, HasSubstr("Usage: cinnabar"));
  EXPECT_EQ(run({"rn", "--dev"}), 2);
  EXPECT_EQ(err_, "cinnabar: unknown command rn; did you mean \"run\"?\nSee: cinnabar --help\n");
  EXPECT_EQ(run({"--dev"}), 2);
  EXPECT_THAT(err_, HasSubstr("cinnabar: unknown flag --dev"));
  EXPECT_EQ(run({"run", "--hub.hearbeat=10s"}), 2);
  EXPECT_EQ(err_,
            "cinnabar run: unknown flag --hub.hearbeat; did you mean \"--hub.heartbeat\"?\n"
            "See: cinnabar run --help\n");
  EXPECT_EQ(run({"run", "c.toml"}), 2);
  EXPECT_THAT(err_, HasSubstr("cinnabar run: unexpected argument c.toml"));
  EXPECT_EQ(run({"run", "--config"}), 2);
  EXPECT_EQ(run({"check-config"}), 2);
  EXPECT_EQ(out_, "");
  EXPECT_FALSE(ran_.has_value());
}

TEST_F(Cli, RunWithoutAnyConfiguration) {
  EXPECT_EQ(run({"run"}), 1);
  EXPECT_THAT(err_, HasSubstr("there is no configuration"));
  EXPECT_THAT(err_, HasSubstr("cinnabar run --dev"));
  EXPECT_THAT(err_, HasSubstr("CINNABAR_ISSUER_ID"));
  EXPECT_FALSE(ran_.has_value());
}

TEST_F(Cli, RunWithFileAndFlags) {
  const std::string file = valid_file();
  EXPECT_EQ(
      run({"run", "--config", file.c_str(), "--hub.heartbeat", "9s", "--hub.heartbeat=10s", "--hub.anonymous",
           "--server.listen", "http://127.0.0.1:1", "--server.listen", "http://127.0.0.1:2"}),
      7);
  ASSERT_TRUE(ran_.has_value()) << err_;
  EXPECT_EQ(ran_->hub.heartbeat, std::chrono::seconds(10));
  EXPECT_TRUE(ran_->hub.anonymous);
  EXPECT_EQ(ran_->server.listen.size(), 2U);
  EXPECT_EQ(guide_, "");
  EXPECT_EQ(run({"run", "--config", file.c_str(), "--hub.anonymous", "false"}), 7);
  EXPECT_FALSE(ran_->hub.anonymous);
  EXPECT_EQ(run({"run", "--config", file.c_str(), "--hub.path", ""}), 1);
  EXPECT_THAT(err_, HasSubstr("--hub.path: must not be empty"));
}

TEST_F(Cli, ConfigurationFileFromTheEnvironment) {
  environment_["CINNABAR_CONFIG"] = valid_file();
  EXPECT_EQ(run({"run"}), 7);
  environment_["CINNABAR_CONFIG"] = directory_.file("missing");
  EXPECT_EQ(run({"run"}), 1);
  EXPECT_THAT(err_, HasSubstr("cannot read " + directory_.file("missing")));
}

TEST_F(Cli, RunFromEnvironmentAlone) {
  environment_["CINNABAR_ISSUER_ID"] = "https://a.example";
  environment_["CINNABAR_ISSUER_PUBLISHER_JWT"] = kKey;
  environment_["CINNABAR_HUB_ANONYMOUS"] = "true";
  EXPECT_EQ(run({"run"}), 7) << err_;
}

TEST_F(Cli, WrongConfigurationPrintsEveryProblemAndNoSecret) {
  const std::string file = directory_.write("c.toml",
                                            "[hub]\nhearbeat = 1\npath = 2\n"
                                            "[[issuer]]\npublisher = { jwt = [\"hush\"] }\n");
  EXPECT_EQ(run({"run", "--config", file.c_str(), "--issuer.publisher.alg", "hush"}), 1);
  EXPECT_THAT(err_, HasSubstr(file + ":2:1: unknown key"));
  EXPECT_THAT(err_, HasSubstr(file + ":3:8: hub.path"));
  EXPECT_THAT(err_, HasSubstr(file + ":5:21: issuer.publisher.jwt"));
  EXPECT_THAT(err_, HasSubstr("--issuer.publisher.alg: "));
  EXPECT_THAT(err_, Not(HasSubstr("hush")));
  EXPECT_FALSE(ran_.has_value());
}

TEST_F(Cli, RunDev) {
  EXPECT_EQ(run({"run", "--dev", "--server.listen", "http://127.0.0.1:4000"}), 7);
  ASSERT_TRUE(ran_.has_value());
  EXPECT_EQ(ran_->server.listen.size(), 1U);
  EXPECT_THAT(guide_, HasSubstr("curl -N 'http://127.0.0.1:4000/"));
  EXPECT_THAT(guide_, HasSubstr("/opt/cinnabar token --dev"));
  environment_["CINNABAR_CONFIG"] = directory_.file("missing");  // not for the development hub
  EXPECT_EQ(run({"run", "--dev"}), 7);
  environment_ = {};
  EXPECT_EQ(run({"run", "--dev"}), 1);
  EXPECT_THAT(err_, HasSubstr("set CINNABAR_DEV_DIR or HOME"));
}

TEST_F(Cli, CheckConfig) {
  const std::string file = valid_file();
  EXPECT_EQ(run({"check-config", file.c_str()}), 0);
  EXPECT_EQ(out_, file + ": ok\n");
  EXPECT_EQ(err_, "");
  const std::string weak = directory_.write(
      "weak.toml",
      "[hub]\nanonymous = true\n[[issuer]]\nid = \"https://a.example\"\npublisher = { jwt = \"hush\" }\n");
  EXPECT_EQ(run({"check-config", weak.c_str()}), 0);
  EXPECT_EQ(out_, weak + ": ok\n");
  EXPECT_THAT(err_, HasSubstr("warning: " + weak + ":3:1: the publisher key of issuer"));
  const std::string wrong = directory_.write("wrong.toml", "[hub]\nhearbeat = 1");
  EXPECT_EQ(run({"check-config", wrong.c_str()}), 1);
  EXPECT_EQ(out_, "");
  EXPECT_THAT(err_, HasSubstr(wrong + ":2:1: "));
}

TEST_F(Cli, Token) {
  EXPECT_EQ(run({"token", "--iss", "https://a.example", "--aud", "https://h/", "--key", kKey.c_str(),
                 "--publish", "a", "--publish", "b", "--ttl", "5m", "--pretty"}),
            0);
  EXPECT_THAT(out_, testing::MatchesRegex("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\n"));
  EXPECT_THAT(err_, HasSubstr("\"match\": \"b\""));
  EXPECT_EQ(run({"token", "--publish", "a"}), 1);
  EXPECT_THAT(err_, HasSubstr("--iss is missing"));
  EXPECT_EQ(run({"token", "--dev", "--publish", "*"}), 0);
  EXPECT_EQ(run({"token", "--publsh", "a"}), 2);
  EXPECT_THAT(err_, HasSubstr("did you mean \"--publish\"?"));
}

}  // namespace
}  // namespace cinnabar
