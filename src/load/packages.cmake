# SPDX-License-Identifier: Apache-2.0
target_link_libraries(cinnabar_load PUBLIC Threads::Threads OpenSSL::SSL PkgConfig::nghttp2)
