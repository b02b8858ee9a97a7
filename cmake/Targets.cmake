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
target_compile_options(kernels PRIVATE
  "$<$<COMPILE_LANGUAGE:CXX>:-fno-trapping-math;-fno-math-errno;-ffp-contract=off>")
target_compile_definitions(kernels PUBLIC REFLECTIONFLOW_CUDA=${CUDA_BUILD})
file(GLOB kernels_common CONFIGURE_DEPENDS ${KERNELS_DIR}/common/*.cpp)
list(FILTER kernels_common EXCLUDE REGEX "_test\\.cpp$")
target_sources(kernels PRIVATE ${kernels_common})
if(CUDA_BUILD)
  target_compile_options(kernels PRIVATE "$<$<COMPILE_LANGUAGE:CUDA>:${CUDA_OPTIONS}>")
  # Where tests and benches find a GPU and its memory.
  add_library(cuda_device STATIC EXCLUDE_FROM_ALL ${KERNELS_DIR}/common/cuda_device.cu)
  target_include_directories(cuda_device PRIVATE ${KERNELS_DIR})
endif()

# Tests look for LibTorch through the classic RPATH, which also serves the libraries that LibTorch itself loads.
function(add_check name source)
  add_executable(${name} EXCLUDE_FROM_ALL ${source})
  target_include_directories(${name} PRIVATE ${KERNELS_DIR} ${NATIVE_DIR}/include ${NATIVE_DIR}/src)
  target_link_options(${name} PRIVATE -Wl,--disable-new-dtags)
  set_target_properties(${name} PROPERTIES BUILD_RPATH "${LIBTORCH_DIR}")
  add_dependencies(native_tests ${name})
  register_check(${name} ${name})
endfunction()

# The test `name` runs the executable with the arguments that follow; it is skipped where it says that it misses something.
function(register_check name executable)
  add_test(NAME ${name} COMMAND ${executable} ${ARGN})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77
    ENVIRONMENT "REFLECTIONFLOW_GOLDEN=${GOLDEN_DIR};REFLECTIONFLOW_PARITY_LOG=${CMAKE_BINARY_DIR}/parity.log")
endfunction()

add_custom_target(native_tests)
add_custom_target(kernel_benches)

# kernels/<op>/: *.cpp go into the library, compiled with the options that follow the name, and so do *.cu where there is
# nvcc; every *_test.cpp becomes a test, <op>_test once more as <op>_cuda_test where there is an <op>.cu.
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
    if(CUDA_BUILD)
      target_link_libraries(${name} PRIVATE cuda_device)
    endif()
  endforeach()
  add_cuda_twin(${op} "${ARGN}")
endfunction()

function(add_cuda_twin op options)
  file(GLOB sources CONFIGURE_DEPENDS ${KERNELS_DIR}/${op}/*.cu)
  if(CUDA_BUILD AND sources)
    set(fused false)
    if("-ffp-contract=fast" IN_LIST options)
      set(fused true)
    endif()
    target_sources(kernels PRIVATE ${sources})
    set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS -fmad=${fused})
  endif()
  if(sources AND NOT TARGET ${op}_cuda_test)
    register_check(${op}_cuda_test ${op}_test cuda)
  endif()
endfunction()

# <op>_emulated_test: <op>_test's cases for CUDA, over the kernels' source compiled for the CPU, where threads take turns.
function(add_emulated_test op)
  add_emulation(${op}_emulated_test ${KERNELS_DIR}/${op}/${op}_test.cpp ${op})
endfunction()

# The test `name` runs the CUDA_TESTs of a source with the kernels of the folders that follow. Of the sources <kernel>.cu
# of a folder <op>, those whose assembly is not in kernels/common have a stand-in <op>/emulation/<kernel>.cpp.
function(add_emulation name test)
  set(folder ${KERNELS_DIR}/common/emulation)
  set(sources "")
  foreach(op IN LISTS ARGN)
    file(GLOB on_cpu CONFIGURE_DEPENDS ${KERNELS_DIR}/${op}/*.cpp ${KERNELS_DIR}/${op}/emulation/*.cpp)
    list(FILTER on_cpu EXCLUDE REGEX "_(test|bench)\\.cpp$")
    list(APPEND sources ${on_cpu})
    file(GLOB twins CONFIGURE_DEPENDS ${KERNELS_DIR}/${op}/*.cu)
    foreach(twin IN LISTS twins)
      get_filename_component(kernel ${twin} NAME_WE)
      if(EXISTS ${KERNELS_DIR}/${op}/emulation/${kernel}.cpp)
        continue()
      endif()
      set(on_cpu ${CMAKE_BINARY_DIR}/${kernel}_emulated.cpp)
      if(NOT EXISTS ${on_cpu})
        file(WRITE ${on_cpu} "#include \"${op}/${kernel}.cu\"\n")
      endif()
      list(APPEND sources ${on_cpu})
    endforeach()
  endforeach()
  add_executable(${name} EXCLUDE_FROM_ALL ${test} ${sources} ${folder}/emulated_device.cpp ${folder}/matrices.cpp
    ${KERNELS_DIR}/common/vectorised.cpp)
  target_include_directories(${name} PRIVATE ${folder} ${KERNELS_DIR})
  target_compile_definitions(${name} PRIVATE REFLECTIONFLOW_CUDA=1)
  # Pragmas and attributes for the GPU mean nothing here, optimising more would take longer than the test, and a checked
  # longjmp takes a fiber's stack for a mistake.
  target_compile_options(${name} PRIVATE -O1 -ffp-contract=off -Wno-unknown-pragmas -U_FORTIFY_SOURCE)
  target_link_libraries(${name} PRIVATE ${LIBTORCH_GOMP})
  set_target_properties(${name} PROPERTIES BUILD_RPATH "${LIBTORCH_DIR}")
  add_dependencies(native_tests ${name})
  register_check(${name} ${name} cuda)
endfunction()

# libreflectionflow.so: everything under native/src over the kernels and LibTorch, but for preload, which links nothing and
# is loaded before all else.
function(add_engine)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${NATIVE_DIR}/src/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cpp$|/preload/")
  add_library(reflectionflow SHARED ${sources})
  target_include_directories(reflectionflow PUBLIC ${NATIVE_DIR}/include ${NATIVE_DIR}/src)
  target_link_libraries(reflectionflow PUBLIC kernels libtorch)
  if(CUDA_BUILD)
    target_include_directories(reflectionflow SYSTEM PRIVATE ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
  endif()
  # LibTorch may bring a CUDA runtime of another version: ours stays ours. What an old LibTorch lacks is an error when we
  # are loaded, not the end of the process at the first call.
  target_link_options(reflectionflow PRIVATE -Wl,--exclude-libs,libcudart_static.a -Wl,-z,now)
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
    if(CUDA_BUILD)
      target_link_libraries(${name} PRIVATE cuda_device)
    endif()
    target_link_options(${name} PRIVATE -Wl,--disable-new-dtags)
    set_target_properties(${name} PROPERTIES BUILD_RPATH "${LIBTORCH_DIR}")
    add_dependencies(kernel_benches ${name})
  endforeach()
endfunction()

# <stem>_test, and <stem>_cuda_test where the source has a CUDA_TEST.
function(add_native_test source)
  get_filename_component(name ${source} NAME_WE)
  add_check(${name} ${source})
  target_link_libraries(${name} PRIVATE reflectionflow)
  file(STRINGS ${source} on_cuda REGEX "^CUDA_TEST")
  if(on_cuda)
    if(CUDA_BUILD)
      target_link_libraries(${name} PRIVATE cuda_device)
    endif()
    string(REGEX REPLACE "_test$" "_cuda_test" twin ${name})
    register_check(${twin} ${name} cuda)
    set_tests_properties(${twin} PROPERTIES LABELS libtorch)
    add_dependencies(cuda_tests ${name})
  endif()
endfunction()

function(add_native_tests)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${NATIVE_DIR}/*_test.cpp ${KERNELS_DIR}/common/*_test.cpp)
  list(FILTER tests EXCLUDE REGEX "/emulation/")
  foreach(test IN LISTS tests)
    add_native_test(${test})
  endforeach()
endfunction()

function(add_layering_test)
  add_test(NAME layering COMMAND ${CMAKE_COMMAND} -DROOT=${REFLECTIONFLOW_ROOT}
    -P ${REFLECTIONFLOW_ROOT}/cmake/check_layering.cmake)
endfunction()

function(add_needed_test)
  add_test(NAME needed_libraries COMMAND ${CMAKE_COMMAND} -DREADELF=${CMAKE_READELF}
    -DLIBRARY=$<TARGET_FILE:reflectionflow> -P ${REFLECTIONFLOW_ROOT}/cmake/check_needed.cmake)
endfunction()

# Fails where a kernel listed as hot spills registers; a second test sees that it would.
function(add_register_test)
  set(check ${REFLECTIONFLOW_ROOT}/cmake/check_registers.cmake)
  set(spilling ${REFLECTIONFLOW_ROOT}/cmake/fixtures)
  if(CUDA_BUILD)
    add_test(NAME registers COMMAND ${CMAKE_COMMAND} -DREPORTS=${CMAKE_BINARY_DIR}/CMakeFiles/kernels.dir
      -DHOT=${KERNELS_DIR}/hot_kernels.txt -P ${check})
  endif()
  add_test(NAME registers_notices_spills COMMAND ${CMAKE_COMMAND} -DREPORTS=${spilling}
    -DHOT=${spilling}/hot_kernels.txt -P ${check})
  set_tests_properties(registers_notices_spills PROPERTIES PASS_REGULAR_EXPRESSION
    "should be:[^a-z]*_ZN14reflectionflow7kernels15spilling.*65 registers.*8 bytes stack frame.*Performance Loss.*absent_kernel: in no report")
endfunction()
