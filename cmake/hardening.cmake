# Defences of compiler, linker and loader, in optimised builds without sanitizers (which have their own, and do not go with FORTIFY). They
# change no result and, measured, no time (docs/decisions/0041). What a compiler does not know is left out; tests/hardened looks at the program.
include(CheckCCompilerFlag)
include(CheckCSourceCompiles)
include(CheckLinkerFlag)
include(CheckPIESupported)

option(STRATA_HARDENED "Stack protector, FORTIFY, RELRO and the like in optimised builds" ON)

# What strata.h declares is exported from a shared library, and nothing else. All objects can go into one, or into a program at any address.
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
check_pie_supported(LANGUAGES C)

# Libraries come from where the system has them. CMake would write a path into the program for a library in a folder of its own, here
# OpenBLAS, and with it a colon to pad it: an empty path is the folder one happens to be in, and its libc.so.6 would be loaded.
set(CMAKE_SKIP_RPATH ON)

set(STRATA_HARDENING)
set(STRATA_UNHARDENING) # undoes it
if(STRATA_FUZZ)
  set(STRATA_UNHARDENING -fno-sanitize=all) # no reader is a kernel, and instrumented ones take minutes to build
endif()
if(STRATA_HARDENED AND NOT STRATA_SANITIZE AND CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo|MinSizeRel)$")
  set(done -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  set(undone -fno-stack-protector -fno-stack-clash-protection -fcf-protection=none)
  foreach(flag undo IN ZIP_LISTS done undone)
    string(MAKE_C_IDENTIFIER "STRATA_HAS${flag}" known)
    check_c_compiler_flag(${flag} ${known})
    if(${known})
      list(APPEND STRATA_HARDENING ${flag})
      list(APPEND STRATA_UNHARDENING ${undo})
    endif()
  endforeach()
  # Level 3 where the compiler and the C library have it: elsewhere the headers warn, or take it for 2.
  set(CMAKE_REQUIRED_FLAGS "-O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
  check_c_source_compiles("#include <string.h>\n#if __USE_FORTIFY_LEVEL != 3\n#error level\n#endif\nint main(void) { return 0; }" STRATA_HAS_FORTIFY_3)
  unset(CMAKE_REQUIRED_FLAGS)
  list(APPEND STRATA_HARDENING -U_FORTIFY_SOURCE)
  list(APPEND STRATA_UNHARDENING -U_FORTIFY_SOURCE)
  if(STRATA_HAS_FORTIFY_3)
    list(APPEND STRATA_HARDENING -D_FORTIFY_SOURCE=3)
  else()
    list(APPEND STRATA_HARDENING -D_FORTIFY_SOURCE=2)
  endif()
  add_compile_options(${STRATA_HARDENING})
  check_linker_flag(C "LINKER:-z,relro,-z,now,-z,noexecstack" STRATA_HAS_RELRO)
  if(STRATA_HAS_RELRO)
    add_link_options("LINKER:-z,relro,-z,now,-z,noexecstack")
  endif()
endif()
