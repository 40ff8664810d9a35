package dev.shed.gateway.control;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// `shed-gateway status`: asks a running gateway for its state.
public final class StatusProgram {
    private static final String SYNOPSIS = "shed-gateway status [--json] [--config FILE]";
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int NOT_RUNNING = 69;

    /// Limit on an answer, in bytes. A usual one has less than a kilobyte.
    private static final int LONGEST = 1 << 20;

    private static final Pattern ANSWER = Pattern.compile("([0-9]{1,3})\n(.*)", Pattern.DOTALL);

    private final Path state;
    private final PrintStream out;

    public StatusProgram(Path state, PrintStream out) {
        this.state = state;
        this.out = out;
    }

    /// Prints the state of the gateway.
    ///
    /// @param words the arguments after `status`
    /// @return 0 if all is well, 1 if there are problems, 69 if no gateway answers
    /// @throws ShedException `STATE_UNUSABLE` if this user may not enter the state directory
    public int run(List<String> words) {
        boolean json = words.equals(List.of("--json"));
        if (!json && !words.isEmpty()) {
            throw new ShedException(Failure.usage("unexpected arguments: " + String.join(" ", words), SYNOPSIS));
        }
        var answer = ask(json ? "status --json" : "status").map(ANSWER::matcher).filter(found -> found.matches());
        if (answer.isEmpty()) {
            var problem = "no gateway answers at " + state.resolve(ControlSocket.NAME);
            out.print(
                    json
                            ? "{\"status\":\"not-running\",\"problems\":[\"" + problem + "\"]}\n"
                            : "status     not running\nproblem    " + problem
                                    + "\nto start   systemctl start shed-gateway, or scripts/up in a clone\n");
            return NOT_RUNNING;
        }
        out.print(answer.get().group(2));
        return Integer.parseInt(answer.get().group(1));
    }

    private Optional<String> ask(String request) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            requireReadable();
            var limit = CompletableFuture.runAsync(
                    () -> close(channel),
                    CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
            channel.connect(UnixDomainSocketAddress.of(state.resolve(ControlSocket.NAME)));
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
            var said = Channels.newInputStream(channel).readNBytes(LONGEST);
            limit.cancel(false);
            return Optional.of(new String(said, StandardCharsets.UTF_8));
        } catch (AccessDeniedException e) {
            throw ShedException.stateUnusable(state, e);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// Fails if the state directory cannot be entered. An error of connect(2) does not tell that from a
    /// gateway that does not run.
    private void requireReadable() throws AccessDeniedException {
        if (Files.isDirectory(state) && !Files.isExecutable(state)) {
            throw new AccessDeniedException(state.toString());
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // The descriptor is closed even so.
        }
    }
}
