// The threads of a block as fibers on the CPU: each runs until it waits for others, warp after warp
// in an order that a test varies. A missing barrier then changes the result.
#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <stdexcept>
#include <vector>

namespace emulation {

// An asynchronous copy of 16 bytes to shared memory that is on its way.
struct Copy {
  uint32_t to;
  const void* from;  // or null for zeros
  int group;
};

struct Fiber {
  ucontext_t start;
  jmp_buf context;
  std::vector<char> stack = std::vector<char>(1 << 16);
  bool started = false, done = false;
  std::vector<Copy> copies;
  int groups = 0;  // of copies, committed so far
};

constexpr unsigned kLanes = 32;

// Where the threads of a block or a warp wait for the last of them.
struct Meeting {
  unsigned arrived = 0;
  int64_t held = 0;  // meetings that are over
};

struct Warp {
  Meeting meeting;
  const void* operation = nullptr;  // what its lanes meet for,
  void* operands[kLanes];           // and what they bring
};

// Of the block.
inline std::vector<Fiber> fibers;
inline std::vector<Warp> warps;
inline Meeting barrier;
inline unsigned threads_done;
inline unsigned current;
inline jmp_buf scheduler;
inline std::function<void()> body;
inline std::exception_ptr fault;
inline bool backwards = false;  // which order threads run in
inline int64_t steps;           // grows while the block gets on

// No swapcontext, whose system calls would take most of a test's time.
__attribute__((noinline)) inline void leave() {
  if (_setjmp(fibers[current].context) == 0) _longjmp(scheduler, 1);
}

inline void run_fiber() {
  try {
    body();
  } catch (...) {
    fault = std::current_exception();
  }
  fibers[current].done = true;
  ++threads_done;
  ++steps;
  _longjmp(scheduler, 1);
}

__attribute__((noinline)) inline void enter(Fiber& fiber) {
  if (_setjmp(scheduler) != 0) return;
  if (fiber.started) _longjmp(fiber.context, 1);
  fiber.started = true;
  setcontext(&fiber.start);
}

// Lets others run until `ready`.
template <typename Ready>
void wait_until(const Ready& ready) {
  ++steps;
  while (!ready()) leave();
  ++steps;
}

inline void start_fibers(unsigned threads) {
  if (fibers.size() != threads) fibers = std::vector<Fiber>(threads);
  warps.assign((threads + kLanes - 1) / kLanes, {});
  barrier = {};
  threads_done = 0;
  for (Fiber& fiber : fibers) {
    fiber.started = fiber.done = false;
    fiber.copies.clear();
    fiber.groups = 0;
    getcontext(&fiber.start);
    fiber.start.uc_stack.ss_sp = fiber.stack.data();
    fiber.start.uc_stack.ss_size = fiber.stack.size();
    makecontext(&fiber.start, run_fiber, 0);
  }
}

// Dynamic shared memory, NaN until something is written, and as many bytes behind it as it is
// aligned to, which nobody may write.
constexpr size_t kSharedAlignment = 1024;
inline std::vector<unsigned char> shared_bytes;
inline size_t shared_size = 0;

inline unsigned char* shared() {
  const auto start = reinterpret_cast<uintptr_t>(shared_bytes.data());
  return shared_bytes.data() + (kSharedAlignment - start % kSharedAlignment);
}

inline void make_shared(size_t bytes) {
  shared_size = bytes;
  shared_bytes.assign(bytes + 2 * kSharedAlignment, 0xff);
}

inline void check_behind_shared() {
  const unsigned char* const behind = shared() + shared_size;
  const unsigned char* const end = shared_bytes.data() + shared_bytes.size();
  if (std::any_of(behind, end, [](unsigned char byte) { return byte != 0xff; }))
    throw std::runtime_error("a block wrote behind its shared memory");
}

// Lets every thread of a warp run, in turn, until all of them wait for other warps: nothing but a
// barrier keeps it from running far ahead.
inline void run_warp(unsigned first, unsigned threads) {
  for (int64_t before = -1; before != steps;) {
    before = steps;
    for (unsigned turn = 0; turn < threads; ++turn) {
      current = first + (backwards ? threads - 1 - turn : turn);
      if (!fibers[current].done) enter(fibers[current]);
      if (fault) std::rethrow_exception(fault);
    }
  }
}

inline void run_block(unsigned threads) {
  fault = nullptr;
  start_fibers(threads);
  const auto count = static_cast<unsigned>(warps.size());
  while (threads_done < threads) {
    const int64_t before = steps;
    for (unsigned turn = 0; turn < count; ++turn) {
      const unsigned first = (backwards ? count - 1 - turn : turn) * kLanes;
      run_warp(first, std::min(kLanes, threads - first));
    }
    if (steps == before) throw std::runtime_error("the threads of a block wait for each other");
  }
  check_behind_shared();
}

// What the lanes of a warp do together: each brings its operands, and the last to come calls
// operation(operands of all lanes) for all of them.
template <typename Operands, typename Operation>
void collective(Operands& mine, const Operation& operation) {
  static const char kOperation = 0;
  Warp& warp = warps[current / kLanes];
  if (warp.meeting.arrived > 0 && warp.operation != &kOperation)
    throw std::runtime_error("the lanes of a warp meet in different instructions");
  warp.operation = &kOperation;
  warp.operands[current % kLanes] = &mine;
  const int64_t turn = warp.meeting.held;
  if (++warp.meeting.arrived < kLanes) return wait_until([&] { return warp.meeting.held > turn; });
  Operands* all[kLanes];
  for (unsigned lane = 0; lane < kLanes; ++lane)
    all[lane] = static_cast<Operands*>(warp.operands[lane]);
  operation(all);
  warp.meeting = {0, turn + 1};
  ++steps;
}

// Threads that have ended are not waited for.
inline void wait_for_block() {
  const int64_t turn = barrier.held;
  ++barrier.arrived;
  wait_until([&] {
    if (barrier.held == turn && barrier.arrived + threads_done == fibers.size())
      barrier = {0, turn + 1};
    return barrier.held > turn;
  });
}

}  // namespace emulation
