// SPDX-License-Identifier: Apache-2.0
#include "app/config_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "app/config_schema.h"
#include "app/config_toml.h"
#include "app/test_directory.h"
#include "app/toml_text.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(ConfigEffective, SourcesOfAllKinds) {
  const TestDirectory directory;
  const std::string key(64, 'k');
  ConfigRequest request;
  request.effective = true;
  request.run.config = directory.write(
      "c.toml",
      "[hub]\nheartbeat = \"30s\"\n[[issuer]]\nid = \"https://e.example\"\npublisher = [{ jwt = \"" + key +
          "\", alg = \"HS256\" }, { jwks_uri = \"https://e.example/jwks\", alg = [\"ES256\", \"RS256\"] "
          "}]\nsubscriber = { jwt = \"" +
          key + "\" }\n");
  request.run.fields = {{"hub.cookie_name", "mine"}};
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(config_command(request,
                           {{"CINNABAR_HUB_ANONYMOUS", "true"}, {"CINNABAR_ISSUER_SUBSCRIBER_ALG", "HS512"}},
                           out, err),
            0)
      << err.str();
  const std::string file = request.run.config;
  EXPECT_THAT(out.str(), HasSubstr("anonymous = true  # CINNABAR_HUB_ANONYMOUS\n"));
  EXPECT_THAT(out.str(), HasSubstr("heartbeat = \"30s\"  # " + file + ":2:13\n"));
  EXPECT_THAT(out.str(), HasSubstr("cookie_name = \"mine\"  # --hub.cookie_name\n"));
  EXPECT_THAT(out.str(), HasSubstr("write_timeout = \"10m\"  # default\n"));
  EXPECT_THAT(out.str(), HasSubstr("# deny is not set\n"));
  EXPECT_THAT(out.str(), HasSubstr("id = \"https://e.example\"  # " + file + ":4:6\n"));
  EXPECT_THAT(out.str(), HasSubstr("publisher = [{ jwt = \"********\", alg = \"HS256\" }, { jwks_uri = "
                                   "\"https://e.example/jwks\", alg = [\"ES256\", \"RS256\"] }]  # " +
                                   file + ":5:"));
  EXPECT_THAT(out.str(), HasSubstr("alg = \"HS512\" }  # CINNABAR_ISSUER_SUBSCRIBER_ALG\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("kkkk")));  // CFG-4
  Config again;
  EXPECT_THAT(read_toml(out.str(), "effective", {}, again), IsEmpty());
  EXPECT_EQ(again.hub.cookie_name, "mine");
}

TEST(ConfigEffective, EveryFieldIsThere) {
  const std::string text = effective_toml(Config());
  for (const Field& field : config_fields()) {
    if (field.section == "issuer") continue;
    EXPECT_THAT(text, HasSubstr(field.key)) << field.name();
  }
}

/// What get() says, set() takes, and nothing changes.
TEST(ConfigEffective, GettersAndSettersAgree) {
  Config config;
  for (const Field& field : config_fields()) {
    if (field.section == "issuer") continue;
    const std::vector<std::string> items = field.get(config);
    if (field.default_text.empty()) {
      EXPECT_THAT(items, IsEmpty()) << field.name();
      continue;
    }
    ASSERT_FALSE(items.empty()) << field.name();
    Config other;
    ASSERT_TRUE(field.set(other, items).ok()) << field.name();
    EXPECT_EQ(field.get(other), items) << field.name();
  }
}

TEST(ConfigReference, NamesEverything) {
  const std::string text = configuration_reference();
  for (const Field& field : config_fields()) {
    EXPECT_THAT(text, HasSubstr('`' + field.variable() + '`'));
    EXPECT_THAT(text, HasSubstr('`' + field.flag() + '`'));
  }
}

TEST(ConfigCommand, OneOfTwoFlags) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(config_command({}, {}, out, err), 2);
  EXPECT_THAT(err.str(), HasSubstr("give one of --effective and --reference"));
}

TEST(TomlText, Strings) {
  EXPECT_EQ(toml_string("a\"b\\c\nd\x01é"), "\"a\\\"b\\\\c\\nd\\u0001é\"");
  EXPECT_EQ(toml_strings({"a"}), "\"a\"");
  EXPECT_EQ(toml_strings({"a", "b"}), "[\"a\", \"b\"]");
}

}  // namespace
}  // namespace cinnabar
