// The test harness of the kernels: TEST registers, CHECK counts and goes on, main runs and sums up.
// Include it in one file of an executable. CUDA_TEST registers what needs a GPU: it runs only where
// the executable's argument is "cuda", and ends as skipped where a test throws Skipped.
#pragma once

#include <cstdio>
#include <cstring>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace reflectionflow::kernels {

struct RegisteredTest {
  const char* name;
  void (*body)();
  bool on_cuda;
};

// Thrown by a test that misses what it needs, such as a GPU.
struct Skipped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

constexpr int kSkipped = 77;  // the exit status that CTest takes for skipped

inline std::vector<RegisteredTest>& registered_tests() {
  static std::vector<RegisteredTest> tests;
  return tests;
}

inline int& failed_checks() {
  static int count = 0;
  return count;
}

struct Registration {
  Registration(const char* name, void (*body)(), bool on_cuda) {
    registered_tests().push_back({name, body, on_cuda});
  }
};

// Set where a test provokes failures to see that they are noticed.
inline bool& quiet() {
  static bool is_quiet = false;
  return is_quiet;
}

inline void report_failure(const char* file, int line, const std::string& text) {
  if (++failed_checks() <= 50 && !quiet()) std::printf("%s:%d: %s\n", file, line, text.c_str());
}

// Runs body, which must throw this exception with exactly this text.
template <typename Exception, typename Body>
void check_throws(const char* file, int line, const Body& body, const std::string& text) {
  try {
    body();
  } catch (const Exception& error) {
    if (error.what() == text) return;
    return report_failure(
        file, line, "refused with \"" + std::string(error.what()) + "\", not \"" + text + "\"");
  }
  report_failure(file, line, "not refused, expected \"" + text + "\"");
}

inline const char* run_test(const RegisteredTest& test) {
  const int before = failed_checks();
  try {
    test.body();
  } catch (const Skipped& reason) {
    std::printf("%s: %s\n", test.name, reason.what());
    if (failed_checks() == before) return "skip";
  } catch (const std::exception& error) {
    report_failure(test.name, 0, std::string("unexpected exception: ") + error.what());
  }
  return failed_checks() == before ? "ok  " : "FAIL";
}

inline int run_registered_tests(bool on_cuda) {
  int passed = 0, failed = 0, skipped = 0;
  for (const RegisteredTest& test : registered_tests()) {
    if (test.on_cuda != on_cuda) continue;
    const char* outcome = run_test(test);
    std::printf("%s %s\n", outcome, test.name);
    ++(*outcome == 'o' ? passed : *outcome == 's' ? skipped : failed);
  }
  std::printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
  if (failed > 0) return 1;
  return skipped > 0 ? kSkipped : passed > 0 ? 0 : 1;
}

}  // namespace reflectionflow::kernels

#define REGISTER_TEST(name, on_cuda)                                                           \
  static void test_##name();                                                                   \
  static const ::reflectionflow::kernels::Registration registration_##name(#name, test_##name, \
                                                                           on_cuda);           \
  static void test_##name()

#define TEST(name) REGISTER_TEST(name, false)
#define CUDA_TEST(name) REGISTER_TEST(name, true)

#define CHECK(condition) CHECK_THAT(condition, "")

// The second argument is streamed behind the condition's text:
// CHECK_THAT(a == b, a << " and " << b).
#define CHECK_THAT(condition, details)                                            \
  do {                                                                            \
    if (!(condition)) {                                                           \
      std::ostringstream text_;                                                   \
      text_ << #condition << "  " << details;                                     \
      ::reflectionflow::kernels::report_failure(__FILE__, __LINE__, text_.str()); \
    }                                                                             \
  } while (false)

#define CHECK_THROWS(exception, expression, text)     \
  ::reflectionflow::kernels::check_throws<exception>( \
      __FILE__, __LINE__, [&] { expression; }, text)

// What kernels throw where a precondition does not hold.
#define CHECK_REFUSED(expression, text) CHECK_THROWS(std::invalid_argument, expression, text)

int main(int count, char** arguments) {
  const bool on_cuda = count > 1 && std::strcmp(arguments[1], "cuda") == 0;
  return ::reflectionflow::kernels::run_registered_tests(on_cuda);
}
