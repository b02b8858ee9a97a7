# Compiles the CUDA twins of the kernels wherever nvcc is; without it the build is the CPU's, and complete.
include(CheckLanguage)
set(REFLECTIONFLOW_CUDA AUTO CACHE STRING "AUTO: where nvcc is found; ON: or fail; OFF: never")
set_property(CACHE REFLECTIONFLOW_CUDA PROPERTY STRINGS AUTO ON OFF)
set(CUDA_BUILD 0)
set(OLDEST_NVCC 12.0)  # the first that knows wgmma and sm_90a

# Sets CMAKE_CUDA_COMPILER to an nvcc that is new enough and works with our compiler, or problem to why there is none.
macro(find_nvcc)
  find_program(NVCC NAMES $ENV{CUDACXX} nvcc HINTS $ENV{CUDA_HOME}/bin /usr/local/cuda/bin)
  set(problem "no nvcc on the PATH or in /usr/local/cuda/bin")
  if(NVCC)
    execute_process(COMMAND ${NVCC} --version OUTPUT_VARIABLE text ERROR_QUIET)
    string(REGEX MATCH "release ([0-9.]+)" _ "${text}")
    set(problem "")
    if("${CMAKE_MATCH_1}" STREQUAL "" OR "${CMAKE_MATCH_1}" VERSION_LESS OLDEST_NVCC)
      set(problem "${NVCC} is version ${CMAKE_MATCH_1}, ${OLDEST_NVCC} or newer is needed")
    else()
      file(REAL_PATH ${NVCC} compiler)
      set(ENV{CUDACXX} ${compiler})
      set(CMAKE_CUDA_HOST_COMPILER ${CMAKE_CXX_COMPILER})
      check_language(CUDA)
      if(NOT CMAKE_CUDA_COMPILER)
        set(problem "${NVCC} does not work with ${CMAKE_CXX_COMPILER}")
      endif()
    endif()
  endif()
endmacro()

if(REFLECTIONFLOW_CUDA)
  find_nvcc()
  if(NOT problem)
    set(CMAKE_CUDA_ARCHITECTURES OFF)  # named below, in a form that every CMake of ours passes on
    set(CMAKE_CUDA_STANDARD 17)
    set(CMAKE_CUDA_STANDARD_REQUIRED ON)
    set(CMAKE_CUDA_EXTENSIONS OFF)
    enable_language(CUDA)
    set(CMAKE_CUDA_FLAGS_RELEASE "-O3")
    set(CUDA_BUILD 1)
  elseif(NOT REFLECTIONFLOW_CUDA STREQUAL AUTO)
    message(FATAL_ERROR "REFLECTIONFLOW_CUDA is ${REFLECTIONFLOW_CUDA}, but ${problem}.")
  elseif(NVCC)
    message(WARNING "CUDA kernels are left out: ${problem}.")
  else()
    message(STATUS "CUDA kernels are left out: ${problem}")
  endif()
endif()

# Machine code for the A100 and the H100; the PTX is for cards between and after them. One run of nvcc makes all three.
set(CUDA_OPTIONS
  "SHELL:-gencode=arch=compute_80,code=[sm_80,compute_80]"
  "SHELL:-gencode=arch=compute_90a,code=sm_90a"
  --expt-relaxed-constexpr -Xptxas=-v -Xcompiler=-Wall,-Wextra)
if("$ENV{CI}" STREQUAL "true")
  list(APPEND CUDA_OPTIONS -Werror=all-warnings)
endif()

# What ptxas says about each kernel is kept beside the object, for check_registers.cmake.
set(CMAKE_CUDA_COMPILER_LAUNCHER ${CMAKE_CURRENT_SOURCE_DIR}/keep_ptxas_report.sh)
