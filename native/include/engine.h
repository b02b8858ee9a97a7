// All of the engine that Java sees.
#pragma once

#include <string>

namespace reflectionflow {

class Engine {
 public:
  // Lines of "key=value": libtorch (its ABI version) and threads.
  static std::string about();

  // Bounds how many threads later work uses; throws INVALID_ARGUMENT below one.
  static void set_threads(int threads);
};

}  // namespace reflectionflow
