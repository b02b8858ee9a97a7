// The test harness of the kernels: TEST registers, CHECK counts and goes on, main runs and sums up.
// Include it in one file of an executable.
#pragma once

#include <cstdio>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace reflectionflow::kernels {

struct RegisteredTest {
  const char* name;
  void (*body)();
};

inline std::vector<RegisteredTest>& registered_tests() {
  static std::vector<RegisteredTest> tests;
  return tests;
}

inline int& failed_checks() {
  static int count = 0;
  return count;
}

struct Registration {
  Registration(const char* name, void (*body)()) { registered_tests().push_back({name, body}); }
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

inline int run_registered_tests() {
  int passed = 0, failed = 0;
  for (const RegisteredTest& test : registered_tests()) {
    const int before = failed_checks();
    try {
      test.body();
    } catch (const std::exception& error) {
      report_failure(test.name, 0, std::string("unexpected exception: ") + error.what());
    }
    const bool ok = failed_checks() == before;
    std::printf("%s %s\n", ok ? "ok  " : "FAIL", test.name);
    ++(ok ? passed : failed);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace reflectionflow::kernels

#define TEST(name)                                                                              \
  static void test_##name();                                                                    \
  static const ::reflectionflow::kernels::Registration registration_##name(#name, test_##name); \
  static void test_##name()

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

int main() { return ::reflectionflow::kernels::run_registered_tests(); }
