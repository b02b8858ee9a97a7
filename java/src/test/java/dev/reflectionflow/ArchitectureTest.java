package dev.reflectionflow;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.reflectionflow.scenes.Relation;
import dev.reflectionflow.scenes.SceneColor;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.Shape;
import java.util.Arrays;

/** The arrows of the house: a package sees the root records and only what is named for it here. */
@AnalyzeClasses(packages = "dev.reflectionflow", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.reflectionflow";

    private static final String[] PACKAGES = {
        "engine",
        "engine.internal",
        "engine.plan",
        "weights",
        "text",
        "search",
        "feedback",
        "run",
        "report",
        "scenes",
        "scenes.evaluator",
        "train",
        "train.nn",
        "train.optim",
        "train.data",
        "image",
        "cli"
    };

    @ArchTest
    static final ArchRule rootSeesNoPackage = sees(ROOT);

    @ArchTest
    static final ArchRule imageIsALeaf = sees(ROOT + ".image");

    @ArchTest
    static final ArchRule runIsALeaf = sees(ROOT + ".run");

    @ArchTest
    static final ArchRule textIsALeaf = sees(ROOT + ".text");

    @ArchTest
    static final ArchRule weightsIsALeaf = sees(ROOT + ".weights");

    @ArchTest
    static final ArchRule nativeMappingIsALeaf = sees(ROOT + ".engine.internal");

    @ArchTest
    static final ArchRule engine = sees(ROOT + ".engine", "engine.internal", "weights", "text", "image");

    @ArchTest
    static final ArchRule plansSeeShapesAlone = sees(ROOT + ".engine.plan", "weights");

    @ArchTest
    static final ArchRule feedbackNeverMeetsTheEngine = sees(ROOT + ".feedback", "image", "scenes");

    @ArchTest
    static final ArchRule scenes = sees(ROOT + ".scenes", "image");

    @ArchTest
    static final ArchRule evaluator = sees(ROOT + ".scenes.evaluator", "scenes");

    /** Two judges that shared a mistake would agree on it. */
    @ArchTest
    static final ArchRule evaluatorSharesNothingWithTheSceneVerifierButThePromptsMeaning = noClasses()
            .that()
            .resideInAPackage(ROOT + ".scenes.evaluator")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".scenes")
                    .and(DescribedPredicate.not(
                            belongToAnyOf(ScenePrompt.class, Relation.class, Shape.class, SceneColor.class))));

    @ArchTest
    static final ArchRule search = sees(ROOT + ".search", "feedback", "engine", "run", "image");

    @ArchTest
    static final ArchRule report = sees(ROOT + ".report", "run", "image");

    @ArchTest
    static final ArchRule train =
            sees(ROOT + ".train", "train.nn", "train.optim", "train.data", "weights", "text", "image", "scenes", "run");

    @ArchTest
    static final ArchRule trainingNetworks = sees(ROOT + ".train.nn", "weights");

    @ArchTest
    static final ArchRule optimizers = sees(ROOT + ".train.optim", "train.nn");

    @ArchTest
    static final ArchRule trainingData = sees(ROOT + ".train.data", "weights", "image", "scenes", "run");

    @ArchTest
    static final ArchRule onlyTheNativeMappingAndTrainingSeeJavaCpp = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".engine.internal", ROOT + ".train..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco..");

    @ArchTest
    static final ArchRule onlyTrainingSeesTheTorchPreset = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".train..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco.pytorch..");

    /** A rule for a package that does not exist yet holds. */
    private static ArchRule sees(String owner, String... allowed) {
        String[] forbidden = Arrays.stream(PACKAGES)
                .filter(name -> !Arrays.asList(allowed).contains(name))
                .map(name -> ROOT + "." + name)
                .filter(name -> !name.equals(owner))
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(owner)
                .should()
                .dependOnClassesThat(resideInAnyPackage(forbidden))
                .allowEmptyShould(true);
    }
}
