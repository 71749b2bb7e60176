# im_options: what every target of ours is compiled with. Generated code links it not.
add_library(im_options INTERFACE)
target_compile_features(im_options INTERFACE cxx_std_20)
target_include_directories(im_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(im_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Woverloaded-virtual -Wnon-virtual-dtor -Werror
  -Wno-missing-field-initializers  # designated initializers leave the rest to its defaults
  # GCC 12 sees Asio's recycled coroutine frames as mismatched.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>
  # In a unity build a .cpp file is included, and GCC takes its private types for those of a header.
  $<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Sanitizers apply to generated code too, so they are global.
if(IM_SANITIZE)
  add_compile_options(-fsanitize=${IM_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${IM_SANITIZE})
  # GCC 12 sees phantoms in instrumented code, standard headers included.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(IM_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(IM_SANITIZE MATCHES "thread")
    # GCC does not model Asio's fences: take the variant without them.
    add_compile_options(-Wno-tsan)
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()

# Coverage feedback for libFuzzer in everything the targets reach.
if(IM_BUILD_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Hardening of every optimised build, generated code included (docs/security.md, "How it is built").
if(CMAKE_BUILD_TYPE MATCHES "Rel" AND NOT IM_SANITIZE)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options(-fcf-protection)
  endif()
  add_compile_definitions($<$<COMPILE_LANGUAGE:CXX>:_GLIBCXX_ASSERTIONS>)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

find_program(IM_MOLD mold)
if(IM_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(IM_CCACHE ccache)
if(IM_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${IM_CCACHE})
  # What it asks for before it keeps a unit that takes heads as they were parsed (ImPrecompiled.cmake). Nothing here asks for the time.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${IM_CCACHE})
endif()

# im_library(NAME sources...): a static library of ours.
function(im_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC im_options)
endfunction()

# For programs whose own code reads a command line and asks a cluster. Their libraries are compiled as every other.
set(IM_TOOL_OPTIONS "" CACHE STRING "Compiler options of imctl's commands and of im-devkafka's, in place of those of the build type")

# Tests need no fast code of their own, and half of a build was spent on making it: -O0 takes 11 s where -O2 takes 22 s. The libraries that
# they test are built as they ship; what stands in headers is not.
set(IM_TEST_OPTIONS)
if(CMAKE_BUILD_TYPE MATCHES "Rel" AND NOT IM_SANITIZE)
  list(APPEND IM_TEST_OPTIONS -O0 -U_FORTIFY_SOURCE)
endif()

# im_test(NAME SOURCES a.cpp b.cpp LIBS im_x im_y): one GoogleTest program, its cases in ctest with label "unit".
function(im_test name)
  cmake_parse_arguments(T "" "LABEL" "SOURCES;LIBS" ${ARGN})
  if(NOT T_LABEL)
    set(T_LABEL unit)
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE im_options ${T_LIBS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${IM_TEST_OPTIONS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(NOT TARGET ${T_LABEL}_tests)
    add_custom_target(${T_LABEL}_tests)  # all of a label
  endif()
  add_dependencies(${T_LABEL}_tests ${name})
  gtest_discover_tests(${name} NO_PRETTY_VALUES TEST_PREFIX "${name}." PROPERTIES LABELS ${T_LABEL} TIMEOUT 120)
endfunction()
