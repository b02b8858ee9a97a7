package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.GradMode;

/**
 * Until it is closed, what this thread computes is not recorded for gradients. Unlike the preset's own guard it is closed at
 * once, also where no pointer scope is open.
 */
public final class NoGradients implements AutoCloseable {
    private final boolean before = GradMode.is_enabled();

    public NoGradients() {
        GradMode.set_enabled(false);
    }

    @Override
    public void close() {
        GradMode.set_enabled(before);
    }
}
