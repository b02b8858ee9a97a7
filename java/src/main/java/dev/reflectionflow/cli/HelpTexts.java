package dev.reflectionflow.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What every command's help ends with. */
final class HelpTexts {
    private HelpTexts() {}

    static void addTo(CommandLine line) {
        decorate(line.getCommandSpec().usageMessage());
        line.getSubcommands().values().forEach(command -> {
            if (!(command.getCommand() instanceof CommandLine.HelpCommand)) {
                // The options in full would push the examples off the first screen.
                command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
                addTo(command);
            }
        });
    }

    private static void decorate(UsageMessageSpec usage) {
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.exitCodeList(exitCodes());
        usage.footerHeading("%nEnvironment:%n");
        usage.footer(
                "  HF_HOME, HF_HUB_CACHE   where the Hugging Face cache is, for models named by id",
                "  OPENAI_API_KEY          key for the services that judge and advise",
                "  COLUMNS                 width of the progress line (80)",
                "  TERM=dumb               no progress line; nothing is ever coloured with NO_COLOR set",
                "  REFLECTIONFLOW_VERBOSE  1: as --verbose");
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("  0", "done");
        codes.put("  1", "a bug of ours");
        codes.put("  2", "an option, a prompt or a size is wrong");
        codes.put("  3", "a file, model or configuration is missing, damaged or cannot be written");
        codes.put("  4", "the device or its memory, or the native libraries");
        codes.put("  5", "a service was unusable from the start");
        codes.put("  6", "finished, but some candidates stayed unscored or some advice failed");
        codes.put("130", "interrupted (Ctrl-C: stops after the step; twice: at once)");
        return codes;
    }
}
