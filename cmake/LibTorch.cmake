# Finds LibTorch's libraries in LIBTORCH_DIR (one or several folders: the unpacked presets, or a pip torch's lib folder).
# No headers are needed: native/src/torch declares the stable C functions itself.
set(LIBTORCH_DIR "" CACHE STRING "folders that hold libtorch_cpu.so, libc10.so and what they load")
if(NOT LIBTORCH_DIR)
  message(FATAL_ERROR "LIBTORCH_DIR is not set: build with Maven, or pass -DLIBTORCH_DIR=FOLDER with libtorch_cpu.so.")
endif()

function(require_library variable file)
  find_file(${variable} NAMES ${file} PATHS ${LIBTORCH_DIR} NO_DEFAULT_PATH)
  if(NOT ${variable})
    message(FATAL_ERROR "${file} is in none of the folders of LIBTORCH_DIR: ${LIBTORCH_DIR}")
  endif()
endfunction()

require_library(LIBTORCH_CPU libtorch_cpu.so)
require_library(LIBTORCH_C10 libc10.so)

# The OpenMP runtime must be the one that LibTorch loads, or two thread pools fight for the cores.
find_file(LIBTORCH_GOMP NAMES libgomp.so.1 PATHS ${LIBTORCH_DIR} NO_DEFAULT_PATH)
if(NOT LIBTORCH_GOMP)
  set(bundled_gomp "")
  foreach(folder IN LISTS LIBTORCH_DIR)
    file(GLOB in_folder ${folder}/libgomp*.so* ${folder}/../../torch.libs/libgomp*.so*)
    list(APPEND bundled_gomp ${in_folder})
  endforeach()
  if(bundled_gomp)
    list(GET bundled_gomp 0 LIBTORCH_GOMP)
  else()
    set(LIBTORCH_GOMP -fopenmp)
  endif()
endif()

# The JVM loads libraries privately, so ours must name LibTorch as NEEDED even where it calls through a table.
add_library(libtorch INTERFACE)
target_link_libraries(libtorch INTERFACE
  -Wl,--no-as-needed ${LIBTORCH_CPU} ${LIBTORCH_C10} ${LIBTORCH_GOMP} -Wl,--as-needed ${CMAKE_DL_LIBS})
# Their own needs (OpenBLAS, Fortran) are found when the program starts.
list(JOIN LIBTORCH_DIR ":" libtorch_path)
target_link_options(libtorch INTERFACE -Wl,--allow-shlib-undefined -Wl,-rpath-link,${libtorch_path})
