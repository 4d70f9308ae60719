// SPDX-License-Identifier: Apache-2.0
#include "api/media_type.h"

#include <algorithm>

namespace cinnabar {

bool is_form(std::string_view content_type) {
  static constexpr std::string_view kForm = "application/x-www-form-urlencoded";
  std::string_view essence = content_type.substr(0, content_type.find(';'));
  while (!essence.empty() && (essence.back() == ' ' || essence.back() == '\t')) essence.remove_suffix(1);
  return std::equal(essence.begin(), essence.end(), kForm.begin(), kForm.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

}  // namespace cinnabar
