# One-line helpers: add_kernel(op), add_native_test(file); every native source, test and bench is found by its place and name.
set(KERNELS_DIR ${REFLECTIONFLOW_ROOT}/kernels)
set(BENCH_DIR ${REFLECTIONFLOW_ROOT}/bench)
set(NATIVE_DIR ${REFLECTIONFLOW_ROOT}/native)
set(GOLDEN_DIR ${REFLECTIONFLOW_ROOT}/java/src/test/resources/golden)

# All kernels, with no library under them but OpenMP's.
set(NO_KERNEL ${CMAKE_BINARY_DIR}/no_kernel.cpp)  # a library may not be empty
if(NOT EXISTS ${NO_KERNEL})
  file(WRITE ${NO_KERNEL} "")
endif()
add_library(kernels STATIC ${NO_KERNEL})
target_include_directories(kernels PUBLIC ${KERNELS_DIR})
# Nobody looks at floating-point exceptions or errno, which keep branches and calls in loops that could be vector code.
# Each operation is rounded for itself, so that all vector paths, and kernels and references, agree to the bit.
target_compile_options(kernels PRIVATE -fno-trapping-math -fno-math-errno -ffp-contract=off)
file(GLOB kernels_common CONFIGURE_DEPENDS ${KERNELS_DIR}/common/*.cpp)
list(FILTER kernels_common EXCLUDE REGEX "_test\\.cpp$")
target_sources(kernels PRIVATE ${kernels_common})

# Tests look for LibTorch through the classic RPATH, which also serves the libraries that LibTorch itself loads.
function(add_check name source)
  add_executable(${name} EXCLUDE_FROM_ALL ${source})
  target_include_directories(${name} PRIVATE ${KERNELS_DIR} ${NATIVE_DIR}/include ${NATIVE_DIR}/src)
  target_link_options(${name} PRIVATE -Wl,--disable-new-dtags)
  set_target_properties(${name} PROPERTIES BUILD_RPATH "${LIBTORCH_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "REFLECTIONFLOW_GOLDEN=${GOLDEN_DIR};REFLECTIONFLOW_PARITY_LOG=${CMAKE_BINARY_DIR}/parity.log")
  add_dependencies(native_tests ${name})
endfunction()

add_custom_target(native_tests)
add_custom_target(kernel_benches)

# kernels/<op>/: <op>_cpu.cpp goes into the library, compiled with the options that follow the name, every *_test.cpp
# becomes a test.
function(add_kernel op)
  file(GLOB sources CONFIGURE_DEPENDS ${KERNELS_DIR}/${op}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  target_sources(kernels PRIVATE ${sources})
  set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS "${ARGN}")
  foreach(test IN LISTS tests)
    get_filename_component(name ${test} NAME_WE)
    add_check(${name} ${test})
    target_link_libraries(${name} PRIVATE kernels ${LIBTORCH_GOMP})
  endforeach()
endfunction()

# libreflectionflow.so: everything under native/src over the kernels and LibTorch, but for preload, which links nothing and
# is loaded before all else.
function(add_engine)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${NATIVE_DIR}/src/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cpp$|/preload/")
  add_library(reflectionflow SHARED ${sources})
  target_include_directories(reflectionflow PUBLIC ${NATIVE_DIR}/include ${NATIVE_DIR}/src)
  target_link_libraries(reflectionflow PUBLIC kernels libtorch)
  set_target_properties(reflectionflow PROPERTIES
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN"
    LIBRARY_OUTPUT_DIRECTORY "${ENGINE_OUTPUT_DIR}")

  add_library(reflectionflow_preload SHARED ${NATIVE_DIR}/src/preload/wait_policy.cpp)
  set_target_properties(reflectionflow_preload PROPERTIES
    COMPILE_OPTIONS -fno-openmp LIBRARY_OUTPUT_DIRECTORY "${ENGINE_OUTPUT_DIR}")
  add_dependencies(reflectionflow reflectionflow_preload)
endfunction()

# Every bench/kernels/<op>_bench.cpp: a program built only when asked for, over the engine for LibTorch's rival operator.
function(add_kernel_benches)
  file(GLOB benches CONFIGURE_DEPENDS ${BENCH_DIR}/kernels/*_bench.cpp)
  foreach(bench IN LISTS benches)
    get_filename_component(name ${bench} NAME_WE)
    add_executable(${name} EXCLUDE_FROM_ALL ${bench})
    target_include_directories(${name} PRIVATE ${BENCH_DIR})
    target_link_libraries(${name} PRIVATE reflectionflow)
    target_link_options(${name} PRIVATE -Wl,--disable-new-dtags)
    set_target_properties(${name} PROPERTIES BUILD_RPATH "${LIBTORCH_DIR}")
    add_dependencies(kernel_benches ${name})
  endforeach()
endfunction()

function(add_native_test source)
  get_filename_component(name ${source} NAME_WE)
  add_check(${name} ${source})
  target_link_libraries(${name} PRIVATE reflectionflow)
endfunction()

function(add_native_tests)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${NATIVE_DIR}/*_test.cpp ${KERNELS_DIR}/common/*_test.cpp)
  foreach(test IN LISTS tests)
    add_native_test(${test})
  endforeach()
endfunction()

function(add_layering_test)
  add_test(NAME layering COMMAND ${CMAKE_COMMAND} -DROOT=${REFLECTIONFLOW_ROOT}
    -P ${REFLECTIONFLOW_ROOT}/cmake/check_layering.cmake)
endfunction()
