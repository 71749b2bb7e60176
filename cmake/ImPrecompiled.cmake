# Heads of other projects, parsed once for all targets of ours: they were a third of a first build. For preset demo only; release has every
# file include what it uses, and shows it.
# A unit takes 1.3 s for them, whatever it uses: for targets that include Asio, Boost.JSON or gRPC, not for those of the standard library only.
# Not for those whose libraries bring definitions of their own (hiredis): GCC refuses, and says which.
option(IM_PRECOMPILE "Parse the heads of other projects once" OFF)

# im_heads_once(TARGET): it takes the heads from im_heads. What they were parsed with has to be the same, or GCC does not take them.
function(im_heads_once target)
  if(NOT IM_PRECOMPILE)
    return()
  endif()
  target_link_libraries(${target} PRIVATE im_boost)  # objects of Asio's heads ask for it, whether or not the unit does
  # -pthread is a definition, too. The warnings see phantoms in GCC 12's strings, and in what is parsed once they are no longer a system's.
  target_compile_options(${target} PRIVATE -pthread -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized)
  get_target_property(kind ${target} TYPE)
  if(kind STREQUAL EXECUTABLE)
    target_compile_options(${target} PRIVATE -fPIC)  # as libraries
  endif()
  target_precompile_headers(${target} REUSE_FROM im_heads)
endfunction()

if(IM_PRECOMPILE)
  add_library(im_heads STATIC ${PROJECT_SOURCE_DIR}/cmake/heads.cpp)
  target_compile_definitions(im_heads PRIVATE ${IM_BOOST_DEFINITIONS})
  target_compile_options(im_heads PRIVATE -pthread)
  target_link_libraries(im_heads PRIVATE im_options im_proto)
  target_precompile_headers(im_heads PRIVATE ${PROJECT_SOURCE_DIR}/cmake/heads.hpp)
endif()
