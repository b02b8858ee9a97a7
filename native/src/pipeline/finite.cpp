// One pass over the exponents; on a card LibTorch looks.
#include "pipeline/finite.h"

#include "error.h"
#include "models/kernel_views.h"
#include "torch/ops.h"

namespace reflectionflow {
namespace {

template <typename T>
bool all_finite(const T* values, int64_t count) {
  constexpr uint32_t kExponent = 0x7f800000u;
  uint32_t found = 0;
  for (int64_t i = 0; i < count; ++i) {
    found |= static_cast<uint32_t>((kernels::bits_of(kernels::load(values + i)) & kExponent) ==
                                   kExponent);
  }
  return found == 0;
}

bool finite_on_host(const Tensor& tensor) {
  bool finite = true;
  kernels::with_element_type(kernel_dtype(tensor.type()), [&](auto* element) {
    using T = std::remove_pointer_t<decltype(element)>;
    finite = all_finite(tensor.as<T>(), tensor.count());
  });
  return finite;
}

}  // namespace

void require_finite(const Tensor& tensor, const std::string& subject) {
  if (tensor.device().on_cuda() ? ops::all_finite(tensor) : finite_on_host(tensor)) return;
  const char* const way_out =
      tensor.type() == ScalarType::kFloat32
          ? ": a weight, the guidance or a LoRA's scale is damaged or too large"
          : "; try float32";
  invalid_argument(subject + " not finite in " + name_of(tensor.type()) + way_out);
}

}  // namespace reflectionflow
