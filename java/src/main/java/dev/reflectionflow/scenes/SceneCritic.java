package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.SceneCritique.Flaw;
import dev.reflectionflow.scenes.SceneCritique.Kind;
import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts the difference between a prompt and a scene into commands. */
final class SceneCritic {
    private final ScenePrompt prompt;
    private final Scene scene;
    private final SceneAssignment assignment;
    private final List<Flaw> flaws = new ArrayList<>();

    SceneCritic(ScenePrompt prompt, Scene scene) {
        this.prompt = prompt;
        this.scene = scene;
        assignment = SceneAssignment.of(prompt, scene);
    }

    List<Flaw> flaws() {
        missing();
        changes();
        Map<String, List<SceneObject>> extra = assignment.extra().stream()
                .collect(Collectors.groupingBy(o -> SceneWords.noun(o, 1), LinkedHashMap::new, Collectors.toList()));
        extra.values()
                .forEach(objects -> add(
                        Kind.EXTRA,
                        "Remove " + SceneWords.number(objects.size()) + " "
                                + SceneWords.noun(objects.get(0), objects.size())));
        prompt.relation().ifPresent(this::place);
        return flaws;
    }

    private void missing() {
        int first = 0;
        for (Group group : prompt.groups()) {
            int count = missing(first, group);
            first += group.count();
            if (count > 0) {
                add(
                        Kind.MISSING,
                        "Add " + SceneWords.number(count) + " " + SceneWords.noun(group, count)
                                + placeOfMissing(group, count, first));
            }
        }
    }

    private int missing(int first, Group group) {
        int count = 0;
        for (int i = first; i < first + group.count(); i++) {
            count += assignment.isMissing(i) ? 1 : 0;
        }
        return count;
    }

    /** Where a whole group is missing and the other is there, says where to put it. */
    private String placeOfMissing(Group group, int count, int end) {
        if (prompt.relation().isEmpty() || count < group.count()) {
            return "";
        }
        boolean subject = end == prompt.groups().get(0).count();
        Group other = prompt.groups().get(subject ? 1 : 0);
        Relation relation = prompt.relation().get();
        return missing(subject ? end : 0, other) > 0
                ? ""
                : " " + (subject ? relation : relation.opposite()).place() + " " + SceneWords.the(other);
    }

    /** A wanted kind, and the kind of object that stands for it. */
    private record Change(Optional<SceneColor> color, Optional<Shape> shape, Group wanted) {}

    private void changes() {
        Map<Change, Integer> changes = new LinkedHashMap<>();
        for (int i = 0; i < assignment.wanted().size(); i++) {
            if (!assignment.isMissing(i) && assignment.credit(i) < 1) {
                SceneObject object = assignment.object(i);
                Group wanted = assignment.wanted().get(i);
                changes.merge(new Change(object.color(), object.shape(), wanted), 1, Integer::sum);
            }
        }
        changes.forEach((change, count) -> {
            if (change.shape().equals(Optional.of(change.wanted().shape()))) {
                recolor(change, count);
            } else {
                reshape(change, count);
            }
        });
    }

    private void recolor(Change change, int count) {
        int ofShape = count(Optional.empty(), change.shape());
        boolean all = ofShape == count;
        String color = change.wanted().color().orElseThrow().word();
        Optional<SceneColor> named = all ? Optional.empty() : change.color();
        add(
                Kind.COLOR,
                "Make " + SceneWords.some(count, count(named, change.shape())) + " "
                        + SceneWords.noun(named, change.shape(), count) + " " + color
                        + (all
                                ? change.color()
                                        .map(c -> " instead of " + c.word())
                                        .orElse("")
                                : " instead"));
    }

    private void reshape(Change change, int count) {
        Group wanted = change.wanted();
        boolean recolored = !wanted.color().equals(change.color());
        String noun =
                SceneWords.noun(recolored ? wanted.color() : Optional.empty(), Optional.of(wanted.shape()), count);
        long alike = scene.objects().stream()
                .filter(o -> o.color().equals(change.color()) && o.shape().equals(change.shape()))
                .count();
        add(
                Kind.SHAPE,
                "Turn " + SceneWords.some(count, (int) alike) + " "
                        + SceneWords.noun(change.color(), change.shape(), count) + " into "
                        + (count == 1 ? SceneWords.withArticle(noun) : noun));
    }

    private void place(Relation relation) {
        Group subject = prompt.groups().get(0);
        Group reference = prompt.groups().get(1);
        boolean complete = scene.objects().size() >= prompt.count();
        if (!complete || assignment.degree(relation, subject.count()) >= 1) {
            return;
        }
        boolean alike = subject.color().equals(reference.color()) && subject.shape() == reference.shape();
        String mover = alike
                ? SceneWords.number(subject.count()) + " " + SceneWords.noun(subject, subject.count())
                : SceneWords.the(subject);
        String rest = alike ? "the other " + SceneWords.noun(reference, reference.count()) : SceneWords.the(reference);
        add(Kind.PLACE, "Move " + mover + " " + relation.place() + " " + rest);
    }

    /** How many objects have this shape and, where one is given, this colour. */
    private int count(Optional<SceneColor> color, Optional<Shape> shape) {
        return (int) scene.objects().stream()
                .filter(o ->
                        o.shape().equals(shape) && (color.isEmpty() || o.color().equals(color)))
                .count();
    }

    private void add(Kind kind, String command) {
        flaws.add(new Flaw(kind, command + "."));
    }
}
