# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs the libraries, headers and tools, and writes the package files for
# find_package(Rescale), from the build tree and from the install tree.

include(CMakePackageConfigHelpers)

get_property(rescale_libs GLOBAL PROPERTY RESCALE_LIBS)
get_property(rescale_tools GLOBAL PROPERTY RESCALE_TOOLS)
set(rescale_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Rescale)

install(TARGETS ${rescale_libs} EXPORT RescaleTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS ${rescale_tools} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS RescalePlugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${RESCALE_SOURCE_DIR}/include/rescale
                  ${RESCALE_BINARY_DIR}/include/rescale
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.inc" PATTERN "*.td"
  PATTERN "CMakeFiles" EXCLUDE)
install(EXPORT RescaleTargets NAMESPACE Rescale::
  DESTINATION ${rescale_package_dir})
export(EXPORT RescaleTargets NAMESPACE Rescale::
  FILE ${RESCALE_BINARY_DIR}/lib/cmake/Rescale/RescaleTargets.cmake)

configure_package_config_file(
  ${RESCALE_SOURCE_DIR}/lib/cmake/RescaleConfig.cmake.in
  ${RESCALE_BINARY_DIR}/lib/cmake/Rescale/RescaleConfig.cmake
  INSTALL_DESTINATION ${rescale_package_dir})
write_basic_package_version_file(
  ${RESCALE_BINARY_DIR}/lib/cmake/Rescale/RescaleConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${RESCALE_BINARY_DIR}/lib/cmake/Rescale/RescaleConfig.cmake
  ${RESCALE_BINARY_DIR}/lib/cmake/Rescale/RescaleConfigVersion.cmake
  DESTINATION ${rescale_package_dir})
