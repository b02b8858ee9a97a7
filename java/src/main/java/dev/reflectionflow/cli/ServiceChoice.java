package dev.reflectionflow.cli;

import dev.reflectionflow.feedback.ImageDetail;
import dev.reflectionflow.feedback.PromptText;
import dev.reflectionflow.feedback.ServiceSettings;
import dev.reflectionflow.feedback.ServiceSettingsBuilder;
import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * How one role's service was described; null for what was not said.
 *
 * @param role as its options begin, such as {@code "verifier"}
 * @param asking how it is asked, which is no description by itself
 */
record ServiceChoice(
        String role,
        String url,
        String model,
        ImageDetail detail,
        Double temperature,
        Long seed,
        Path promptFile,
        AskingOptions asking) {

    /** Whether anything was said at all. */
    boolean isGiven() {
        return url != null
                || model != null
                || detail != null
                || temperature != null
                || seed != null
                || promptFile != null;
    }

    /** The same at another role's address where this one has none, with its model where that is so, and its way to ask. */
    ServiceChoice or(ServiceChoice other) {
        String address = url == null ? other.url : url;
        boolean same = address != null && address.equals(other.url);
        return new ServiceChoice(
                role,
                address,
                model == null && same ? other.model : model,
                detail,
                temperature,
                seed,
                promptFile,
                other.asking);
    }

    /** The settings, where address and model are known. */
    ServiceSettings settings(CommandSpec spec, String name) {
        if (url == null || model == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--" + role + " " + name + " needs --" + role + "-url URL and --" + role + "-model NAME");
        }
        ServiceSettingsBuilder settings = ServiceSettings.builder(url, model);
        if (detail != null) {
            settings.detail(detail);
        }
        if (temperature != null) {
            settings.temperature(temperature);
        }
        if (seed != null) {
            settings.seed(seed);
        }
        asking.applyTo(settings);
        return settings.build();
    }

    /** The user's own words, or ours. */
    PromptText words(Supplier<PromptText> ours) {
        return promptFile == null ? ours.get() : PromptText.read(promptFile);
    }

    /** Refuses what only a service could use. */
    void refuse(CommandSpec spec, String name) {
        if (isGiven()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--" + role + "-url, -model and the like go with a service, not with --" + role + " " + name);
        }
    }
}
