// SPDX-License-Identifier: Apache-2.0
#include "hub/prefix_trie.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace cinnabar {
namespace {

struct Named : PrefixTrie::Entry {
  explicit Named(std::string p) : prefix(std::move(p)) {}
  std::string prefix;
};

std::vector<std::string> walk(const PrefixTrie& trie, std::string_view text) {
  std::vector<std::string> found;
  trie.walk(text, [&](PrefixTrie::Entry& entry) { found.push_back(static_cast<Named&>(entry).prefix); });
  return found;
}

using Strings = std::vector<std::string>;

TEST(PrefixTrie, FindsEveryPrefixShortestFirst) {
  PrefixTrie trie;
  Named users("/users/"), all(""), forty("/users/4/"), four("/users/42/"), books("/books/");
  for (Named* named : {&users, &forty, &all, &four, &books}) trie.insert(named->prefix, *named);
  EXPECT_EQ(walk(trie, "/users/42/x"), (Strings{"", "/users/", "/users/42/"}));
  EXPECT_EQ(walk(trie, "/users/42"), (Strings{"", "/users/"}));
  EXPECT_EQ(walk(trie, "/users"), (Strings{""}));
  EXPECT_EQ(walk(trie, ""), (Strings{""}));
  EXPECT_EQ(walk(trie, "/books/"), (Strings{"", "/books/"}));
}

TEST(PrefixTrie, IsEmptyWhenAllHaveLeft) {
  PrefixTrie trie;
  Named a("/a"), again("/a"), abc("/abc"), abd("/abd");
  EXPECT_TRUE(trie.empty());
  for (Named* named : {&abc, &abd, &a, &again}) trie.insert(named->prefix, *named);
  EXPECT_EQ(walk(trie, "/abd"), (Strings{"/a", "/a", "/abd"}));
  trie.erase(a);
  EXPECT_EQ(walk(trie, "/abd"), (Strings{"/a", "/abd"}));
  trie.erase(abc);
  trie.erase(again);
  EXPECT_EQ(walk(trie, "/abd"), (Strings{"/abd"}));
  trie.erase(abd);
  EXPECT_TRUE(trie.empty());
}

TEST(PrefixTrie, RandomRunsAgreeWithALinearSearch) {
  std::minstd_rand random(3);
  const auto text = [&](std::size_t most) {
    std::string made;
    for (auto size = random() % (most + 1); size > 0; --size) made += static_cast<char>('a' + random() % 2);
    return made;
  };
  PrefixTrie trie;
  std::vector<std::unique_ptr<Named>> known;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 && known.size() < 200) {
      known.push_back(std::make_unique<Named>(text(8)));
      trie.insert(known.back()->prefix, *known.back());
    } else if (!known.empty()) {
      std::swap(known[random() % known.size()], known.back());
      trie.erase(*known.back());
      known.pop_back();
    }
    const std::string wanted = text(10);
    Strings expected;
    for (const auto& named : known) {
      if (wanted.starts_with(named->prefix)) expected.push_back(named->prefix);
    }
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(walk(trie, wanted), expected) << "step " << step;
  }
  for (const auto& named : known) trie.erase(*named);
  EXPECT_TRUE(trie.empty());
}

}  // namespace
}  // namespace cinnabar
