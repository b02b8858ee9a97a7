package dev.reflectionflow.cli;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C and SIGTERM: the first asks the work to stop after its step, the second ends the process at once. A shutdown hook
 * could not hear the second, and native work must not go on while the process ends, so this is {@code sun.misc.Signal}: by
 * reflection, because javac's warnings about it cannot be turned off, and where a runtime lacks it the signals just end the
 * process.
 */
final class Interrupts implements AutoCloseable {
    private static final int EXIT_CODE = 130;

    private final AtomicBoolean asked = new AtomicBoolean();
    private final Console console;
    /** What handled the signals before, by their names. */
    private final Map<String, Object> before = new HashMap<>();

    Interrupts(Console console) {
        this.console = console;
        for (String signal : List.of("INT", "TERM")) {
            before.put(signal, handle(signal, null));
        }
    }

    /** Whether the work should stop. */
    boolean isAsked() {
        return asked.get();
    }

    private Object interrupt() {
        if (asked.getAndSet(true)) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
        console.note("stopping after this step; Ctrl-C again ends at once");
        return null;
    }

    /** Installs a handler, ours for null, and returns the one before; null where signals cannot be handled. */
    private Object handle(String name, Object other) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> interrupt());
            return signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), other == null ? ours : other);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    @Override
    public void close() {
        before.forEach((signal, handler) -> {
            if (handler != null) {
                handle(signal, handler);
            }
        });
    }
}
