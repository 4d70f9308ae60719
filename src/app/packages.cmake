# SPDX-License-Identifier: Apache-2.0
target_link_libraries(cinnabar_app PRIVATE PkgConfig::tomlplusplus OpenSSL::SSL OpenSSL::Crypto Boost::json)
