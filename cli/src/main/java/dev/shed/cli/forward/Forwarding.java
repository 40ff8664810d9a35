package dev.shed.cli.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.login.Reconnect;
import dev.shed.cli.login.SshTrouble;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.SshProcess;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `shed forward`: opens the requested forwards, follows the ports that open and close in the shed, and
/// starts again when the connection is lost.
public final class Forwarding {
    private static final int NOT_FOUND = 66;
    private static final int INTERRUPTED = 130;
    private static final int NOT_READY = 75;
    private static final long BETWEEN_TRIES_MILLIS = 1000;

    private final Call call;
    private final Server server;
    private final String shed;
    private final List<RequestedForward> requested;
    private final ForwardReporter reporter;
    private final Forwards forwards;
    private volatile @Nullable Link current;
    private volatile boolean ending;

    /// Whether a connection has succeeded and the gateway has answered once.
    private boolean began;

    /// @param requested the ports; if empty, all ports on which a process listens
    public Forwarding(Call call, Server server, String shed, List<RequestedForward> requested) {
        this.call = call;
        this.server = server;
        this.shed = shed;
        this.requested = List.copyOf(requested);
        this.reporter = new ForwardReporter(call, shed);
        this.forwards = new Forwards(reporter);
    }

    /// Returns after Ctrl-C or a permanent error, which is printed.
    public Outcome run() throws IOException, InterruptedException {
        var end = new Thread(this::end);
        Runtime.getRuntime().addShutdownHook(end);
        var status = links();
        if (!ending) {
            Runtime.getRuntime().removeShutdownHook(end);
        }
        return new Outcome.Done(status);
    }

    /// Ends ssh. Also called when this process is killed, so that ssh ends with it.
    private void end() {
        ending = true;
        var link = current;
        if (link != null) {
            link.end();
        }
    }

    private int links() throws IOException, InterruptedException {
        int failures = 0;
        while (true) {
            var link = Link.open(call, server, shed);
            current = link;
            boolean isUp = link.isUp();
            var status = isUp ? serve(link) : Optional.<Integer>empty();
            if (status.isPresent()) {
                link.end();
                return status.get();
            }
            link.close();
            if (ending || link.isInterrupted()) {
                return INTERRUPTED;
            }
            if (link.isHopeless() || !began) {
                throw new SshTrouble(call, server).unreachable();
            }
            failures = isUp ? 0 : failures + 1;
            comeBack(failures);
        }
    }

    private void comeBack(int failures) throws IOException, InterruptedException {
        if (failures == 0) {
            reporter.notice("the link to '" + server.name() + "' is lost; reconnecting (Ctrl-C to stop)");
        }
        new Reconnect(call, server).await(failures);
    }

    /// Returns empty when the connection ends, or an exit status when the call is finished.
    private Optional<Integer> serve(Link link) throws IOException, InterruptedException {
        try {
            if (began) {
                reporter.notice("reconnected");
                forwards.again(link);
            }
            return requested.isEmpty() ? follow(link) : keep(link);
        } catch (Link.LostException _) {
            return Optional.empty();
        }
    }

    /// Forwards the requested ports until the connection ends.
    private Optional<Integer> keep(Link link) throws IOException, InterruptedException {
        if (!began) {
            var said = link.ask("ports --json");
            var answer = Answer.read(said.out());
            if (said.status() == NOT_FOUND) {
                return Optional.of(tell(answer, NOT_FOUND));
            }
            grant(link, answer.listeners().orElseGet(TreeMap::new));
            began = true;
        }
        link.awaitEnd();
        return Optional.empty();
    }

    private void grant(Link link, SortedMap<Integer, Listener> known) throws IOException, InterruptedException {
        for (var forward : requested) {
            var listener = known.getOrDefault(forward.remote(), Listener.unknown(forward.remote()));
            if (forward.local().isPresent()) {
                forwards.add(link, listener, forward.local().get());
            } else {
                forwards.add(link, listener);
            }
            if (!known.containsKey(forward.remote())) {
                reporter.notice("nothing listens on port " + forward.remote() + " of " + shed
                        + " yet, so connections to it fail until a program does; to see what listens: shed ports "
                        + shed);
            }
        }
    }

    /// Forwards all ports as they open and close.
    private Optional<Integer> follow(Link link) throws IOException, InterruptedException {
        while (link.isAlive()) {
            var watch = link.follow("ports --watch --json");
            var last = watch(link, watch);
            int status = watch.waitFor();
            if (ending || !link.isAlive()) {
                break;
            }
            // The shed is being started, or the connection has no channel left.
            boolean passes = began && (status == NOT_READY || status == SshProcess.SSH_FAILED);
            if (!passes) {
                return Optional.of(tell(last, status));
            }
            Thread.sleep(BETWEEN_TRIES_MILLIS);
        }
        return Optional.empty();
    }

    /// Opens forwards for each list of listeners that the server reports. Returns its last line.
    private Answer watch(Link link, Process watch) throws IOException, InterruptedException {
        var answer = Answer.NONE;
        try (var lines = watch.inputReader(UTF_8)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                answer = Answer.read(line);
                if (answer.listeners().isPresent()) {
                    bring(link, answer.listeners().get());
                }
            }
        } finally {
            watch.destroy();
        }
        return answer;
    }

    private void bring(Link link, SortedMap<Integer, Listener> listeners) throws IOException, InterruptedException {
        if (!began && listeners.isEmpty()) {
            reporter.notice("nothing listens in " + shed + " yet; ports are forwarded as they open (Ctrl-C to stop)");
        }
        began = true;
        forwards.only(link, listeners);
    }

    private int tell(Answer answer, int status) {
        call.notice(answer.error().map(this::asForward).orElse("the gateway's 'ports' ended with status " + status));
        return status;
    }

    /// The advice of the gateway, with this call in place of the `ports` that it has made.
    private String asForward(String text) {
        var ports = requested.isEmpty()
                ? "--all"
                : String.join(
                        " ", requested.stream().map(RequestedForward::argument).toList());
        return text.replaceAll("shed ports (\\S+) (?:--watch )?--json", "shed forward $1 " + ports);
    }
}
