// How kernel benches time: every contender once a round, in turn, so that all see the same machine.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace reflectionflow::bench {

struct Contender {
  std::string name;
  double work;  // operations or bytes of one call
  std::function<void()> call;
  std::vector<double> seconds = {};

  // The fraction-th of the sorted times: 0 is the best, 0.5 the median.
  double quantile(double fraction) const {
    std::vector<double> sorted = seconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<size_t>(fraction * static_cast<double>(sorted.size() - 1) + 0.5)];
  }
};

// One round to warm up, then `rounds` that count; before_each is not timed.
inline void measure(
    std::vector<Contender>& contenders, int rounds,
    const std::function<void()>& before_each = [] {}) {
  using Clock = std::chrono::steady_clock;
  for (int round = -1; round < rounds; ++round) {
    for (Contender& contender : contenders) {
      before_each();
      const auto start = Clock::now();
      contender.call();
      const std::chrono::duration<double> elapsed = Clock::now() - start;
      if (round >= 0) contender.seconds.push_back(elapsed.count());
    }
  }
}

// Rates are of the median and the best run, in 1e9 per second; shares are of the last contender's
// median.
inline void print(const std::vector<Contender>& contenders, const char* unit) {
  const Contender& peak = contenders.back();
  const double peak_rate = peak.work / peak.quantile(0.5);
  for (const Contender& c : contenders) {
    const double rate = c.work / c.quantile(0.5);
    std::printf("  %-24s median %8.2f ms  p10 %8.2f  p90 %8.2f", c.name.c_str(),
                1e3 * c.quantile(0.5), 1e3 * c.quantile(0.1), 1e3 * c.quantile(0.9));
    std::printf("  %7.1f %s (best %.1f)  %3.0f %% of %s\n", rate / 1e9, unit,
                c.work / c.quantile(0) / 1e9, 100 * rate / peak_rate, peak.name.c_str());
  }
}

}  // namespace reflectionflow::bench
