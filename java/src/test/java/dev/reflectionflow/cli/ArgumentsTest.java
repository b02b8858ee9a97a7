package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {
    private final LoraArgument.Converter lora = new LoraArgument.Converter();

    @Test
    void aLoraMayCarryAScale(@TempDir Path folder) throws Exception {
        assertThat(lora.convert("a.safetensors")).isEqualTo(new LoraArgument(Path.of("a.safetensors"), 1));
        assertThat(lora.convert("a.safetensors:-0.5")).isEqualTo(new LoraArgument(Path.of("a.safetensors"), -0.5));
        Path odd = Files.createFile(folder.resolve("a:2"));
        assertThat(lora.convert(odd.toString())).isEqualTo(new LoraArgument(odd, 1));
        assertThatThrownBy(() -> lora.convert("a:NaN")).hasMessageContaining("'NaN' is not a scale");
    }

    @Test
    void linesOfProcAreReadByTheirWholeName() {
        String cpu = "model\t\t: 17\nmodel name\t: Some CPU @ 2: 3 GHz\nflags\t: fpu avx2\n";
        assertThat(Machine.value(cpu, "model name")).contains("Some CPU @ 2: 3 GHz");
        assertThat(Machine.value(cpu, "model")).contains("17");
        assertThat(Machine.value(cpu, "mod")).isEmpty();
    }

    /** Whatever whole characters a prompt is made of, it passes; half of one anywhere in it does not. */
    @Property(tries = 200, seed = "4")
    void promptsAreWholeCharacters(@ForAll @IntRange(min = 1, max = 0x10ffff) int codePoint, @ForAll boolean high) {
        boolean half = codePoint >= 0xd800 && codePoint <= 0xdfff;
        String text = "a" + new String(Character.toChars(half || codePoint == 0xfffd ? 'b' : codePoint)) + "c";
        assertThatCode(() -> PromptCheck.check("prompt", text)).doesNotThrowAnyException();
        String broken = text + (high ? '\ud83d' : '\ude00') + "d";
        assertThatThrownBy(() -> PromptCheck.check("prompt", broken))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("position " + text.length());
    }
}
