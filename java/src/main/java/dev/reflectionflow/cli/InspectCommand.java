package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a file is made of: a picture's recipe, a weights file's tensors, a model's shape. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Says what a file is made of: a picture's recipe, a weights file's tensors, a model's shape.",
            "",
            "Examples:",
            "  reflectionflow inspect image.png",
            "  reflectionflow inspect lora.safetensors",
            "  reflectionflow inspect black-forest-labs/FLUX.1-dev --format json",
            ""
        })
final class InspectCommand implements Callable<Integer> {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A .png, a .safetensors, a model folder or a Hugging Face id.")
    private String file;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "${COMPLETION-CANDIDATES}; of a picture of ours, json is its request. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() {
        Console console = Console.of(spec.commandLine());
        boolean json = format == OutputFormat.JSON;
        Path path = Path.of(file);
        if (!Files.isRegularFile(path)) {
            ModelInspection inspection = ModelInspection.of(file);
            console.result(json ? inspection.json() : inspection.text());
        } else if (isPng(path)) {
            PictureInspection inspection = PictureInspection.of(path);
            inspection.note().ifPresent(console::note);
            console.result(json ? inspection.json() : inspection.text());
        } else {
            TensorsInspection inspection = TensorsInspection.of(path);
            console.result(json ? inspection.json() : inspection.text());
        }
        return 0;
    }

    private static boolean isPng(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(PNG.length), PNG);
        } catch (IOException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, path + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
