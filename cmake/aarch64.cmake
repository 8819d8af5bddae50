# Builds for 64-bit Arm on a machine of another kind, and runs what was built under qemu. STRATA_ARM64_ROOT: where cmake/aarch64.sh unpacked the
# libraries. tests/neon calls it so:
#
#   cmake/aarch64.sh build-neon/arm64
#   cmake -B build-neon -G Ninja -DCMAKE_TOOLCHAIN_FILE=cmake/aarch64.cmake -DSTRATA_ARM64_ROOT="$PWD/build-neon/arm64/root"
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES STRATA_ARM64_ROOT)

set(CMAKE_FIND_ROOT_PATH ${STRATA_ARM64_ROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} ${STRATA_ARM64_ROOT}/usr/lib/aarch64-linux-gnu/pkgconfig)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${STRATA_ARM64_ROOT})
set(CMAKE_C_FLAGS_INIT "-isystem ${STRATA_ARM64_ROOT}/usr/include/aarch64-linux-gnu")
foreach(kind IN ITEMS EXE SHARED MODULE)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT "-L${STRATA_ARM64_ROOT}/usr/lib/aarch64-linux-gnu -Wl,-rpath-link,${STRATA_ARM64_ROOT}/usr/lib/aarch64-linux-gnu")
endforeach()
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L ${STRATA_ARM64_ROOT})
