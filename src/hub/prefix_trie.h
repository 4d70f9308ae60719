// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {

/// Entries by a prefix: from a text to all entries whose prefix it starts with, in steps of at most
/// its length, however many entries there are. A radix tree; entries are intrusive, so that leaving
/// costs no search, and a branch without entries is freed at once. Threads: one loop.
class PrefixTrie {
  struct Branch;

 public:
  /// Derive what is to be found from this. Must leave the trie before it is destroyed, and not move.
  class Entry {
   private:
    friend class PrefixTrie;
    Branch* branch_ = nullptr;
    std::uint32_t slot_ = 0;  // index among the branch's entries
  };

  PrefixTrie();
  ~PrefixTrie();
  PrefixTrie(PrefixTrie&&) noexcept;
  PrefixTrie& operator=(PrefixTrie&&) noexcept;

  /// REQUIRES: `entry` is in no trie.
  void insert(std::string_view prefix, Entry& entry);
  /// REQUIRES: `entry` is in this trie.
  void erase(Entry& entry);

  /// Calls `visit(Entry&)` for each entry whose prefix `text` starts with, shorter prefixes first.
  template <class Visit>
  void walk(std::string_view text, Visit&& visit) const {
    for (const Branch* branch = root_.get(); branch; branch = branch->below(text)) {
      for (Entry* entry : branch->entries) visit(*entry);
    }
  }

  bool empty() const { return root_->entries.empty() && root_->children.empty(); }

 private:
  struct Child {
    char first;  // of the branch's label
    std::unique_ptr<Branch> branch;
  };

  struct Branch {
    std::string label;  // what this branch adds to its parent's prefix; empty for the root alone
    Branch* parent = nullptr;
    std::vector<Child> children;  // by first character
    std::vector<Entry*> entries;

    /// The child that `text` leads to, whose label is taken off it; nullptr: none.
    const Branch* below(std::string_view& text) const;
    std::vector<Child>::iterator place_of(char first);
  };

  static void split(Branch& branch, std::size_t length);
  static void tidy(Branch* branch);

  std::unique_ptr<Branch> root_;
};

}  // namespace cinnabar
