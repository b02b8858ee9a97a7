// dlopen and dlsym, with an error that names what is missing.
#include "torch/cuda_functions.h"

#include <dlfcn.h>

#include "error.h"

namespace reflectionflow {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorCode::kDevice, "LibTorch cannot use CUDA: " + why);
}

class Library {
 public:
  explicit Library(const std::string& name) : name_(name) {
    // Global, as if it had been linked: its own libraries look for each other's symbols.
    handle_ = dlopen(name.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (!handle_) refuse(dlerror());
  }

  template <typename Function>
  void find(Function& function, const char* symbol) const {
    function = reinterpret_cast<Function>(dlsym(handle_, symbol));
    if (!function) refuse(name_ + " has no function " + symbol);
  }

 private:
  std::string name_;
  void* handle_;
};

}  // namespace

CudaFunctions load_cuda_functions(const std::string& name) {
  const Library library(name);
  CudaFunctions functions{};
  library.find(functions.addmm_out, "aoti_torch_cuda_addmm_out");
  library.find(functions.mm_out, "aoti_torch_cuda_mm_out");
  library.find(functions.bmm_out, "aoti_torch_cuda_bmm_out");
  library.find(functions.baddbmm_out, "aoti_torch_cuda_baddbmm_out");
  library.find(functions.scaled_mm_out, "aoti_torch_cuda__scaled_mm_out");
  library.find(functions.int_mm_out, "aoti_torch_cuda__int_mm_out");
  library.find(functions.stream_from_pool, "torch_get_cuda_stream_from_pool");
  library.find(functions.create_stream_guard, "aoti_torch_create_cuda_stream_guard");
  library.find(functions.delete_stream_guard, "aoti_torch_delete_cuda_stream_guard");
  library.find(functions.current_stream, "aoti_torch_get_current_cuda_stream");
  return functions;
}

std::string cuda_library() {
  const std::string name = "libtorch_cuda.so";
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&aoti_torch_abi_version), &info) == 0 || !info.dli_fname) {
    return name;
  }
  const std::string cpu = info.dli_fname;
  const size_t slash = cpu.rfind('/');
  return slash == std::string::npos ? name : cpu.substr(0, slash + 1) + name;
}

const CudaFunctions& cuda_functions() {
  static const CudaFunctions functions = load_cuda_functions(cuda_library());
  return functions;
}

}  // namespace reflectionflow
