# Flags for every target, and strata_module: one folder of src/ = one target that sees only what it USES.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_C_FLAGS_RELEASE "-O3 -g")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g -DSTRATA_DEBUG")

# No fast-math anywhere, and no contraction of a*b+c: results must not depend on what a compiler feels like (design, section 2).
add_compile_options(-ffp-contract=off -fno-common -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes
                    -Wmissing-prototypes -Wvla -Wundef -Wformat=2)
add_compile_definitions(_POSIX_C_SOURCE=200809L)
if(STRATA_WERROR)
  add_compile_options(-Werror)
endif()
if(STRATA_SANITIZE)
  add_compile_options(-fsanitize=${STRATA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${STRATA_SANITIZE})
endif()
if(STRATA_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

set(STRATA_OBJECTS)
set(STRATA_LIBRARIES)
set(STRATA_MODULES)

# strata_module(NAME SOURCES files... USES modules... LIBRARIES targets... [PROGRAM])
function(strata_module name)
  cmake_parse_arguments(M "PROGRAM" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  list(TRANSFORM M_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/src/${name}/)
  add_library(strata_${name} OBJECT ${M_SOURCES})
  target_include_directories(strata_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src/${name})
  foreach(used IN LISTS M_USES)
    target_include_directories(strata_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src/${used})
  endforeach()
  target_link_libraries(strata_${name} PRIVATE ${M_LIBRARIES})
  if(NOT M_PROGRAM)
    set(STRATA_OBJECTS ${STRATA_OBJECTS} $<TARGET_OBJECTS:strata_${name}> PARENT_SCOPE)
    set(STRATA_LIBRARIES ${STRATA_LIBRARIES} ${M_LIBRARIES} PARENT_SCOPE)
  endif()
  set(STRATA_MODULES ${STRATA_MODULES} ${name} PARENT_SCOPE)
endfunction()

# strata_embed(MODULE FILE HEADER NAME): the text src/MODULE/FILE becomes the bytes NAME in a generated HEADER that only this module sees.
function(strata_embed module file header name)
  set(input ${PROJECT_SOURCE_DIR}/src/${module}/${file})
  set(folder ${PROJECT_BINARY_DIR}/generated/${module})
  add_custom_command(OUTPUT ${folder}/${header} DEPENDS ${input} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
                     COMMAND ${CMAKE_COMMAND} -DINPUT=${input} -DOUTPUT=${folder}/${header} -DNAME=${name}
                             -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake)
  target_sources(strata_${module} PRIVATE ${folder}/${header})
  target_include_directories(strata_${module} PRIVATE ${folder})
endfunction()
