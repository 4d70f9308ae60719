// SPDX-License-Identifier: Apache-2.0
#include "hub/prefix_trie.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace cinnabar {
namespace {

template <class T>
void shrink(std::vector<T>& list) {
  if (list.empty() || list.size() * 4 < list.capacity()) list.shrink_to_fit();
}

}  // namespace

PrefixTrie::PrefixTrie() : root_(std::make_unique<Branch>()) {}
PrefixTrie::~PrefixTrie() = default;
PrefixTrie::PrefixTrie(PrefixTrie&&) noexcept = default;
PrefixTrie& PrefixTrie::operator=(PrefixTrie&&) noexcept = default;

std::vector<PrefixTrie::Child>::iterator PrefixTrie::Branch::place_of(char first) {
  return std::lower_bound(children.begin(), children.end(), first,
                          [](const Child& child, char c) { return child.first < c; });
}

const PrefixTrie::Branch* PrefixTrie::Branch::below(std::string_view& text) const {
  if (text.empty()) return nullptr;
  const auto at = const_cast<Branch*>(this)->place_of(text.front());
  if (at == children.end() || at->first != text.front()) return nullptr;
  const Branch& child = *at->branch;
  if (!text.starts_with(child.label)) return nullptr;
  text.remove_prefix(child.label.size());
  return &child;
}

/// Puts a new branch above `branch` that takes the first `length` characters of its label. It is the
/// upper one that is new, since entries know the branch that they are on.
void PrefixTrie::split(Branch& branch, std::size_t length) {
  Branch& parent = *branch.parent;
  const auto at = parent.place_of(branch.label.front());
  auto upper = std::make_unique<Branch>();
  upper->label = branch.label.substr(0, length);
  upper->parent = &parent;
  branch.label.erase(0, length);
  branch.label.shrink_to_fit();
  branch.parent = upper.get();
  upper->children.push_back({branch.label.front(), std::move(at->branch)});
  at->branch = std::move(upper);
}

void PrefixTrie::insert(std::string_view prefix, Entry& entry) {
  assert(!entry.branch_);
  Branch* branch = root_.get();
  while (!prefix.empty()) {
    const auto at = branch->place_of(prefix.front());
    if (at == branch->children.end() || at->first != prefix.front()) {
      auto made = std::make_unique<Branch>();
      made->label = prefix;
      made->parent = branch;
      Branch* const leaf = made.get();
      branch->children.insert(at, {prefix.front(), std::move(made)});
      branch = leaf;
      break;
    }
    Branch& child = *at->branch;
    const auto differs =
        std::mismatch(prefix.begin(), prefix.end(), child.label.begin(), child.label.end()).first;
    const auto common = static_cast<std::size_t>(differs - prefix.begin());
    if (common < child.label.size()) {
      split(child, common);
      branch = child.parent;
    } else {
      branch = &child;
    }
    prefix.remove_prefix(common);
  }
  entry.branch_ = branch;
  entry.slot_ = static_cast<std::uint32_t>(branch->entries.size());
  branch->entries.push_back(&entry);
}

void PrefixTrie::erase(Entry& entry) {
  assert(entry.branch_);
  Branch& branch = *std::exchange(entry.branch_, nullptr);
  // The last entry takes the free place.
  Entry* const moved = branch.entries.back();
  branch.entries[entry.slot_] = moved;
  moved->slot_ = entry.slot_;
  branch.entries.pop_back();
  shrink(branch.entries);
  tidy(&branch);
}

/// Frees `branch` if it holds nothing any more, or joins it with its only child.
void PrefixTrie::tidy(Branch* branch) {
  if (!branch->parent || !branch->entries.empty() || branch->children.size() > 1) return;
  Branch& parent = *branch->parent;
  const auto at = parent.place_of(branch->label.front());
  if (branch->children.empty()) {
    parent.children.erase(at);
    shrink(parent.children);
    tidy(&parent);  // once: above a branch that had other children nothing changes
    return;
  }
  std::unique_ptr<Branch> child = std::move(branch->children.front().branch);
  child->label.insert(0, branch->label);
  child->parent = &parent;
  at->branch = std::move(child);
}

}  // namespace cinnabar
