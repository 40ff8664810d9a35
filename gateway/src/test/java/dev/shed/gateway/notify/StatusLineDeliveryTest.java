package dev.shed.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Grant;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerProcess;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeProcess;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.session.AttachedClients;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Who of those that are attached is told, and what.
class StatusLineDeliveryTest {
    private final FakeRuntime runtime =
            new FakeRuntime().with("demo").with("other").programs(StatusLineDeliveryTest::program);
    private final AttachedClients clients = new AttachedClients();
    private long nanoTime;
    private final StatusLineDelivery delivery =
            new StatusLineDelivery(clients, new AccessPolicy(), runtime, true, () -> nanoTime);

    /// In each shed one client shows the session work, and one another session.
    private static Optional<ContainerProcess> program(ExecSpec spec) {
        return Optional.of(
                spec.program().toString().contains("list-clients")
                        ? FakeProcess.printing("/dev/pts/1\twork\n/dev/pts/2\tplay\n", "", 0)
                        : FakeProcess.printing("", "", 0));
    }

    private Container shed(String name) {
        return runtime.list().stream()
                .filter(container -> container.shed().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void attach(String shed, String terminal, Grant grant) {
        var process = new FakeProcess((_, _) -> ExitStatus.SUCCESS).at(terminal);
        var identity = new Identity("alice", "SHA256:abc", grant);
        clients.add(shed(shed), process, new AttachedClients.Who("alice", "SHA256:abc", "10.0.0.7:1"), identity);
    }

    private void deliver(String shed, String session, State state) {
        var status = new Status(
                state, Optional.of("rm -rf /workspace"), Optional.empty(), Optional.of(Agent.CODEX), Source.TITLE);
        delivery.deliver(new Notification(ShedName.parse(shed), session, status));
    }

    private List<String> told(String session) {
        deliver("demo", session, State.NEEDS_APPROVAL);
        return told().sorted().toList();
    }

    private Stream<String> told() {
        return runtime.started().stream()
                .filter(spec -> spec.program().toString().contains("display-message"))
                .map(spec -> spec.container().shed() + " " + String.join(" ", ((Program.Argv) spec.program()).words()));
    }

    private static Grant grant(List<String> sheds, List<String> verbs) {
        return new Grant(Role.USER, sheds, verbs, true, true, true, List.of(), Optional.empty());
    }

    private static String line(String shed, String terminal, String session) {
        return shed + " tmux -u display-message -c " + terminal + " -d 2500 needs approval: demo+" + session;
    }

    @Test
    void whoLooksAtAnotherSessionIsToldWhereAndNotWhat() {
        attach("demo", "/dev/pts/1", Grant.ALL);
        attach("demo", "/dev/pts/2", Grant.ALL);
        attach("other", "/dev/pts/1", Grant.ALL);

        assertThat(told("work"))
                .containsExactly(line("demo", "/dev/pts/2", "work"), line("other", "/dev/pts/1", "work"));
    }

    @Test
    void whoseKeyMayNotSeeItIsNotTold() {
        attach("other", "/dev/pts/1", grant(List.of("other"), List.of()));
        attach("other", "/dev/pts/2", grant(List.of(), List.of("attach")));

        assertThat(told("work")).isEmpty();
    }

    @Test
    void aTerminalWithoutATmuxClientIsLeftAlone() {
        attach("other", "/dev/pts/9", Grant.ALL);

        assertThat(told("work")).isEmpty();
    }

    @Test
    void aNameIsNoFormatAndNoCommand() {
        attach("other", "/dev/pts/1", Grant.ALL);

        assertThat(told("#{pid}#(touch x)%H;"))
                .containsExactly(line("other", "/dev/pts/1", "##{pid}##(touch x)%%H\\;"));
    }

    /// One line takes the place of the other.
    @Test
    void whatIsStillShownIsToldAgain() {
        attach("other", "/dev/pts/1", Grant.ALL);
        attach("demo", "/dev/pts/2", Grant.ALL);
        attach("other", "/dev/pts/2", grant(List.of("other"), List.of()));

        deliver("demo", "tests", State.DONE);
        nanoTime += 1_000_000_000L;
        deliver("demo", "play", State.NEEDS_APPROVAL);
        nanoTime += 1_000_000_000L;
        deliver("other", "play", State.NEEDS_APPROVAL);

        assertThat(lines("other", "/dev/pts/1"))
                .containsExactly(
                        "done: demo+tests",
                        "needs approval: demo+play; done: demo+tests",
                        "needs approval: other+play, demo+play; done: demo+tests");
        assertThat(lines("demo", "/dev/pts/2"))
                .containsExactly("done: demo+tests", "needs approval: other+play; done: demo+tests");
        assertThat(lines("other", "/dev/pts/2")).isEmpty();

        nanoTime += 1_600_000_000L;
        deliver("demo", "tests", State.FAILED);

        assertThat(lines("other", "/dev/pts/1").getLast()).isEqualTo("needs approval: other+play; failed: demo+tests");
    }

    @Test
    void aLineNamesAFewSessions() {
        attach("other", "/dev/pts/1", Grant.ALL);
        for (int i = 1; i <= 8; i++) {
            deliver("demo", "s" + i, State.NEEDS_APPROVAL);
        }

        assertThat(lines("other", "/dev/pts/1").getLast())
                .isEqualTo("needs approval: demo+s8, demo+s7, demo+s6, demo+s5, demo+s4; and 3 more");
    }

    private List<String> lines(String shed, String terminal) {
        var beginning = shed + " tmux -u display-message -c " + terminal + " -d 2500 ";
        return told().filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .toList();
    }
}
