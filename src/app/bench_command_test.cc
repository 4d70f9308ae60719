// SPDX-License-Identifier: Apache-2.0
#include "app/bench_command.h"

#include <gtest/gtest.h>

namespace cinnabar {
namespace {

TEST(BenchCommand, MasksTokensInTheCommandLine) {
  EXPECT_EQ(masked_command_line({"cinnabar", "bench", "fanout", "--rate", "100"}),
            "cinnabar bench fanout --rate 100");
  EXPECT_EQ(masked_command_line({"bench", "--token", "secret", "--private", "--subscriber-token=secret"}),
            "bench --token '***' --private '--subscriber-token=***'");
  EXPECT_EQ(masked_command_line({"bench", "--token", "@file", "--subscriber-token=@file"}),
            "bench --token @file --subscriber-token=@file");
  EXPECT_EQ(masked_command_line({"bench", "https://hub.example.com/hub?authorization=secret"}),
            "bench 'https://hub.example.com/hub?***'");
  EXPECT_EQ(masked_command_line({"bench", "--html", "a report.html"}), "bench --html 'a report.html'");
}

}  // namespace
}  // namespace cinnabar
