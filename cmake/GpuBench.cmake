# What bench/gpu/run.sh builds, and the tests of bench/gpu, which need no GPU.
#   gpu_kernels  the kernels behind C functions, for bench/gpu's Python
#   gpu_engine   the engine behind C functions, for the sections that measure steps and images
#   cuda_tests   every test with a CUDA_TEST, for a card
function(add_gpu_bench)
  file(GLOB sources CONFIGURE_DEPENDS ${BENCH_DIR}/gpu/c_functions_*.cpp)
  add_library(gpu_kernels SHARED EXCLUDE_FROM_ALL ${sources})
  target_include_directories(gpu_kernels PRIVATE ${BENCH_DIR})
  target_link_libraries(gpu_kernels PRIVATE kernels ${LIBTORCH_GOMP})
  # Python's process has PyTorch's CUDA runtime, which may be another version than ours.
  target_link_options(gpu_kernels PRIVATE -Wl,--no-undefined -Wl,--disable-new-dtags
    -Wl,--exclude-libs,libcudart_static.a)
  set_target_properties(gpu_kernels PROPERTIES BUILD_RPATH "${LIBTORCH_DIR}")
  add_dependencies(native_tests gpu_kernels)

  file(GLOB sources CONFIGURE_DEPENDS ${BENCH_DIR}/gpu/engine_functions_*.cpp)
  add_library(gpu_engine SHARED EXCLUDE_FROM_ALL ${sources})
  target_include_directories(gpu_engine PRIVATE ${BENCH_DIR})
  target_link_libraries(gpu_engine PRIVATE reflectionflow)
  target_link_options(gpu_engine PRIVATE -Wl,--no-undefined -Wl,--disable-new-dtags)
  set_target_properties(gpu_engine PROPERTIES BUILD_RPATH "${LIBTORCH_DIR}")
  add_dependencies(native_tests gpu_engine)

  add_custom_target(cuda_tests)
  file(GLOB twins CONFIGURE_DEPENDS ${KERNELS_DIR}/*/*.cu)
  foreach(twin IN LISTS twins)
    get_filename_component(folder ${twin} DIRECTORY)
    get_filename_component(op ${folder} NAME)
    if(TARGET ${op}_test)
      add_dependencies(cuda_tests ${op}_test)
    endif()
  endforeach()

  add_test(NAME tracked_tree COMMAND sh ${BENCH_DIR}/gpu/check_tree.sh ${REFLECTIONFLOW_ROOT})
  add_test(NAME gpu_bench_run COMMAND bash ${BENCH_DIR}/gpu/run_test.sh)
  set_tests_properties(tracked_tree gpu_bench_run PROPERTIES TIMEOUT 60 SKIP_RETURN_CODE 77)
  find_program(BENCH_PYTHON NAMES $ENV{PYTHON} python3)
  if(BENCH_PYTHON)
    add_test(NAME gpu_bench_report COMMAND ${BENCH_PYTHON} ${BENCH_DIR}/gpu/report_test.py)
    add_test(NAME gpu_bench_tests COMMAND ${BENCH_PYTHON} ${BENCH_DIR}/gpu/tests_test.py)
    add_test(NAME gpu_bench_step_report COMMAND ${BENCH_PYTHON} ${BENCH_DIR}/gpu/step_report_test.py)
    add_test(NAME gpu_bench_image_report COMMAND ${BENCH_PYTHON} ${BENCH_DIR}/gpu/image_report_test.py)
    # Need PyTorch, and are skipped without it.
    add_test(NAME gpu_bench_cases COMMAND ${BENCH_PYTHON} ${BENCH_DIR}/gpu/cases_test.py $<TARGET_FILE:gpu_kernels>)
    add_test(NAME gpu_bench_step COMMAND ${BENCH_PYTHON} ${BENCH_DIR}/gpu/step_test.py $<TARGET_FILE:gpu_engine>)
    add_test(NAME gpu_bench_image COMMAND ${BENCH_PYTHON} ${BENCH_DIR}/gpu/image_test.py $<TARGET_FILE:gpu_engine>)
    # Needs the archive of bundle.sh as well.
    add_test(NAME gpu_bench_java COMMAND ${BENCH_PYTHON} ${BENCH_DIR}/gpu/java_test.py
      $<TARGET_FILE:gpu_engine> $<TARGET_FILE_DIR:reflectionflow>)
    set_tests_properties(gpu_bench_report gpu_bench_tests gpu_bench_step_report gpu_bench_image_report gpu_bench_cases
      gpu_bench_step gpu_bench_image gpu_bench_java PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
  endif()
endfunction()
