package dev.shed.cli.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.call.Call;
import dev.shed.cli.server.Server;
import dev.shed.cli.ssh.LinkLog;
import dev.shed.cli.ssh.SshArguments;
import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.ssh.SshProcess;
import dev.shed.cli.ssh.Variables;
import dev.shed.cli.text.Printable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The ssh process that carries all forwards of a call. It has a private control socket, over which forwards
/// are opened and closed and verbs of the gateway are called.
final class Link {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 20;
    private static final long GRACE_SECONDS = 2;
    private static final String INTERRUPTED = "Killed by signal 2";
    private static final String REFUSED = "forwarding request failed";
    private static final String PROHIBITED = "administratively prohibited";
    private static final String FAILED = "connect failed: ";

    private final Call call;
    private final Server server;
    private final String login;
    private final Path socket;
    private final Process holder;
    private final Thread listening;
    private volatile boolean hopeless;
    private volatile boolean interrupted;
    private boolean prohibited;
    private boolean failed;

    private Link(Call call, Server server, String login, Path socket) throws IOException {
        this.call = call;
        this.server = server;
        this.login = login;
        this.socket = socket;
        this.holder = start(call.ssh(server)
                .watchful()
                .holding(socket)
                .variables(Variables.ALL)
                .options("ExitOnForwardFailure=no", "LogLevel=VERBOSE")
                .words("-N", "-T")
                .login(login));
        this.listening = Thread.ofVirtual().start(this::listen);
    }

    /// Starts ssh. [#isUp] tells whether it has connected.
    static Link open(Call call, Server server, String login) throws IOException {
        return new Link(call, server, login, call.freshSocket());
    }

    private static Process start(List<String> words) throws IOException {
        return SshProcess.builder(new SshCommand(words))
                .redirectInput(new File("/dev/null"))
                .start();
    }

    private void listen() {
        try (var lines = holder.errorReader(UTF_8)) {
            lines.lines().forEach(this::hear);
        } catch (IOException | java.io.UncheckedIOException _) {
            // ssh has ended.
        }
    }

    private void hear(String line) {
        hopeless |= LinkLog.isHopeless(line);
        interrupted |= line.startsWith(INTERRUPTED);
        if (line.contains(PROHIBITED) && !prohibited) {
            prohibited = true;
            call.notice("the gateway refused a connection: " + Printable.of(line.substring(line.indexOf(PROHIBITED))));
        }
        if (line.contains(FAILED) && !failed) {
            failed = true;
            call.notice("a connection failed in the shed: "
                    + Printable.of(line.substring(line.indexOf(FAILED) + FAILED.length())) + "; to see what listens:"
                    + " shed ports " + login);
        }
    }

    /// Waits until ssh has connected; false if it has ended instead.
    boolean isUp() throws InterruptedException {
        while (!Files.exists(socket)) {
            if (holder.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                listening.join();
                return false;
            }
        }
        return true;
    }

    boolean isAlive() {
        return holder.isAlive();
    }

    /// Waits until ssh has ended.
    void awaitEnd() throws InterruptedException {
        holder.waitFor();
        listening.join();
    }

    /// Whether ssh reported an error that another attempt would not change. Known after ssh has ended.
    boolean isHopeless() {
        return hopeless;
    }

    /// Whether Ctrl-C ended ssh. Known after ssh has ended.
    boolean isInterrupted() {
        return interrupted;
    }

    /// The connection was lost during a request.
    static final class LostException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /// Opens a forward; false if ssh cannot listen on the port.
    boolean forward(Forward forward) throws LostException, InterruptedException {
        return tell("forward", forward);
    }

    /// Closes a forward. Its open connections stay.
    void cancel(Forward forward) throws LostException, InterruptedException {
        tell("cancel", forward);
    }

    private boolean tell(String what, Forward forward) throws LostException, InterruptedException {
        var words = SshArguments.toHolder(server, socket)
                .words("-O", what, "-L", forward.words())
                .login(login);
        var answer = SshProcess.ask(new SshCommand(words), PATIENCE);
        if (answer.status() != 0 && !answer.err().contains(REFUSED)) {
            throw new LostException();
        }
        return answer.status() == 0;
    }

    /// Calls a verb of the gateway about the shed, over this connection.
    SshProcess.Answer ask(String verb) throws IOException, InterruptedException {
        return SshProcess.ask(verb(verb), PATIENCE);
    }

    /// Starts a verb that keeps running; it ends with this connection.
    Process follow(String verb) throws IOException {
        var process = SshProcess.builder(verb(verb))
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // If the connection is lost at this moment, the new ssh opens a connection of its own, so end it
        // explicitly.
        var _ = holder.onExit().thenRun(process::destroy);
        return process;
    }

    private SshCommand verb(String verb) throws IOException {
        var variables = Map.of(Variables.CLIENT, call.client(server));
        var ssh = call.ssh(server).watchful().sharedIfThere(socket).unattended().variables(variables.keySet());
        return new SshCommand(ssh.words("-T", "-s").command(login, verb), variables);
    }

    /// Ends ssh, which removes its control socket.
    void end() {
        holder.descendants().forEach(ProcessHandle::destroy);
        holder.destroy();
        try {
            if (!holder.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                holder.destroyForcibly();
            }
            Files.deleteIfExists(socket);
        } catch (IOException | InterruptedException _) {
            holder.destroyForcibly();
        }
    }

    /// Ends ssh after a moment, in which it can print why the connection was lost.
    void close() throws InterruptedException {
        holder.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        end();
        listening.join();
    }
}
