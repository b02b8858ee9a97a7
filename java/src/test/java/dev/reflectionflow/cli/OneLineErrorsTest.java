package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes wrong is one line on stderr, nothing on stdout, and an exit code that says what kind it was. */
class OneLineErrorsTest {
    @TempDir
    static Path folder;

    private static Arguments bad(int exitCode, String cause, String... args) {
        return Arguments.of(exitCode, cause, args);
    }

    static Stream<Arguments> badInput() throws Exception {
        String out = folder.resolve("a.png").toString();
        Path text = Files.writeString(folder.resolve("notes.txt"), "no picture\n");
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), "{\"tag\": 1}\n");
        Path nul = Files.writeString(folder.resolve("nul.txt"), "a\0b\n");
        Path cut = Files.write(folder.resolve("cut.safetensors"), new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{'});
        return Stream.of(
                bad(2, "Missing command"),
                bad(2, "did you mean generate", "generat", "x"),
                bad(2, "did you mean --steps", "generate", "x", "--stpes", "3"),
                bad(2, "PROMPT", "generate"),
                bad(2, "'abc' is not an int", "generate", "x", "-s", "abc"),
                bad(2, "fp16", "generate", "x", "--dtype", "fp16"),
                bad(2, "device 'gpu' is not cpu, cuda or cuda:N", "generate", "x", "--device", "gpu"),
                bad(2, "'--offload'", "generate", "x", "--offload", "text,all"),
                bad(2, "'--performance-mode'", "generate", "x", "--performance-mode", "int4"),
                bad(2, "--cache-threshold 2.0 is not from 0 to 1", "generate", "x", "--cache-threshold", "2"),
                bad(2, "fp8 goes with", "doctor", "--plan", "--performance-mode", "fp8", "--dtype", "fp32"),
                bad(2, "int8 goes with", "doctor", "--plan", "--performance-mode", "int8", "--dtype", "fp32"),
                bad(2, "--count 0", "generate", "x", "-n", "0"),
                bad(2, "--batch-size -1", "generate", "x", "--batch-size", "-1"),
                bad(2, "--threads 0", "generate", "x", "--threads", "0"),
                bad(2, "'much' is not a scale", "generate", "x", "--lora", "a.safetensors:much"),
                bad(2, "--condition-image", "generate", "x", "--condition-scale", "2"),
                bad(2, "one image", "generate", "x", "-n", "2", "--save-tensors", "t.safetensors"),
                bad(2, "width 100", "generate", "x", "-W", "100", "-o", out),
                bad(2, "NUL", "generate", "a\0b", "-o", out),
                bad(2, "unpaired surrogate", "generate", "a\ud800b", "-o", out),
                bad(2, "second prompt", "generate", "a", "--prompt-2", "\udc00", "-o", out),
                bad(2, "locale", "generate", "b\ufffdr", "-o", out),
                bad(2, ".png only", "generate", "x", "-o", "x.jpg"),
                bad(3, "no such folder", "generate", "x", "-o", folder + "/no/a.png"),
                bad(3, "no such folder", "generate", "x", "-o", out, "--save-tensors", folder + "/no/t.safetensors"),
                bad(3, "not a PNG", "generate", "x", "-o", out, "--condition-image", text.toString()),
                bad(3, "no such file", "generate", "x", "-o", out, "--condition-image", folder + "/no.png"),
                bad(2, "--runs 0", "bench", "--runs", "0"),
                bad(2, "--warm-up -1", "bench", "--warm-up", "-1"),
                bad(2, "neither a number nor WIDTHxHEIGHT", "bench", "--size", "big"),
                bad(2, "--steps 2 or more", "bench", "--steps-only", "-s", "1"),
                bad(2, "99999x99999 pixels", "bench", "--condition", "99999x99999"),
                bad(2, "multiples of 16", "bench", "--condition", "100x128"),
                bad(2, "--condition 0", "bench", "--condition", "0"),
                bad(2, "without --model", "bench", "--random-weights", "scenes", "-m", "x"),
                bad(2, "Missing PROMPT, --prompts FILE", "search"),
                bad(2, "Both", "search", "x", "--prompts", text.toString()),
                bad(2, "--reflector scene needs --corrector", "search", "x", "--reflector", "scene", "-m", "x"),
                bad(
                        2,
                        "--reflector openai needs --reflector-url URL and --reflector-model NAME",
                        "search",
                        "x",
                        "--reflector",
                        "openai",
                        "--corrector",
                        "c"),
                bad(2, "--refiner openai needs --refiner-url", "search", "x", "--refiner", "openai"),
                bad(2, "not with --refiner none", "search", "x", "--refiner-model", "m"),
                bad(2, "--corrector goes alone", "search", "x", "--corrector", "c", "--lora", "l"),
                bad(2, "'odd' is not scene, openai or yes-no", "search", "x", "--verifier", "odd"),
                bad(2, "'0' is not a weight", "search", "x", "--verifier", "scene:0"),
                bad(2, "--verifier-tags goes with", "search", "x", "--verifier-tags"),
                bad(2, "--verifier-ranking goes with", "search", "x", "--verifier-ranking", "released"),
                bad(2, "go with --noise zero-order", "search", "x", "--neighbours", "2"),
                bad(2, "9 neighbours", "search", "x", "--noise", "zero-order", "--neighbours", "9"),
                bad(2, "--prune-share goes with", "search", "x", "--prune-share", "0.5"),
                bad(2, "a limit of 0 images", "search", "x", "--max-images", "0"),
                bad(2, "condition size 17", "search", "x", "--condition-size", "17"),
                bad(2, "pool does not count", "search", "x", "--rounds", "1", "--pool-uncounted"),
                bad(2, "Both PROMPT and --imgpath", "search", "x", "--imgpath", "."),
                bad(2, "--end-index -2", "search", "--prompts", text.toString(), "--end-index", "-2"),
                bad(
                        3,
                        "instructions cannot be read",
                        "search",
                        "x",
                        "--verifier-prompt-file",
                        folder + "/no",
                        "--verifier",
                        "openai",
                        "--verifier-url",
                        "http://localhost",
                        "--verifier-model",
                        "m"),
                bad(2, "prompt is empty", "search", " "),
                bad(2, "--start-index", "search", "x", "--start-index", "1"),
                bad(2, "candidates", "search", "x", "--rounds", "0"),
                bad(2, "--verifier-url", "search", "x", "--verifier", "openai"),
                bad(2, "--verifier scene", "search", "x", "--verifier-url", "http://localhost"),
                bad(
                        2,
                        "http(s)",
                        "search",
                        "x",
                        "--verifier",
                        "openai",
                        "--verifier-url",
                        "ftp://a",
                        "--verifier-model",
                        "m"),
                bad(2, "no prompt lies", "search", "--prompts", text.toString(), "--start-index", "9"),
                bad(2, "NUL", "search", "--prompts", nul.toString()),
                bad(3, "line 1", "search", "--prompts", rows.toString()),
                bad(3, "no such file", "search", "--prompts", folder + "/no.txt"),
                bad(3, "no such folder or file", "inspect", folder + "/no.png"),
                bad(3, "safetensors", "inspect", text.toString()),
                bad(3, "truncated", "inspect", cut.toString()),
                bad(3, "not a whole diffusers folder", "inspect", folder.toString()),
                bad(3, "no such folder or file", "doctor", "-m", folder + "/no"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("badInput")
    void badInputIsOneLine(int exitCode, String cause, String[] args) {
        Cli run = Cli.run(new DrawnByRule().opener(), args);
        assertThat(run.err()).contains(cause);
        assertThat(run.errLines()).hasSize(1).allMatch(line -> line.startsWith("reflectionflow: "));
        assertThat(run.exitCode()).isEqualTo(exitCode);
        if (args.length == 0 || !args[0].equals("doctor")) {
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void everyKindOfErrorHasItsExitCode() {
        for (ErrorCode code : ErrorCode.values()) {
            Cli run = failing(() -> new EngineException(code, "first\nsecond"));
            assertThat(run.exitCode()).isEqualTo(code.exitCode());
            if (code != ErrorCode.CANCELLED) {
                assertThat(run.errLines()).containsExactly("reflectionflow: first second");
            }
        }
    }

    @Test
    void missingNativeCodeAndMemoryAreTheDevicesFault() {
        Cli link = failing(() -> new CompletionException(new UnsatisfiedLinkError("no jnireflectionflow")));
        assertThat(link.exitCode()).isEqualTo(4);
        assertThat(link.errLines()).singleElement().asString().contains("no jnireflectionflow");
        Cli init = failing(() -> {
            throw new ExceptionInInitializerError(new UnsatisfiedLinkError("libgomp.so.1"));
        });
        assertThat(init.exitCode()).isEqualTo(4);
        assertThat(init.errLines()).singleElement().asString().contains("libgomp.so.1");
        Cli memory = failing(() -> {
            throw new OutOfMemoryError("Java heap space");
        });
        assertThat(memory.exitCode()).isEqualTo(4);
        assertThat(memory.errLines()).singleElement().asString().contains("out of memory");
    }

    @Test
    void aBugShowsItsTraceOnlyWhenAsked() {
        Cli quiet = failing(() -> new IllegalStateException("odd"));
        assertThat(quiet.exitCode()).isEqualTo(1);
        assertThat(quiet.errLines()).singleElement().asString().contains("odd");
        Cli loud = failing(() -> new IllegalStateException("odd"), "--verbose");
        assertThat(loud.exitCode()).isEqualTo(1);
        assertThat(loud.err()).contains("at dev.reflectionflow.cli.");
    }

    private static Cli failing(java.util.function.Supplier<RuntimeException> failure, String... more) {
        String[] args = Stream.concat(
                        Stream.of(
                                "generate",
                                "x",
                                "-o",
                                folder.resolve("never.png").toString()),
                        Stream.of(more))
                .toArray(String[]::new);
        return Cli.run(
                settings -> {
                    throw failure.get();
                },
                args);
    }
}
