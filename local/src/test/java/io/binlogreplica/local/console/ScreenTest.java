package io.binlogreplica.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScreenTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void aTerminalHasOneLineThatIsDrawnAgainUntilALineTakesItsPlace() {
        Screen screen = screen(80);
        screen.status("1 %");
        screen.status("2 %");
        screen.line("done");
        screen.line("next");
        assertThat(printed()).isEqualTo("\r1 %\u001b[K\r2 %\u001b[K\r\u001b[Kdone\nnext\n");
    }

    @Test
    void aLineThatIsDrawnAgainIsNeverWiderThanTheTerminal() {
        Screen screen = screen(5);
        screen.status("12345");
        screen.status("1234");
        assertThat(printed()).isEqualTo("\r1234\u001b[K\r1234\u001b[K");
    }

    @Test
    void elsewhereOnlyTheFirstOfManyIsPrinted() {
        Screen screen = screen(0);
        screen.status("1 %");
        screen.status("2 %");
        screen.line("done");
        screen.status("next: 0 %");
        assertThat(printed()).isEqualTo("1 %\ndone\nnext: 0 %\n");
    }

    private Screen screen(int columns) {
        return Screen.of(new PrintStream(bytes, true, StandardCharsets.UTF_8), columns);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
