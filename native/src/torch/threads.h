// One number of threads for our kernels, oneDNN and OpenBLAS alike.
#pragma once

namespace reflectionflow {

// Sets it for what the calling thread computes from here on. OpenBLAS knows one number for the
// whole process only: of engines that compute at the same time the last one decides for its float32
// products.
void use_threads(int threads);

}  // namespace reflectionflow
