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
import org.junit.jupiter.api.Test;

/// Who of those that are attached is told, and what.
class StatusLineDeliveryTest {
    private final FakeRuntime runtime =
            new FakeRuntime().with("demo").with("other").programs(StatusLineDeliveryTest::program);
    private final AttachedClients clients = new AttachedClients();
    private final StatusLineDelivery delivery = new StatusLineDelivery(clients, new AccessPolicy(), runtime, true);

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

    private List<String> told(String session) {
        var status = new Status(
                State.NEEDS_APPROVAL,
                Optional.of("rm -rf /workspace"),
                Optional.empty(),
                Optional.of(Agent.CODEX),
                Source.TITLE);
        delivery.deliver(new Notification(ShedName.parse("demo"), session, status));
        return runtime.started().stream()
                .filter(spec -> spec.program().toString().contains("display-message"))
                .map(spec -> spec.container().shed() + " " + String.join(" ", ((Program.Argv) spec.program()).words()))
                .sorted()
                .toList();
    }

    private static Grant grant(List<String> sheds, List<String> verbs) {
        return new Grant(Role.USER, sheds, verbs, true, true, true, List.of(), Optional.empty());
    }

    private static String line(String shed, String terminal, String session) {
        return shed + " tmux -u display-message -c " + terminal + " -d 2500 shed: demo+" + session + " needs approval";
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

        assertThat(told("#{pid}#(touch x)%H;")).containsExactly(line("other", "/dev/pts/1", "##{pid}##(touch x)%%H;"));
    }
}
