# SPDX-License-Identifier: Apache-2.0
# Boost::json for the tests alone, which read the web platform's own cases.
target_link_libraries(cinnabar_url PRIVATE ICU::uc PkgConfig::re2 Boost::json)
