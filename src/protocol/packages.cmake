# SPDX-License-Identifier: Apache-2.0
target_link_libraries(cinnabar_protocol PRIVATE ICU::uc)
