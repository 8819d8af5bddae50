# Outside libraries, all Debian packages, each used by one source file. Optional ones become empty targets and a definition 0 when they
# are missing; `strata doctor` then says what that costs.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

option(STRATA_STATIC_LIBRARIES "Link with the archives of outside libraries, so that the program needs the C library alone" OFF)

function(strata_dependency name)
  add_library(strata_${name} INTERFACE)
  target_link_libraries(strata_${name} INTERFACE ${ARGN})
endfunction()

# strata_found(NAME): what to link with for a package that pkg_check_modules has found, in ${NAME}_LINK. With STRATA_STATIC_LIBRARIES its archives,
# where there are all that it needs: otherwise NAME_FOUND is off.
function(strata_found upper)
  set(link PkgConfig::${upper})
  if(${upper}_FOUND AND STRATA_STATIC_LIBRARIES)
    set(link)
    foreach(word IN LISTS ${upper}_STATIC_LIBRARIES)
      find_library(archive NAMES lib${word}.a HINTS ${${upper}_STATIC_LIBRARY_DIRS} NO_CACHE)
      if(word MATCHES "^(m|dl|pthread)$")
        list(APPEND link ${word})
      elseif(archive)
        list(APPEND link ${archive})
      elseif(NOT ${upper}_WITHOUT_ARCHIVE)
        set(${upper}_WITHOUT_ARCHIVE lib${word}.a)
      endif()
      unset(archive)
    endforeach()
    if(${upper}_WITHOUT_ARCHIVE)
      message(NOTICE "${${upper}_WITHOUT_ARCHIVE} is missing: built without ${upper}.")
      set(${upper}_FOUND 0 PARENT_SCOPE)
    endif()
  endif()
  set(${upper}_LINK ${link} PARENT_SCOPE)
endfunction()

pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.13)     # libjansson-dev: base/json.c
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3.0)     # libssl-dev: base/digest.c
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.40)      # libsqlite3-dev: store/store.c
foreach(name IN ITEMS jansson crypto sqlite)
  string(TOUPPER ${name} upper)
  strata_found(${upper})
  if(NOT ${upper}_FOUND)
    message(FATAL_ERROR "STRATA_STATIC_LIBRARIES: the archive of ${name} is missing, and Strata cannot go without ${name}.")
  endif()
  strata_dependency(${name} ${${upper}_LINK})
  target_include_directories(strata_${name} SYSTEM INTERFACE ${${upper}_INCLUDE_DIRS})
endforeach()

find_path(RANDOM123_INCLUDE Random123/philox.h REQUIRED)              # librandom123-dev, header only: base/random.c
strata_dependency(random123)
target_include_directories(strata_random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE})

# strata_optional(NAME package help [LOADED]): STRATA_USE_NAME asks for it, the definition STRATA_NAME says whether it is there. LOADED: the program
# is not linked with it and loads it when it is needed.
function(strata_optional name package help)
  string(TOUPPER ${name} upper)
  option(STRATA_USE_${upper} "${help}" ON)
  if(STRATA_USE_${upper})
    pkg_check_modules(${upper} IMPORTED_TARGET ${package})
  endif()
  strata_dependency(${name})
  if(${upper}_FOUND AND NOT "LOADED" IN_LIST ARGN)
    strata_found(${upper})
  endif()
  if(${upper}_FOUND AND "LOADED" IN_LIST ARGN)
    target_link_libraries(strata_${name} INTERFACE ${CMAKE_DL_LIBS})
  elseif(${upper}_FOUND)
    target_link_libraries(strata_${name} INTERFACE ${${upper}_LINK})
  endif()
  if(${upper}_FOUND)
    target_include_directories(strata_${name} SYSTEM INTERFACE ${${upper}_INCLUDE_DIRS})
  endif()
  add_compile_definitions(STRATA_${upper}=$<BOOL:${${upper}_FOUND}>)
  set(${upper}_FOUND "${${upper}_FOUND}" PARENT_SCOPE)
endfunction()

strata_optional(yaml "yaml-0.1>=0.2" "Read YAML files (libyaml-dev: base/yaml_file.c)")
strata_optional(blas "openblas>=0.3" "Products by OpenBLAS (libopenblas-dev: mat/mat_blas.c)")
strata_optional(png "libpng>=1.6" "Write and read pictures (libpng-dev: base/image.c)")
strata_optional(zlib "zlib>=1.2" "Read compressed files (zlib1g-dev: files/gz.c)")
strata_optional(zip "libzip>=1.7" "Read archives of arrays (libzip-dev: files/npz.c)")
strata_optional(curl "libcurl>=7.88" "Fetch data sets (libcurl4-openssl-dev: data/download.c)" LOADED)
strata_optional(archive "libarchive>=3.6" "Unpack data sets (libarchive-dev: data/unpack.c)" LOADED)

# libopenmpi-dev: lab/crew_mpi.c, a module that the program loads where mpirun or srun has started it.
option(STRATA_USE_MPI "Spread a laboratory by MPI (libopenmpi-dev: lab/crew_mpi.c)" ON)
if(STRATA_USE_MPI)
  pkg_check_modules(MPI IMPORTED_TARGET ompi-c>=4.1)
endif()

# libcmocka-dev: tests/ alone. AUTO goes without it and says so; ON, which every preset but release asks for, does not.
if(STRATA_TESTS)
  pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka)
endif()
if(STRATA_TESTS STREQUAL "AUTO" AND NOT CMOCKA_FOUND)
  message(NOTICE "cmocka is missing: the program is built, its tests are not. For the tests install libcmocka-dev.")
  set(STRATA_TESTS OFF)
elseif(STRATA_TESTS AND NOT CMOCKA_FOUND)
  message(FATAL_ERROR "cmocka is missing, which the tests need: install libcmocka-dev. For the program alone: cmake --preset release.")
endif()
