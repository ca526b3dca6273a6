# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# One way to declare a library and a tool. MLIR is always the shared libMLIR.so:
# a static MLIR archive beside it would register every type id twice. Our
# libraries go into our own export set; add_mlir_library would put them into
# MLIR's.

# rescale_add_library(NAME source... [DEPENDS target...] [LINK_LIBS lib...])
function(rescale_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_library(Rescale::${name} ALIAS ${name})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${RESCALE_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${RESCALE_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS} MLIR LLVM)
  set_property(GLOBAL APPEND PROPERTY RESCALE_LIBS ${name})
endfunction()

# rescale_add_tool(NAME source... [LINK_LIBS lib...])
function(rescale_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM)
  set_property(GLOBAL APPEND PROPERTY RESCALE_TOOLS ${name})
endfunction()
