package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EngineThreadTest {
    private final EngineThread thread = new EngineThread();
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void end() {
        gate.countDown();
        thread.close(() -> {});
    }

    /** Work that holds the thread until the gate opens. */
    private CompletableFuture<Boolean> blocker() {
        return thread.submit(cancelled -> {
            await(gate);
            return cancelled.getAsBoolean();
        });
    }

    @Test
    void workRunsInOrderOnOneThread() {
        List<CompletableFuture<String>> futures = new ArrayList<>();
        AtomicInteger count = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            futures.add(thread.submit(cancelled -> Thread.currentThread().getName() + " " + count.getAndIncrement()));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(thread.await(futures.get(i))).isEqualTo("reflectionflow-engine " + i);
        }
    }

    @Test
    void manyWhoCloseAtOnceFindOneEnd() throws Exception {
        CompletableFuture<Boolean> queued = blocker();
        AtomicInteger ends = new AtomicInteger();
        List<Thread> closers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread closer = new Thread(() -> {
                thread.close(ends::incrementAndGet);
                ends.addAndGet(100);
            });
            closer.start();
            closers.add(closer);
        }
        assertThat(ends).hasValue(0);
        gate.countDown();
        for (Thread closer : closers) {
            closer.join();
        }
        assertThat(ends).hasValue(801);
        assertThat(queued).isCompletedWithValue(false);
        assertThatThrownBy(() -> thread.submit(cancelled -> 1)).hasMessage("the engine is closed");
    }

    @Test
    void whatWasCancelledInTheQueueNeverStarts() {
        CompletableFuture<Boolean> running = blocker();
        AtomicInteger started = new AtomicInteger();
        CompletableFuture<Integer> waiting = thread.submit(cancelled -> started.incrementAndGet());
        assertThat(waiting.cancel(true)).isTrue();
        gate.countDown();
        assertThat(thread.await(running)).isFalse();
        thread.close(() -> {});
        assertThat(started).hasValue(0);
        assertCancelled(waiting);
    }

    @Test
    void anInterruptCancelsTheWork() throws Exception {
        CompletableFuture<Boolean> running = blocker();
        Thread.currentThread().interrupt();
        assertCancelled(running);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(running).isCancelled();
    }

    @Test
    void theEnginesThreadCannotWaitForItself() {
        CompletableFuture<Integer> inner = thread.submit(cancelled -> thread.await(thread.submit(alsoCancelled -> 1)));
        assertThatThrownBy(() -> thread.await(inner))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("wait");
        CompletableFuture<Integer> closing = thread.submit(cancelled -> {
            thread.close(() -> {});
            return 1;
        });
        assertThatThrownBy(() -> thread.await(closing)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void failuresArriveAsTheyWere() {
        RuntimeException mine = new IllegalArgumentException("mine");
        assertThatThrownBy(() -> thread.await(thread.submit(cancelled -> fail(mine))))
                .isSameAs(mine);
        Error error = new AssertionError("error");
        assertThatThrownBy(() -> thread.await(thread.submit(cancelled -> fail(error))))
                .isSameAs(error);
        assertThatThrownBy(() -> thread.await(thread.submit(cancelled -> fail(new OutOfMemoryError("heap")))))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
    }

    private static int fail(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    private void assertCancelled(CompletableFuture<?> future) {
        EngineException e = catchThrowableOfType(EngineException.class, () -> thread.await(future));
        assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
