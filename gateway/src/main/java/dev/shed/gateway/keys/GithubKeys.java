package dev.shed.gateway.keys;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Downloads the public keys of a GitHub user from `https://github.com/USER.keys`. The last answer is stored,
/// to show what was imported when GitHub cannot be reached. It is never imported in place of a new answer.
public final class GithubKeys {
    static final URI GITHUB = URI.create("https://github.com/");

    private static final String PREFIX = "github:";

    /// GitHub's own rule for user names. Without a dot or a slash the name cannot change the path.
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}");

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final int MAX_BYTES = 64 * 1024;

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final HttpClient client;
    private final URI base;
    private final Path cache;
    private final Duration limit;

    /// Downloads from github.com.
    ///
    /// @param cache a directory below the state directory
    public static GithubKeys of(Path cache) {
        var client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(LIMIT)
                .build();
        return new GithubKeys(client, GITHUB, cache, LIMIT);
    }

    GithubKeys(HttpClient client, URI base, Path cache, Duration limit) {
        this.client = client;
        this.base = base;
        this.cache = cache;
        this.limit = limit;
    }

    /// The user in `github:USER`.
    static String user(String source) {
        var user = source.startsWith(PREFIX) ? source.substring(PREFIX.length()) : "";
        if (!USER.matcher(user).matches()) {
            throw Arguments.usage(
                    "'" + source + "' is not github:USER with a user's name on GitHub", KeysCommand.SYNOPSIS);
        }
        return user;
    }

    /// Downloads the keys; fails with `CONFIG` if GitHub does not answer within the limits. A redirect is not
    /// followed, since it could lead to another server.
    String fetch(String user) throws InterruptedException {
        var address = base.resolve(user + ".keys");
        var request = HttpRequest.newBuilder(address).timeout(limit).build();
        var body = HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_BYTES);
        var sent = client.sendAsync(request, body);
        try {
            var answer = sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return switch (answer.statusCode()) {
                case OK -> answer.body();
                case NOT_FOUND -> throw failed(user, address, "there is no such user", null);
                default -> throw failed(user, address, "it answers with the status " + answer.statusCode(), null);
            };
        } catch (ExecutionException e) {
            throw failed(user, address, reason(e.getCause()), e);
        } catch (TimeoutException e) {
            throw failed(user, address, "no answer within " + limit.toSeconds() + " s", e);
        } finally {
            sent.cancel(true);
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
    }

    private ShedException failed(String user, URI address, String why, @Nullable Throwable cause) {
        return new ShedException(
                Failure.config(
                        address.toString(),
                        why + "; nothing was changed",
                        "public keys"
                                + kept(user)
                                        .map(time -> "\nwhat it said on " + time + ": " + file(user))
                                        .orElse("")),
                cause);
    }

    private Optional<String> kept(String user) {
        try {
            return Optional.of(Files.getLastModifiedTime(file(user)).toString());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// Stores the keys that were imported.
    void keep(String user, String text) throws IOException {
        Files.createDirectories(cache, only("rwx------"));
        var next = Files.createTempFile(cache, user, ".new", only("rw-------"));
        try {
            Files.writeString(next, text);
            Files.move(next, file(user), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /// The file of a user. GitHub's user names are not case-sensitive.
    private Path file(String user) {
        return cache.resolve(user.toLowerCase(Locale.ROOT) + ".keys");
    }

    private static FileAttribute<?> only(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
