# SPDX-License-Identifier: Apache-2.0

# cinnabar_library(name [DEPENDS other...])
#
# One folder below src/ is one library: every .cc in it but the *_test.cc, which
# become the test program cinnabar_<name>_test. What DEPENDS does not name, the
# folder may not include. Links it takes from packages are listed in
# src/<name>/packages.cmake.
function(cinnabar_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.cc")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")

  set(target cinnabar_${name})
  add_library(${target} STATIC ${sources})
  target_link_libraries(${target} PUBLIC cinnabar_options)
  foreach(dependency IN LISTS ARG_DEPENDS)
    target_link_libraries(${target} PUBLIC cinnabar_${dependency})
  endforeach()
  include("${CMAKE_SOURCE_DIR}/src/${name}/packages.cmake" OPTIONAL)
  list(JOIN ARG_DEPENDS " " dependencies)
  set_property(GLOBAL APPEND PROPERTY CINNABAR_ARROWS "${name}: ${dependencies}")

  if(tests)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} GTest::gmock GTest::gtest_main)
    target_precompile_headers(${target}_test PRIVATE <gmock/gmock.h> <gtest/gtest.h> <string> <vector>)
    gtest_discover_tests(${target}_test
      DISCOVERY_MODE PRE_TEST
      PROPERTIES LABELS unit TIMEOUT 120)
  endif()
endfunction()
