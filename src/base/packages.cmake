# SPDX-License-Identifier: Apache-2.0
target_link_libraries(cinnabar_base PUBLIC Boost::headers Threads::Threads PRIVATE spdlog::spdlog fmt::fmt)
