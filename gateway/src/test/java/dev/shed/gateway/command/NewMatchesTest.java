package dev.shed.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.session.Panes;
import dev.shed.gateway.tmux.SentText;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NewMatchesTest {
    private final FakeRuntime runtime = new FakeRuntime().with("demo");
    private String screen = "";
    private int history;
    private int columns = 80;

    private NewMatches since(String start, String regex, String sent) {
        screen = start;
        runtime.in("demo", _ -> FakeProcess.printing(pane() + screen, "", 0));
        var shed = new Shed(runtime.list().getFirst(), false);
        var output = new Panes(runtime).output(shed, SessionName.parse("work"));
        return new NewMatches(ScreenPattern.parse(regex, "", ""), output, SentText.of(sent));
    }

    private String pane() {
        return "%%1\t7\t/dev/pts/1\t%d\t24\t0\t0\t%d\t0\t0\t0\t0\t60\tbash\tdemo\n".formatted(columns, history);
    }

    private Optional<String> look(NewMatches matches, String now) throws InterruptedException {
        screen = now;
        return matches.find();
    }

    @Test
    void whatWasThereIsNotNew() throws InterruptedException {
        var matches = since("$ make DONE\n", ".*DONE", "");
        assertThat(look(matches, "$ make DONE\n")).isEmpty();
        assertThat(look(matches, "\n\n$ make DONE  \n")).isEmpty();
        assertThat(look(matches, "$ make DONE\nall DONE\n")).contains("all DONE");
    }

    @Test
    void theSameOnceMoreIsNew() throws InterruptedException {
        assertThat(look(since("DONE\n", "DONE", ""), "DONE\nDONE\n")).contains("DONE");
    }

    @Test
    void whatHadGoneAndComesBackIsNew() throws InterruptedException {
        var matches = since("Proceed?\n", "Proceed\\?", "");
        assertThat(look(matches, "working\n")).isEmpty();
        assertThat(look(matches, "Proceed?\n")).contains("Proceed?");
    }

    /// The look that finds out how far the screen has scrolled has not asked for all of it yet.
    @Test
    void whatHasScrolledOffHasNotGone() throws InterruptedException {
        var matches = since("DONE\n$\n", "DONE", "");
        history = 2;
        assertThat(look(matches, "a\nb\n")).isEmpty();
        assertThat(look(matches, "DONE\n$\na\nb\n")).isEmpty();
        assertThat(look(matches, "DONE\n$\na\nDONE\n")).contains("DONE");
    }

    @Test
    void afterAnotherSizeItBeginsAnew() throws InterruptedException {
        var matches = since("$\n", "DONE", "");
        columns = 100;
        assertThat(look(matches, "DONE of old\n$\n")).isEmpty();
        assertThat(look(matches, "DONE of old\n$ DONE\n")).contains("DONE");
    }

    @Test
    void theEchoOfWhatWasSentIsNotNewWhereverItStands() throws InterruptedException {
        var matches = since("> say DONE\n", ".*DONE", "say DONE");
        assertThat(look(matches, "* say DONE\n> \n")).isEmpty();
        assertThat(look(matches, "│ say    │\n│   DONE │\n> \n")).isEmpty();
        assertThat(look(matches, "* say DONE\nit is DONE\n> \n")).contains("it is DONE");
    }

    @Test
    void anAnswerThatRepeatsWhatWasSentIsNew() throws InterruptedException {
        assertThat(look(since("DONE\n", "got .*", "DONE"), "DONE\ngot DONE\n")).contains("got DONE");
    }
}
