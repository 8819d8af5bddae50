# What is installed, in components that packages are made of: program, runtime (libstrata.so.0), development (headers, archive, how pkg-config and
# find_package find them) and python. The python package alone is installed only when it is asked for: where it belongs is for Python to say.
include(CMakePackageConfigHelpers)

set(cmake_folder ${CMAKE_INSTALL_LIBDIR}/cmake/strata)
install(TARGETS strata-program RUNTIME COMPONENT program)
if(TARGET strata-mpi)
  install(TARGETS strata-mpi LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/strata COMPONENT mpi)
endif()
install(DIRECTORY experiments report datasets DESTINATION ${CMAKE_INSTALL_DATADIR}/strata COMPONENT program)
install(TARGETS strata EXPORT strata ARCHIVE COMPONENT development)
if(TARGET strata_shared)
  install(TARGETS strata_shared EXPORT strata LIBRARY COMPONENT runtime NAMELINK_COMPONENT development)
endif()
install(FILES include/strata.h TYPE INCLUDE COMPONENT development)
install(DIRECTORY include/strata TYPE INCLUDE COMPONENT development)

install(EXPORT strata NAMESPACE strata:: FILE strataTargets.cmake DESTINATION ${cmake_folder} COMPONENT development)
configure_package_config_file(cmake/strataConfig.cmake.in ${PROJECT_BINARY_DIR}/strataConfig.cmake INSTALL_DESTINATION ${cmake_folder}
                              NO_CHECK_REQUIRED_COMPONENTS_MACRO)
# Before 1.0.0 a new minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/strataConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/strataConfig.cmake ${PROJECT_BINARY_DIR}/strataConfigVersion.cmake DESTINATION ${cmake_folder}
        COMPONENT development)

# Where strata.pc lies says where the rest is: the folder may be chosen when installing, after this is written, and moved later.
file(RELATIVE_PATH pc_to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
list(TRANSFORM outside_folders PREPEND -L OUTPUT_VARIABLE pc_folders)
list(TRANSFORM outside_names PREPEND -l OUTPUT_VARIABLE pc_names)
list(JOIN pc_folders " " pc_folders)
list(JOIN pc_names " " pc_names)
configure_file(cmake/strata.pc.in ${PROJECT_BINARY_DIR}/strata.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/strata.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

install(DIRECTORY python/strata DESTINATION lib/python3/dist-packages COMPONENT python EXCLUDE_FROM_ALL
        FILES_MATCHING PATTERN "*.py" PATTERN "py.typed" PATTERN __pycache__ EXCLUDE)
