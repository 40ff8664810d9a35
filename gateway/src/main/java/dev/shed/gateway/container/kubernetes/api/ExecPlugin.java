package dev.shed.gateway.container.kubernetes.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shed.gateway.stream.Tail;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A credential plugin of a kubeconfig (`users[].user.exec`): a program of the operator's that prints an
/// ExecCredential. What it printed is used until it expires, or until the server refuses it.
final class ExecPlugin implements Credential {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int LARGEST = 1 << 20;
    private static final int LAST_WORDS = 400;

    /// A token is renewed this long before it expires.
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final Program program;
    private final ClientKeys keys;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by the lock.
    private @Nullable Answer last;

    /// What is run.
    ///
    /// @param command a path, or a name that is found in PATH
    /// @param info the content of the variable KUBERNETES_EXEC_INFO
    record Program(String command, List<String> arguments, Map<String, String> environment, String info) {}

    private record Answer(Optional<String> token, Optional<Instant> expires) {}

    /// @param keys receive the client certificate, if the plugin prints one
    ExecPlugin(Program program, ClientKeys keys, Clock clock) {
        this.program = program;
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public Optional<String> token() throws IOException {
        lock.lock();
        try {
            var known = last;
            if (known == null || isOver(known)) {
                known = answer(run());
                last = known;
            }
            return known.token();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void renew() {
        lock.lock();
        try {
            last = null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isOver(Answer answer) {
        return answer.expires()
                .filter(time -> !clock.instant().plus(MARGIN).isBefore(time))
                .isPresent();
    }

    private Answer answer(JsonNode credential) throws IOException {
        var status = credential.path("status");
        var token = Optional.of(status.path("token").asText("")).filter(text -> !text.isEmpty());
        var certificate = status.path("clientCertificateData").asText("");
        if (!certificate.isEmpty()) {
            keys.use(new ClientKeys.Pair(
                    Pem.certificates(certificate.getBytes(UTF_8)),
                    Pem.privateKey(status.path("clientKeyData").asText("").getBytes(UTF_8))));
        } else if (token.isEmpty()) {
            throw new IOException(program.command() + " printed no ExecCredential with a token or a certificate");
        }
        return new Answer(token, time(status.path("expirationTimestamp").asText("")));
    }

    private static Optional<Instant> time(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private JsonNode run() throws IOException {
        var words = new ArrayList<>(List.of(program.command()));
        words.addAll(program.arguments());
        var builder = new ProcessBuilder(words).redirectInput(new File("/dev/null"));
        builder.environment().putAll(program.environment());
        builder.environment().put("KUBERNETES_EXEC_INFO", program.info());
        var process = builder.start();
        var said = new Tail(LAST_WORDS);
        var drain = Thread.ofVirtual().name("credential-plugin/err").start(() -> copy(process.getErrorStream(), said));
        try {
            var output = printed(process);
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(program.command() + " does not end within " + LIMIT.toSeconds() + " s");
            }
            drain.join(Duration.ofSeconds(1));
            if (process.exitValue() != 0) {
                throw new IOException("%s ended with status %d: %s"
                        .formatted(
                                program.command(),
                                process.exitValue(),
                                said.toString().strip()));
            }
            return JSON.readTree(output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program.command() + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /// What it prints until the end, or until the time is over: then it is killed, which ends the output.
    private byte[] printed(Process process) throws IOException {
        var killer = Thread.ofVirtual().name("credential-plugin/limit").start(() -> {
            try {
                Thread.sleep(LIMIT);
                process.destroyForcibly();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        try (var out = process.getInputStream()) {
            var bytes = out.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException(program.command() + " prints more than " + LARGEST + " bytes");
            }
            return bytes;
        } finally {
            killer.interrupt();
        }
    }

    private static void copy(InputStream from, Tail to) {
        try (from) {
            from.transferTo(to);
        } catch (IOException _) {
            // It was killed.
        }
    }

    /// The program of a kubeconfig: a path with a slash is relative to the file's directory.
    static String command(String command, Path directory) {
        return command.indexOf('/') < 0 ? command : directory.resolve(command).toString();
    }
}
