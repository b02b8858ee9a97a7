package dev.reflectionflow.cli;

import dev.reflectionflow.feedback.Verifier;
import dev.reflectionflow.search.DrawingSettings;
import dev.reflectionflow.search.FlowConfig;
import dev.reflectionflow.search.FlowConfigBuilder;
import dev.reflectionflow.search.Roles;
import dev.reflectionflow.search.SearchPrompt;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Options of {@code search}; {@link SearchRun} does the work. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        showEndOfOptionsDelimiterInUsageHelp = false,
        description = {
            "Draws many candidates, has each judged, says what to change, draws again, and prints the best image's path.",
            "Stopped at any moment, the same command goes on where it was.",
            "",
            "Examples:",
            "  reflectionflow search \"a photo of a red circle left of a blue square\"",
            "  reflectionflow search \"three green stars\" --rounds 8 --branches 2 --reflector scene --stop-satisfied",
            "  reflectionflow search --prompts geneval.jsonl -o out/geneval -m black-forest-labs/FLUX.1-dev \\",
            "      --corrector pytorch_lora_weights.safetensors --condition-size 512 --reflector openai \\",
            "      --verifier openai --verifier-url http://localhost:8000/v1 --verifier-model NAME",
            ""
        })
final class SearchCommand implements Callable<Integer> {
    private final EngineOpener opener;

    @Spec
    CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "What the image should show.")
    String prompt;

    @ArgGroup(validate = false, heading = "%nPrompts and results:%n")
    RunOptions run = new RunOptions();

    @ArgGroup(validate = false, heading = "%nSearch:%n")
    StrategyOptions strategy = new StrategyOptions();

    @ArgGroup(validate = false, heading = "%nStopping early:%n")
    StopOptions stop = new StopOptions();

    @ArgGroup(validate = false, heading = "%nLimits of each prompt:%n")
    LimitOptions limits = new LimitOptions();

    @ArgGroup(validate = false, heading = "%nVerifier:%n")
    VerifierOptions verifier = new VerifierOptions();

    @ArgGroup(validate = false, heading = "%nReflector:%n")
    ReflectorOptions reflector = new ReflectorOptions();

    @ArgGroup(validate = false, heading = "%nRefiner:%n")
    RefinerOptions refiner = new RefinerOptions();

    @ArgGroup(validate = false, heading = "%nServices:%n")
    AskingOptions asking = new AskingOptions();

    @Mixin
    CorrectorOptions corrector = new CorrectorOptions();

    @Mixin
    DrawingOptions drawing = new DrawingOptions();

    @Mixin
    ModelOptions model = new ModelOptions();

    @Option(names = "--config-help", description = "What becomes of the keys of the released configuration files.")
    boolean configHelp;

    SearchCommand(EngineOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() {
        Console console = Console.of(spec.commandLine());
        if (configHelp) {
            ReleasedKeys.table().forEach(console::result);
            return 0;
        }
        if (run.config != null) {
            ConfigFile.read(run.config).applyTo(spec).forEach(console::note);
        }
        List<SearchPrompt> prompts = run.prompts(spec, prompt);
        prompts.forEach(one -> PromptCheck.check("prompt", one.text()));
        LoraArgument lora = lora();
        EngineSettings settings = model.settings(spec, lora);
        FlowConfig config = config(prompts, lora);
        Roles roles = roles(console);
        return new SearchRun(console, settings, config, run.format).run(opener, prompts, run.directory(prompt), roles);
    }

    private LoraArgument lora() {
        return reflector.name == ReflectorOptions.Name.NONE
                ? corrector.values.lora
                : corrector.required(spec, model, "--reflector " + reflector.name);
    }

    private FlowConfig config(List<SearchPrompt> prompts, LoraArgument lora) {
        int given = prompts.stream().mapToInt(one -> one.start().size()).max().orElse(0);
        FlowConfigBuilder config = FlowConfig.builder()
                .drawing(new DrawingSettings(
                        drawing.values.width,
                        drawing.values.height,
                        drawing.values.steps,
                        drawing.values.guidance,
                        drawing.values.maxSequenceLength))
                .corrector(corrector.settings(lora))
                .text(corrector.values.text)
                .limits(limits.limits());
        strategy.apply(spec, config, given);
        stop.apply(spec, config);
        return config.build();
    }

    private Roles roles(Console console) {
        if (strategy.isReleased()) {
            verifier.rankAsReleased();
        }
        Verifier judge = verifier.create(spec, console, asking);
        ServiceChoice service = verifier.service(asking);
        return new Roles(judge, reflector.create(spec, console, service), refiner.create(spec, console, service));
    }
}
