package dev.shed.gateway.picker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.container.WindowSize;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.text.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewTest {
    private static final Instant NOW = Instant.parse("2026-01-25T12:00:00Z");

    private static final Item BUILD = session("demo", "build", "detached", 30, 2);
    private static final Item DEBUG = session("demo", "debug", "attached", 120, 1);
    private static final Item STOPPED = new Item(
            ShedName.parse("old"),
            Optional.empty(),
            "stopped",
            false,
            Optional.empty(),
            NOW.minus(Duration.ofDays(3)),
            0);

    private final View view = View.empty().with(List.of(BUILD, DEBUG, STOPPED));

    private static Item session(String shed, String name, String status, int minutes, int windows) {
        var active = NOW.minus(Duration.ofMinutes(minutes / 10));
        return new Item(
                ShedName.parse(shed),
                Optional.of(name),
                status,
                status.startsWith("needs-"),
                Optional.of(active),
                NOW.minus(Duration.ofMinutes(minutes)),
                windows);
    }

    private static WindowSize size(int columns, int rows) {
        return new WindowSize(rows, columns);
    }

    private static View press(View view, String typed) {
        var keyDecoder = new KeyDecoder();
        for (int i = 0; i < typed.length(); i++) {
            var key = keyDecoder.feed(typed.charAt(i));
            if (key.isPresent()) {
                view = view.press(key.get()).view();
            }
        }
        return view;
    }

    private static KeyOutcome.Effect last(View view, String typed) {
        var before = press(view, typed.substring(0, typed.length() - 1));
        return before.press(
                        new KeyDecoder().feed(typed.charAt(typed.length() - 1)).orElseThrow())
                .effect();
    }

    private static String screen(View view, int columns, int rows) {
        return String.join(
                        "\n",
                        Renderer.paint(view, Preview.NONE, size(columns, rows), NOW)
                                .lines()) + "\n";
    }

    @Test
    void aWideScreenShowsEverything() {
        assertThat(screen(view, 80, 9)).isEqualTo("""
                shed: 2 sheds, 2 sessions
                  SHED  SESSION  STATUS    ACTIVE   CREATED  WINDOWS
                > demo  build    detached  3m ago   30m ago  2
                  demo  debug    attached  12m ago  2h ago   1
                  old   -        stopped            3d ago



                Enter attach  n new  / filter  x kill  ? help  q quit
                """);
    }

    @Test
    void aPhonesScreenShowsWhatFits() {
        assertThat(screen(view, 40, 7)).isEqualTo("""
                shed: 2 sheds, 2 sessions
                > demo  build    detached  3m ago
                  demo  debug    attached  12m ago
                  old   -        stopped


                Enter attach  n new  / filter  x kill  …
                """);
    }

    @Test
    void aTinyScreenStillWorks() {
        assertThat(screen(press(view, "jj"), 20, 5)).isEqualTo("""
                shed: 2 sheds, 2 se…
                  demo  build
                  demo  debug
                > old   (stopped)
                Enter attach  n new…
                """);
        assertThat(screen(press(view, "j"), 20, 2)).isEqualTo("""
                > demo  debug
                Enter attach  n new…
                """);
    }

    @ParameterizedTest
    @CsvSource({"running, 0 sessions", "SHED_NOT_READY, its sessions", "paused, its sessions"})
    void stoppingAShedThatDoesNotAnswerEndsNobodyKnowsHowMany(String status, String ended) {
        var shed = new Item(ShedName.parse("demo"), Optional.empty(), status, false, Optional.empty(), NOW, 0);
        assertThat(screen(press(View.empty().with(List.of(shed)), "s"), 80, 9))
                .endsWith("stop demo and end " + ended + "? [y/N]\n");
    }

    @Test
    void aShedThatDoesNotTellAllIsNamedOnAPhone() {
        var slow = new Item(
                ShedName.parse("myproj"),
                Optional.empty(),
                "too slow",
                false,
                Optional.empty(),
                NOW.minus(Duration.ofDays(3)),
                0);
        var unknown = session("myproj", "default", "unknown, detached", 30, 1);
        assertThat(screen(View.empty().with(List.of(slow, unknown)), 40, 12))
                .contains("> myproj  -        too slow\n  myproj  default  unknown, detached\n");
        var longer = session("myproj", "a-longer-name-of-a-session", "unknown, detached", 30, 1);
        assertThat(screen(View.empty().with(List.of(slow, longer)), 40, 12))
                .contains("> myproj  (too slow)\n  myproj  a-longer-name-of-a-session\n");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,1", "20,5", "40,12", "80,24", "200,60", "500,3"})
    void everyScreenIsFilledAndNoLineIsWider(int columns, int rows) {
        var many = View.empty()
                .with(IntStream.range(0, 300)
                        .mapToObj(i -> session("demo" + i, "漢字🚢" + i, "detached", i, i))
                        .toList());
        for (var typed : List.of("", "G", "?", "x", "n", "m", "/de", "GGkkk")) {
            var screen = Renderer.paint(press(many, typed), Preview.NONE, size(columns, rows), NOW);
            assertThat(screen.lines()).hasSize(rows);
            assertThat(screen.lines())
                    .allSatisfy(line -> assertThat(TextTable.width(line)).isLessThanOrEqualTo(columns));
            assertThat(screen.chosen()).isLessThan(rows);
        }
    }

    @Test
    void theLinesOfUrgentItemsAreMarked() {
        var asks = session("demo", "asks", "needs-approval, detached", 1, 1);
        var screen = Renderer.paint(View.empty().with(List.of(asks, BUILD)), Preview.NONE, size(80, 10), NOW);
        assertThat(screen.urgent())
                .singleElement()
                .satisfies(row -> assertThat(screen.lines().get(row)).contains("demo", "asks", "needs-approval"));
    }

    @Test
    void aHostileNameIsShownEscaped() {
        var hostile = View.empty().with(List.of(session("demo", "\u001b[2J\u0007evil\u202e", "detached", 1, 1)));
        assertThat(screen(hostile, 80, 5) + screen(press(hostile, "x"), 80, 5))
                .doesNotContain("\u001b", "\u0007", "\u202e")
                .contains("evil");
    }

    @Test
    void theCursorStopsAtBothEnds() {
        assertThat(press(view, "k").chosen()).contains(BUILD);
        assertThat(press(view, "jjjjjjj").chosen()).contains(STOPPED);
        assertThat(press(view, "Gk\u001b[Ag").chosen()).contains(BUILD);
    }

    @Test
    void theCursorStaysWithItsItem() {
        var other = session("aaa", "first", "detached", 1, 1);
        assertThat(press(view, "j").with(List.of(other, BUILD, DEBUG, STOPPED)).chosen())
                .contains(DEBUG);
    }

    /// The next key must act on it and on no other.
    @Test
    void theCursorGoesWithARenamedSession() {
        var renamed = session("demo", "zzz", "detached", 30, 2);
        var later = view.renamed(BUILD, "zzz").with(List.of(DEBUG, renamed, STOPPED));
        assertThat(later.chosen()).contains(renamed);
        assertThat(later.with(List.of(renamed, STOPPED)).chosen()).contains(renamed);

        var elsewhere = press(view, "j").renamed(BUILD, "zzz");
        assertThat(elsewhere.with(List.of(DEBUG, renamed, STOPPED)).chosen()).contains(DEBUG);
    }

    @Test
    void whoComesBackFindsTheCursorAtTheSessionThatWasLeft() {
        var work = session("demo", "work", "detached", 0, 1);
        var back = view.wanting("demo+work").with(List.of(BUILD, DEBUG, work, STOPPED));
        assertThat(back.chosen()).contains(work);
        assertThat(press(back, "k").with(List.of(BUILD, DEBUG, work, STOPPED)).chosen())
                .contains(DEBUG);
        assertThat(view.wanting("demo+ended").with(List.of(DEBUG, BUILD)).chosen())
                .contains(BUILD);
    }

    @Test
    void aSessionThatEndsUnderTheCursorLeavesItAtItsPlace() {
        assertThat(press(view, "j").with(List.of(BUILD, STOPPED)).chosen()).contains(STOPPED);
        assertThat(press(view, "jj").with(List.of(BUILD)).chosen()).contains(BUILD);
        assertThat(view.with(List.of()).chosen()).isEmpty();
        assertThat(view.with(List.of()).press(Key.Named.ENTER).effect()).isInstanceOf(KeyOutcome.Effect.Nothing.class);
    }

    @Test
    void aSessionThatEndsWhileItIsToBeKilledKillsNoOther() {
        var asked = press(view, "jx");
        assertThat(screen(asked, 60, 5)).contains("kill demo+debug? [y/N]");

        var gone = asked.with(List.of(BUILD, STOPPED));

        assertThat(gone.press(new Key.Text("y")).effect()).isInstanceOf(KeyOutcome.Effect.Nothing.class);
        assertThat(screen(gone, 60, 5)).contains("that session has ended");
    }

    @Test
    void killingIsAskedFor() {
        assertThat(last(view, "jxy")).isEqualTo(new KeyOutcome.Effect.Kill(DEBUG));
        assertThat(last(view, "jxn")).isInstanceOf(KeyOutcome.Effect.Nothing.class);
        assertThat(last(view, "jx\r")).isInstanceOf(KeyOutcome.Effect.Nothing.class);
        assertThat(press(view, "jjx").message()).contains("no session");
    }

    @Test
    void aSessionIsGivenAnotherName() {
        assertThat(last(view, "jmwip\r")).isEqualTo(new KeyOutcome.Effect.Rename(DEBUG, "wip"));
        assertThat(screen(press(view, "jmwi"), 60, 5)).contains("rename demo+debug to: wi_");
        assertThat(last(view, "jm\r")).isInstanceOf(KeyOutcome.Effect.Nothing.class);
        assertThat(press(view, "jmwi\u0015").typed()).isEmpty();
        assertThat(press(view, "jjm").message()).contains("no session");
        assertThat(press(view, "jmwip").with(List.of(BUILD, STOPPED)).mode()).isEqualTo(View.Mode.LIST);
    }

    @Test
    void enterAttaches() {
        assertThat(last(view, "j\r")).isEqualTo(new KeyOutcome.Away.Attach(DEBUG, "debug"));
        assertThat(last(view, "jj\r")).isEqualTo(new KeyOutcome.Away.Attach(STOPPED, "default"));
    }

    @Test
    void aNewSessionIsAskedItsName() {
        assertThat(last(view, "nwprk\u007f\u007f\u007fork\r")).isEqualTo(new KeyOutcome.Away.Attach(BUILD, "work"));
        assertThat(press(view, "n\r").mode()).isEqualTo(View.Mode.LIST);
        assertThat(screen(press(view, "nab"), 60, 5)).contains("new session in demo: ab_");
    }

    @Test
    void aShedIsMade() {
        assertThat(last(view, "cnewone\r")).isEqualTo(new KeyOutcome.Away.Call(KeyOutcome.Verb.CREATE, "newone"));
        assertThat(last(View.empty().with(List.of()), "cfirst\r"))
                .isEqualTo(new KeyOutcome.Away.Call(KeyOutcome.Verb.CREATE, "first"));
        assertThat(screen(press(view, "cab"), 60, 5)).contains("new shed: ab_");
        assertThat(press(view, "c\r").mode()).isEqualTo(View.Mode.LIST);
    }

    @Test
    void aStoppedShedIsStartedAndAnotherOneStoppedAfterAsking() {
        assertThat(last(view, "jjs")).isEqualTo(new KeyOutcome.Away.Call(KeyOutcome.Verb.START, "old"));
        assertThat(screen(press(view, "s"), 60, 5)).contains("stop demo and end 2 sessions? [y/N]");
        assertThat(last(view, "sy")).isEqualTo(new KeyOutcome.Away.Call(KeyOutcome.Verb.STOP, "demo"));
        assertThat(last(view, "sn")).isInstanceOf(KeyOutcome.Effect.Nothing.class);
        var gone = press(view, "s").with(List.of(STOPPED));
        assertThat(gone.press(new Key.Text("y")).effect()).isInstanceOf(KeyOutcome.Effect.Nothing.class);
    }

    @Test
    void theLowerHalfShowsWhatTheChosenSessionShows() {
        var lines = IntStream.range(0, 20).mapToObj(i -> "line " + i).toList();
        var shown = Renderer.paint(view, new Preview(Optional.of(BUILD), lines), size(44, 16), NOW);
        assertThat(String.join("\n", shown.lines()) + "\n").isEqualTo("""
                shed: 2 sheds, 2 sessions
                  SHED  SESSION  STATUS    ACTIVE   CREATED
                > demo  build    detached  3m ago   30m ago
                  demo  debug    attached  12m ago  2h ago
                  old   -        stopped            3d ago



                ── demo+build ──────────────────────────────
                line 14
                line 15
                line 16
                line 17
                line 18
                line 19
                Enter attach  n new  / filter  x kill  ? he…
                """);
    }

    @Test
    void thePreviewOfAnotherSessionIsNotShown() {
        var other = new Preview(Optional.of(DEBUG), List.of("other"));
        assertThat(Renderer.paint(view, other, size(80, 24), NOW).lines()).noneMatch(line -> line.contains("other"));
        var hostile = new Preview(Optional.of(BUILD), List.of("\u001b]0;x\u0007evil", "", ""));
        assertThat(String.join(
                        "", Renderer.paint(view, hostile, size(80, 24), NOW).lines()))
                .contains("evil")
                .doesNotContain("\u001b", "\u0007");
    }

    @Test
    void theFilterWorksAsItIsTyped() {
        var filtered = press(view, "/DEB");
        assertThat(filtered.visible()).containsExactly(DEBUG);
        assertThat(last(view, "/deb\r\r")).isEqualTo(new KeyOutcome.Away.Attach(DEBUG, "debug"));
        assertThat(press(filtered, "\u007f\u007f\u007f").visible()).hasSize(3);
        assertThat(screen(press(view, "/nope\r"), 60, 5)).contains("nothing matches", "only 'nope'");
        assertThat(press(view, "/q").mode()).isEqualTo(View.Mode.FILTER);
    }

    @Test
    void leaving() {
        for (var typed : List.of("q", "\u0003", "\u0004", "/\u0003", "n\u0003", "m\u0003", "x\u0003", "?\u0003")) {
            assertThat(last(view, typed)).as(typed).isInstanceOf(KeyOutcome.Away.Leave.class);
        }
    }
}
