// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/config_schema.h"

namespace cinnabar {

/// Puts the values of one source that is stronger than the file, the environment or the flags,
/// over a Config.
///
/// The issuer fields of a source describe one issuer. With an id, they override the issuer of that
/// id, or add it; without, they override the only issuer there is. A `jwt` replaces all keys of its
/// role, an `alg` alone changes the algorithm of the only key.
///
/// Lifetime: shorter than the Config's. Threads: one.
class Overlay {
 public:
  enum class Source { kEnvironment, kFlags };

  Overlay(Config& config, Source source);

  /// `text` is split at commas for a list. Called again for the same list, it adds to it.
  void set(const Field& field, std::string_view text);

  /// Merges the issuer. The answer: all problems, one sentence each. Call once, last.
  std::vector<std::string> finish();

 private:
  std::string name_of(const Field& field) const;
  void merge_issuer();
  void merge_role(std::vector<KeyConfig> IssuerConfig::*role, IssuerConfig& target);

  Config& config_;
  Source source_;
  Config scratch_;                 ///< its one issuer collects the issuer fields
  std::string issuer_source_;      ///< the first of them that was set; empty: none
  std::vector<std::string> list_;  ///< items so far of list_field_
  const Field* list_field_ = nullptr;
  std::vector<std::string> problems_;
};

}  // namespace cinnabar
