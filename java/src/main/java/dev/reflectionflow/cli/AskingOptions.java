package dev.reflectionflow.cli;

import dev.reflectionflow.feedback.ImageEncoding;
import dev.reflectionflow.feedback.ServiceSettingsBuilder;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How services are asked, whatever their role. */
final class AskingOptions {
    @Option(names = "--jpeg", description = "Send pictures to services as JPEG, a tenth of the bytes, instead of PNG.")
    boolean jpeg;

    @Option(
            names = "--service-concurrency",
            paramLabel = "N",
            description = "Requests to one role's service at once. Default: 4.")
    Integer concurrency;

    @Option(
            names = "--service-attempts",
            paramLabel = "N",
            description = "Attempts at one question, with growing pauses between them. Default: 5.")
    Integer attempts;

    @Option(
            names = "--service-deadline",
            paramLabel = "SECONDS",
            description = "Longest that one question may take with all its attempts. Default: 180.")
    Integer deadline;

    void applyTo(ServiceSettingsBuilder settings) {
        settings.encoding(jpeg ? ImageEncoding.JPEG : ImageEncoding.PNG);
        if (concurrency != null) {
            settings.concurrency(concurrency);
        }
        if (attempts != null) {
            settings.attempts(attempts);
        }
        if (deadline != null) {
            settings.deadline(Duration.ofSeconds(deadline));
        }
    }
}
