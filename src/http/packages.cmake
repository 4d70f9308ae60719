# SPDX-License-Identifier: Apache-2.0
target_link_libraries(cinnabar_http PRIVATE OpenSSL::SSL OpenSSL::Crypto PkgConfig::nghttp2)
