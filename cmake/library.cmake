# The libraries that are made of all modules: libstrata_internal.a for the program and the tests, libstrata.a and libstrata.so for everyone else.

# All objects with their internal names, for the program and the tests. It is not installed.
add_library(strata_internal STATIC ${STRATA_OBJECTS})
target_include_directories(strata_internal PUBLIC include)
target_link_libraries(strata_internal PUBLIC ${STRATA_LIBRARIES})

# The static library that is installed: one object, in which only what the public headers declare is global (docs/decisions/0080). Who finds it
# installed links with the outside libraries by name; here they are targets.
strata_one_object(${PROJECT_BINARY_DIR}/strata.o ${STRATA_OBJECTS})
add_library(strata STATIC ${STRATA_PUBLIC_OBJECTS})
set_target_properties(strata PROPERTIES LINKER_LANGUAGE C EXPORT_NAME static)
target_include_directories(strata PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
set(outside ${STRATA_LIBRARIES})
list(REMOVE_DUPLICATES outside)
list(TRANSFORM outside REPLACE "^(.+)$" "$<BUILD_INTERFACE:\\1>")
target_link_libraries(strata PUBLIC ${outside})
foreach(library IN ITEMS JANSSON CRYPTO SQLITE YAML PNG ZLIB ZIP BLAS)
  list(APPEND outside_names ${${library}_LIBRARIES})
  foreach(folder IN LISTS ${library}_LIBRARY_DIRS)
    cmake_path(NORMAL_PATH folder)
    if(NOT folder IN_LIST CMAKE_C_IMPLICIT_LINK_DIRECTORIES)
      list(APPEND outside_folders ${folder}) # Debian's OpenBLAS
    endif()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES outside_names)
foreach(library IN LISTS outside_names ITEMS pthread m ${CMAKE_DL_LIBS})
  target_link_libraries(strata INTERFACE $<INSTALL_INTERFACE:${library}>)
endforeach()
foreach(folder IN LISTS outside_folders)
  target_link_directories(strata INTERFACE $<INSTALL_INTERFACE:${folder}>)
endforeach()

# The same objects as a shared library (docs/decisions/0162). Sanitizers and gcov want to be linked into the program.
if(NOT STRATA_SANITIZE AND NOT STRATA_COVERAGE)
  set(exports ${PROJECT_BINARY_DIR}/exports.map)
  set(symbols ${PROJECT_SOURCE_DIR}/cmake/libstrata0.symbols)
  file(GLOB headers CONFIGURE_DEPENDS include/*.h include/strata/*.h)
  add_custom_command(OUTPUT ${exports} DEPENDS ${headers} ${symbols} ${PROJECT_SOURCE_DIR}/cmake/exports.cmake VERBATIM
                     COMMAND ${CMAKE_COMMAND} -DCOMPILER=${CMAKE_C_COMPILER} -DHEADERS=${PROJECT_SOURCE_DIR}/include -DSYMBOLS=${symbols}
                             -DNODE=STRATA_0.4 -DOUTPUT=${exports} -P ${PROJECT_SOURCE_DIR}/cmake/exports.cmake)
  add_custom_target(strata_exports DEPENDS ${exports})
  add_library(strata_shared SHARED ${STRATA_OBJECTS})
  add_dependencies(strata_shared strata_exports)
  target_include_directories(strata_shared INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                     $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(strata_shared PRIVATE ${STRATA_LIBRARIES})
  target_link_options(strata_shared PRIVATE "LINKER:--version-script=${exports}")
  set_target_properties(strata_shared PROPERTIES OUTPUT_NAME strata EXPORT_NAME strata VERSION ${PROJECT_VERSION} SOVERSION 0
                                                 LINK_DEPENDS ${exports})
  if(STRATA_STATIC_LIBRARIES)
    target_sources(strata_shared PRIVATE ${PROJECT_SOURCE_DIR}/cmake/streams.c)
    target_link_options(strata_shared PRIVATE "LINKER:--wrap=stdin,--wrap=stderr")
  endif()
endif()
