# Flags for every target, and strata_module: one folder of src/ = one target that sees only what it USES.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(STRATA_DEBUG_INFO -g CACHE STRING "Debug information: -g, or -g1 for lines alone, which is compiled and linked in two thirds of the time")
set(CMAKE_C_FLAGS_RELEASE "-O3 ${STRATA_DEBUG_INFO}")
set(CMAKE_C_FLAGS_DEBUG "-O1 ${STRATA_DEBUG_INFO} -DSTRATA_DEBUG")
set(CMAKE_C_FLAGS_COVERAGE "-O1 ${STRATA_DEBUG_INFO}") # without INVARIANT, whose branches nobody can take

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
  add_compile_options(--coverage -fprofile-update=atomic) # threads count too; counts that lose some become negative, which gcovr refuses
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

# strata_kernels(MODULE FOLDER SOURCES files... INT8 files... USES modules... LIBRARIES targets...): the sources of src/MODULE/FOLDER, compiled once per
# instruction set with -DCPU_LEVEL=its name. INT8 files need products of bytes; of these, tests alone take what amx is in plain C (emulated). They belong to MODULE, which sees their headers and whose headers they see.
function(strata_kernels module folder)
  cmake_parse_arguments(M "" "" "SOURCES;INT8;USES;LIBRARIES" ${ARGN})
  set(levels generic)
  string(TOLOWER ${CMAKE_SYSTEM_PROCESSOR} processor)
  if(processor MATCHES "^(x86_64|amd64)$")
    list(APPEND levels avx2 avx512 vnni amx)
    target_compile_definitions(strata_${module} PRIVATE STRATA_X86=1)
  else()
    target_compile_definitions(strata_${module} PRIVATE STRATA_X86=0)
  endif()
  set(flags_avx2 -mavx2 -mfma)
  set(flags_avx512 -mavx2 -mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512)
  set(flags_vnni ${flags_avx512} -mavx512vnni)
  set(flags_amx ${flags_vnni} -mamx-tile -mamx-int8)
  set(flags_emulated ${flags_vnni} -DSTRATA_EMULATE_TILES)
  list(TRANSFORM M_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/src/${module}/${folder}/)
  list(TRANSFORM M_INT8 PREPEND ${PROJECT_SOURCE_DIR}/src/${module}/${folder}/)
  if(amx IN_LIST levels)
    list(APPEND levels emulated)
  endif()
  foreach(level IN LISTS levels)
    set(target strata_${module}_${folder}_${level})
    set(floats ${level}) # the level that has the verbs of floats
    if(level MATCHES "^(vnni|amx|emulated)$")
      set(floats avx512)
    endif()
    if(level MATCHES "^(vnni|amx)$")
      add_library(${target} OBJECT ${M_INT8})
    elseif(level STREQUAL emulated)
      add_library(${target} OBJECT EXCLUDE_FROM_ALL ${M_INT8})
    else()
      add_library(${target} OBJECT ${M_SOURCES})
    endif()
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src/${module})
    foreach(used IN LISTS M_USES)
      target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src/${used})
    endforeach()
    target_compile_definitions(${target} PRIVATE CPU_LEVEL=${level} CPU_FLOATS=${floats})
    target_compile_options(${target} PRIVATE ${flags_${level}} -Wno-psabi) # psabi: vectors are passed to inlined functions alone
    target_compile_options(${target} PRIVATE -fno-math-errno) # a root is an instruction, of the same bits, and loops over it are vectors
    target_compile_options(${target} PRIVATE ${STRATA_UNHARDENING}) # kernels see numbers alone, and take 2 % longer with it
    target_link_libraries(${target} PRIVATE ${M_LIBRARIES})
    if(NOT level STREQUAL emulated)
      set(objects ${objects} $<TARGET_OBJECTS:${target}>)
    endif()
  endforeach()
  target_include_directories(strata_${module} PRIVATE ${PROJECT_SOURCE_DIR}/src/${module}/${folder})
  set(STRATA_OBJECTS ${STRATA_OBJECTS} ${objects} PARENT_SCOPE)
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

# strata_one_object(FILE objects...): joins the objects into one, and makes every hidden name local to it, so that an application that links
# it may use these names for its own functions. STRATA_PUBLIC_OBJECTS becomes FILE. Sanitizers and gcov keep tables that count objects: there it
# becomes the objects themselves, and STRATA_ONE_OBJECT is off.
function(strata_one_object file)
  if(STRATA_SANITIZE OR STRATA_COVERAGE OR NOT CMAKE_OBJCOPY)
    set(STRATA_ONE_OBJECT OFF PARENT_SCOPE)
    set(STRATA_PUBLIC_OBJECTS ${ARGN} PARENT_SCOPE)
    return()
  endif()
  add_custom_command(OUTPUT ${file} DEPENDS ${ARGN} COMMAND_EXPAND_LISTS VERBATIM
                     COMMAND ${CMAKE_LINKER} -r -o ${file} ${ARGN}
                     COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${file})
  set_source_files_properties(${file} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  set(STRATA_ONE_OBJECT ON PARENT_SCOPE)
  set(STRATA_PUBLIC_OBJECTS ${file} PARENT_SCOPE)
endfunction()
