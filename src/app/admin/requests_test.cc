// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/admin/disconnect_request.h"
#include "app/admin/metrics_format.h"
#include "app/admin/process_figures.h"

namespace cinnabar {
namespace {

TEST(MetricsFormat, OPS_4_AsTheClientPrefers) {
  const auto is_open = [](std::string_view accept) {
    return preferred_format(accept) == MetricsFormat::kOpenMetrics;
  };
  EXPECT_FALSE(is_open(""));
  EXPECT_FALSE(is_open("*/*"));
  EXPECT_FALSE(is_open("text/html, ;;, ,"));
  EXPECT_TRUE(is_open("application/openmetrics-text"));
  EXPECT_TRUE(is_open("text/plain;q=0.3 , Application/OpenMetrics-Text ; version=1.0.0 ; Q=0.5"));
  EXPECT_FALSE(is_open("application/openmetrics-text;q=0.299,text/plain;q=0.3"));
  EXPECT_FALSE(is_open("application/openmetrics-text;q=0"));
  EXPECT_FALSE(is_open("application/openmetrics-text;q=0.000"));
  EXPECT_TRUE(is_open("application/openmetrics-text;q=1.000,text/plain"));
}

TEST(DisconnectRequest, AUTHZ_10_MeansWhatTheDenyListWould) {
  TokenIdentity identity;
  identity.subject = "user 42 #%";
  identity.issuer = "https://e.example";
  const auto denies = [&identity](std::string_view body) {
    Result<DenyList> list = parse_disconnect(body);
    return list.ok() && list->denies(&identity, {}) != nullptr;
  };
  EXPECT_TRUE(denies(R"({"sub":"user 42 #%"})"));
  EXPECT_TRUE(denies(R"({"sub":"user 42 #%","iss":"https://e.example"})"));
  EXPECT_FALSE(denies(R"({"sub":"user 42 #%","iss":"https://other.example"})"));
  EXPECT_FALSE(denies(R"({"sub":"user"})"));
  for (const char* body : {"", "{}", "[]", "null", R"({"sub":1})", R"({"sub":""})", R"({"nobody":"x"})"}) {
    EXPECT_EQ(parse_disconnect(body).error().code, ErrorCode::kInvalid) << body;
  }
}

TEST(ProcessFigures, OPS_4_AreThere) {
  const ProcessFigures figures = read_process_figures();
  EXPECT_GT(figures.cpu_seconds, 0);
  EXPECT_GT(figures.start_time, 1.5e9);
  EXPECT_GT(figures.resident_bytes, 1u << 20);
  EXPECT_GE(figures.virtual_bytes, figures.resident_bytes);
  EXPECT_GE(figures.open_fds, 3u);
  EXPECT_GE(figures.max_fds, figures.open_fds);
  EXPECT_GE(figures.threads, 1u);
}

}  // namespace
}  // namespace cinnabar
