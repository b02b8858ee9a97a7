// Runs agents (warps, copy engines, tensor cores) whose steps wait for each other, in a random
// order that differs from seed to seed; and the barriers that they wait at.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

namespace reflectionflow::kernels {

// A program whose control flow does not depend on data: its steps are recorded first, then run.
struct Agent {
  struct Step {
    std::function<bool()> ready;
    std::function<void()> run;
  };
  std::vector<Step> steps;
  size_t at = 0;

  void then(std::function<void()> run) {
    steps.push_back({[] { return true; }, std::move(run)});
  }
  void then_when(std::function<bool()> ready, std::function<void()> run) {
    steps.push_back({std::move(ready), std::move(run)});
  }
  void until(std::function<bool()> ready) {
    then_when(std::move(ready), [] {});
  }
  bool finished() const { return at == steps.size(); }
  bool ready() const { return !finished() && steps[at].ready(); }
  void step() { steps[at++].run(); }
};

class Simulation {
 public:
  explicit Simulation(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {}

  // Steps until all have finished; each has at least one step. The agent that moves is the first
  // ready one in an order that changes now and then: some lag far behind, as warps and copies do on
  // a card.
  void run(std::vector<Agent*> agents) {
    while (!agents.empty()) {
      if (random(16) == 0) {
        for (size_t i = agents.size(); i > 1; --i) std::swap(agents[i - 1], agents[random(i)]);
      }
      const auto next = std::find_if(agents.begin(), agents.end(),
                                     [](const Agent* agent) { return agent->ready(); });
      if (next == agents.end()) throw std::logic_error("deadlock");
      (*next)->step();
      if ((*next)->finished()) agents.erase(next);
    }
  }

 private:
  uint64_t random(uint64_t below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % below;
  }
  uint64_t state_;
};

// mbarrier: a phase ends when all arrivals have come and no announced byte is missing.
class ModelBarrier {
 public:
  explicit ModelBarrier(int arrivals = 0) : arrivals_(arrivals), missing_(arrivals) {}

  void arrive(int64_t announced_bytes = 0) {
    if (missing_ == 0) throw std::logic_error("more arrivals than the barrier counts");
    bytes_ += announced_bytes;
    --missing_;
    end_phase();
  }
  void bytes_came(int64_t bytes) {
    bytes_ -= bytes;
    end_phase();
  }
  // Whether the phase of that parity has ended: "test_wait.parity".
  bool ended(uint32_t parity) const { return (phase_ & 1) != parity; }

 private:
  void end_phase() {
    if (missing_ > 0 || bytes_ != 0) return;
    ++phase_;
    missing_ = arrivals_;
  }
  int arrivals_, missing_;
  int64_t bytes_ = 0;
  uint32_t phase_ = 0;
};

// bar.sync and bar.arrive, counted in warps.
class ModelNamedBarrier {
 public:
  explicit ModelNamedBarrier(int warps) : warps_(warps) {}

  int arrive() {
    const int round = round_;
    if (++arrived_ == warps_) {
      ++round_;
      arrived_ = 0;
    }
    return round;
  }
  bool passed(int round) const { return round_ > round; }
  bool untouched() const { return arrived_ == 0; }

 private:
  int warps_, arrived_ = 0, round_ = 0;
};

}  // namespace reflectionflow::kernels
