package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpTest {
    private static Cli run(String... args) {
        return Cli.run(new DrawnByRule().opener(), args);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "generate",
                "search",
                "score",
                "filter",
                "report",
                "genref",
                "scenes",
                "bench",
                "doctor",
                "inspect",
                "completion"
            })
    void helpShowsThreeExamplesThenOptionsThenExitCodes(String command) {
        Cli help = run(command, "--help");
        assertThat(help.exitCode()).isZero();
        String[] parts = help.out().split("Examples:|Exit codes:|Environment:");
        assertThat(parts).hasSize(4);
        String examples = parts[1].substring(0, parts[1].indexOf("--help"));
        assertThat(examples.split("reflectionflow " + command, -1)).hasSize(4);
        assertThat(parts[2]).contains("0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "130 ");
        assertThat(parts[3]).contains("HF_HOME", "OPENAI_API_KEY");
        assertThat(run("help", command).out()).isEqualTo(help.out());
    }

    @Test
    void aCommandOfACommandHelpsTheSameWay() {
        Cli help = run("genref", "export", "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out().split("reflectionflow genref export out", -1)).hasSize(4);
        assertThat(help.out()).contains("Exit codes:", "Environment:");
    }

    @Test
    void theTopNamesEveryCommand() {
        assertThat(run("--help").out())
                .contains(
                        "generate",
                        "search",
                        "score",
                        "filter",
                        "report",
                        "genref",
                        "scenes",
                        "bench",
                        "doctor",
                        "inspect",
                        "completion")
                .contains("Examples:", "Exit codes:");
        assertThat(run("--version").out()).startsWith("reflectionflow ");
    }

    @Test
    void everyOptionSaysItsDefaultOrIsASwitch() {
        CommandLine line = Main.commandLine(new DrawnByRule().opener());
        for (String command : List.of("generate", "search", "score", "filter", "report", "bench")) {
            for (CommandLine.Model.OptionSpec option :
                    line.getSubcommands().get(command).getCommandSpec().options()) {
                String text = String.join(" ", option.description());
                boolean optional = option.arity().max() == 0
                        || option.required()
                        || List.of(
                                        "--lora",
                                        "--noise-step",
                                        "--components",
                                        "--prompts",
                                        "--config",
                                        "--imgpath",
                                        "--save-tensors",
                                        "--condition-image",
                                        "--condition",
                                        "--random-weights",
                                        "--condition-size")
                                .contains(option.names()[0]);
                assertThat(optional || text.contains("Default: "))
                        .as(option.longestName())
                        .isTrue();
            }
        }
    }

    /** picocli formats each line of a description; one that is no format costs the user a warning. */
    @Test
    void percentSignsInDescriptionsAreEscaped() {
        check(Main.commandLine(new DrawnByRule().opener()));
    }

    private static void check(CommandLine command) {
        for (String line : command.getCommandSpec().usageMessage().description()) {
            assertThatCode(() -> String.format(line)).as(line).doesNotThrowAnyException();
        }
        command.getSubcommands().values().forEach(HelpTest::check);
    }

    @Test
    void theCompletionScriptKnowsEveryOption() {
        String script = run("completion").out();
        CommandLine line = Main.commandLine(new DrawnByRule().opener());
        line.getSubcommands().forEach((name, command) -> {
            assertThat(script).contains(name);
            command.getCommandSpec()
                    .options()
                    .forEach(option -> assertThat(script).contains(option.names()));
        });
        assertThat(script).startsWith("#!/usr/bin/env bash").contains("\"bf16\"", "\"openai\"");
    }

    /** What options are read as; it refers to nothing. */
    private static final Pattern VALUES =
            Pattern.compile(" dev\\.reflectionflow\\.engine\\.(Device|Offload|PerformanceMode) ");

    /** Help must answer at once, so it may not pull in native code, tokenizers or a JSON library. */
    @ParameterizedTest
    @ValueSource(
            strings = {"--help", "generate --help", "search --help", "bench --help", "generate --bogus", "completion"})
    void helpLoadsNothingHeavy(String args) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("dev.reflectionflow.cli.Main ");
        assertThat(output.lines()
                        .filter(line -> line.contains("[class,load]"))
                        .filter(line -> !VALUES.matcher(line).find()))
                .noneMatch(line -> line.contains(" org.bytedeco.")
                        || line.contains(" dev.reflectionflow.engine.")
                        || line.contains(" ai.djl.")
                        || line.contains(" com.fasterxml.jackson."));
    }
}
