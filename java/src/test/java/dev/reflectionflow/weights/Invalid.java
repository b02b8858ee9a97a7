package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Expects an INVALID_FILE of one line and hands out its message. */
final class Invalid {
    private Invalid() {}

    static AbstractStringAssert<?> file(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(EngineException.class);
        assertThat(((EngineException) thrown).code()).isEqualTo(ErrorCode.INVALID_FILE);
        assertThat(thrown.getMessage()).doesNotContain("\n");
        return assertThat(thrown.getMessage());
    }
}
