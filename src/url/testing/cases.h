// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

namespace cinnabar::url::testing {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// `json` with each escaped surrogate that is half of no pair replaced by U+FFFD, as JavaScript does when
/// it hands a string to a URL; Boost.JSON refuses them.
inline std::string without_lone_surrogates(std::string json) {
  const auto unit_at = [&json](std::size_t at) {
    return json.compare(at, 2, "\\u") == 0 ? std::strtoul(json.substr(at + 2, 4).c_str(), nullptr, 16) : 0;
  };
  for (std::size_t at = 0; (at = json.find('\\', at)) != std::string::npos; at += 2) {
    const unsigned long unit = unit_at(at);
    if (unit < 0xD800 || unit > 0xDFFF) continue;
    const unsigned long next = unit_at(at + 6);
    if (unit < 0xDC00 && next >= 0xDC00 && next <= 0xDFFF) {
      at += 6;
    } else {
      json.replace(at + 2, 4, "FFFD");
    }
  }
  return json;
}

/// Runs the cases of one data file that the project does not carry: the web platform's own tests and
/// RFC 6570's. They are looked for in $CINNABAR_TEST_DATA, else in ../shared/data beside the sources.
///
/// A case that cannot pass is listed, with its reason, in src/url/testing/listed.txt, as lines of
/// "file | case | reason". A listed case that passes is a failure too, so that the list stays true.
class Cases {
 public:
  /// `file` is relative to the data folder: "wpt/urltestdata.json".
  explicit Cases(const std::string& file) : file_(file) {
    const auto here = std::filesystem::path(__FILE__).parent_path();
    const auto sources = here.parent_path().parent_path().parent_path();
    const char* folder = std::getenv("CINNABAR_TEST_DATA");
    path_ = (folder ? std::filesystem::path(folder) : sources.parent_path() / "shared" / "data") / file;
    std::ifstream list(sources / "src/url/testing/listed.txt");
    for (std::string line; std::getline(list, line);) {
      const auto first = line.find(" | ");
      const auto last = line.rfind(" | ");
      if (line.empty() || line[0] == '#' || first == last) continue;
      if (line.substr(0, first) == file) listed_[line.substr(first + 3, last - first - 3)] = false;
    }
  }

  bool present() const { return std::filesystem::exists(path_); }
  std::string why_skipped() const { return "no data: " + path_.string() + " does not exist"; }
  /// REQUIRES: present()
  boost::json::value json() const { return boost::json::parse(without_lone_surrogates(read_file(path_))); }

  /// Records one case. `name` must be unique in the file and without line breaks; `detail` says what
  /// was got instead.
  void record(const std::string& name, bool passed, const std::string& detail = {}) {
    if (const auto at = listed_.find(name); at != listed_.end()) {
      at->second = true;
      ++listed_count_;
      EXPECT_FALSE(passed) << file_ << ": the case \"" << name
                           << "\" passes: take it off src/url/testing/listed.txt";
      return;
    }
    ++(passed ? passed_ : failed_);
    EXPECT_TRUE(passed) << file_ << ": " << name << ": " << detail;
  }

  /// Prints the count, and fails for a listed case that the file does not hold.
  void finish() const {
    for (const auto& [name, seen] : listed_) EXPECT_TRUE(seen) << file_ << " has no case " << name;
    std::cout << "cases of " << file_ << ": " << passed_ << " passed, " << failed_ << " failed, "
              << listed_count_ << " listed" << std::endl;
    EXPECT_GT(passed_, 0);
  }

 private:
  std::string file_;
  std::filesystem::path path_;
  std::map<std::string, bool> listed_;  // and whether it was seen
  int passed_ = 0;
  int failed_ = 0;
  int listed_count_ = 0;
};

}  // namespace cinnabar::url::testing
