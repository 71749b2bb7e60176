# A daemon is made of parts: a folder of it, a library of its own. The daemon's root (main, server, config, the adapters that
# wire parts together) is the last one.

# im_part(DAEMON FOLDER SOURCES a.cpp ... LIBS im_x ...): library im_DAEMON_FOLDER. SOURCES are named without their folder.
function(im_part daemon folder)
  cmake_parse_arguments(P "" "" "SOURCES;LIBS" ${ARGN})
  list(TRANSFORM P_SOURCES PREPEND ${folder}/ REGEX "^[^/]")
  im_library(im_${daemon}_${folder} ${P_SOURCES})
  target_link_libraries(im_${daemon}_${folder} PUBLIC im_base ${P_LIBS})
  im_heads_once(im_${daemon}_${folder})
  set_source_files_properties(${P_SOURCES} PROPERTIES UNITY_GROUP ${folder})
  set_property(GLOBAL APPEND PROPERTY IM_${daemon}_SOURCES ${P_SOURCES})
  set_property(GLOBAL APPEND PROPERTY IM_${daemon}_LIBS im_base ${P_LIBS})
endfunction()

# The programs with fault points: `--target faults`, not part of `all`.
add_custom_target(faults)

# im_daemon(DAEMON SOURCES server.cpp ... LIBS im_x ...): im_DAEMON, the program, and in test builds the program again with
# its fault points (DAEMON-faults), compiled as a whole so that a fault point works wherever it stands, a folder at a time; never installed.
function(im_daemon daemon)
  cmake_parse_arguments(P "" "" "SOURCES;LIBS" ${ARGN})
  im_library(im_${daemon} ${P_SOURCES})
  target_link_libraries(im_${daemon} PUBLIC im_base ${P_LIBS})
  im_heads_once(im_${daemon})
  add_executable(${daemon} main.cpp)
  target_link_libraries(${daemon} PRIVATE im_${daemon})
  if(NOT IM_BUILD_TESTS)
    return()
  endif()
  get_property(sources GLOBAL PROPERTY IM_${daemon}_SOURCES)
  get_property(libs GLOBAL PROPERTY IM_${daemon}_LIBS)
  list(APPEND libs ${P_LIBS})
  list(FILTER libs EXCLUDE REGEX "^im_${daemon}_")
  list(REMOVE_DUPLICATES libs)
  set_source_files_properties(main.cpp ${P_SOURCES} PROPERTIES UNITY_GROUP root)
  add_executable(${daemon}-faults EXCLUDE_FROM_ALL main.cpp ${sources} ${P_SOURCES})
  target_link_libraries(${daemon}-faults PRIVATE im_options im_faults ${libs} im_${daemon}_config)
  set_target_properties(${daemon}-faults PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  add_dependencies(faults ${daemon}-faults)
endfunction()
