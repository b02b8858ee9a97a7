package dev.reflectionflow.cli;

import dev.reflectionflow.train.StepReport;
import dev.reflectionflow.train.TrainingListener;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Follows a run of training: a bar where stderr is a terminal, else a line now and then. */
final class TrainProgress implements TrainingListener, AutoCloseable {
    private static final long NANOS_BETWEEN_LINES = 30_000_000_000L;

    private final Console console;
    private final Interrupts interrupts;
    private ProgressBar bar;
    private long end;
    private long lastLine = System.nanoTime();

    TrainProgress(Console console, Interrupts interrupts) {
        this.console = console;
        this.interrupts = interrupts;
    }

    @Override
    public void started(long done, long steps) {
        end = steps;
        if (console.isLive()) {
            bar = new ProgressBarBuilder()
                    .setTaskName("step")
                    .setInitialMax(steps)
                    .startsFrom(done, Duration.ZERO)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(500)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, console.width()))
                    .build();
        }
    }

    @Override
    public void stepDone(StepReport report) {
        if (bar != null) {
            bar.setExtraMessage(numbers(report));
            bar.stepTo(report.step());
        } else if (System.nanoTime() - lastLine > NANOS_BETWEEN_LINES) {
            lastLine = System.nanoTime();
            console.note("step " + report.step() + (end < 0 ? "" : "/" + end) + ": " + numbers(report));
        }
    }

    private static String numbers(StepReport report) {
        return String.format(
                Locale.ROOT,
                "loss %.4f, gradient norm %.3g, %.1f images/s",
                report.smoothLoss(),
                report.gradientNorm(),
                report.samplesPerSecond());
    }

    @Override
    public void note(String line) {
        console.note(line);
    }

    @Override
    public boolean isCancelled() {
        return interrupts.isAsked();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
