package dev.shed.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `keys import` from a server that stands in for GitHub.
class GithubKeysTest {
    private static final char[] PASSWORD = "password".toCharArray();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private Path file;
    private HttpsServer server;
    private SSLContext trusting;
    private final CountDownLatch hang = new CountDownLatch(1);

    /// A certificate for 127.0.0.1 that only this test believes.
    private static SSLContext certificate(boolean forServer) throws Exception {
        var path = shared.resolve("keys.p12");
        if (Files.notExists(path)) {
            var keytool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            var made = new ProcessBuilder(
                            keytool,
                            "-genkeypair",
                            "-alias",
                            "s",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=test",
                            "-ext",
                            "san=ip:127.0.0.1",
                            "-keystore",
                            path.toString(),
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            new String(PASSWORD))
                    .inheritIO()
                    .start();
            assertThat(made.waitFor()).isZero();
        }
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(path)) {
            store.load(in, PASSWORD);
        }
        var context = SSLContext.getInstance("TLS");
        if (forServer) {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            context.init(keys.getKeyManagers(), null, null);
        } else {
            var certificates = KeyStore.getInstance("PKCS12");
            certificates.load(null, null);
            certificates.setCertificateEntry("s", store.getCertificate("s"));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(certificates);
            context.init(null, trust.getTrustManagers(), null);
        }
        return context;
    }

    @BeforeEach
    void serve() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        file = Files.writeString(directory.resolve("authorized_keys"), "# mine\n" + KeysCommandTest.ADA + " ada\n");
        trusting = certificate(false);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate(true)));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        answer("/ben.keys", KeysCommandTest.BEN + "\n" + KeysCommandTest.ADA + "\n");
        answer("/empty.keys", "");
        answer("/page.keys", "<html>Sign in</html>\n");
        answer("/options.keys", "role=\"admin\" " + KeysCommandTest.BEN + "\n");
        answer("/weak.keys", KeysCommandTest.BEN + "\nssh-dss AAAA x\n");
        answer("/large.keys", (KeysCommandTest.BEN + "\n").repeat(2000));
        server.createContext("/moved.keys", exchange -> {
            exchange.getResponseHeaders().add("Location", "/ben.keys");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/slow.keys", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('s');
            exchange.getResponseBody().flush();
            await(exchange);
        });
        server.start();
    }

    private void await(HttpExchange exchange) {
        try (exchange) {
            hang.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(String path, String text) {
        server.createContext(path, exchange -> {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        hang.countDown();
        server.stop(0);
    }

    private String importing(SSLContext context, Duration limit, String... words)
            throws IOException, InterruptedException {
        var base = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
        try (var client = HttpClient.newBuilder()
                .sslContext(context)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            var github = new GithubKeys(client, base, directory.resolve("github"), limit);
            var out = new ByteArrayOutputStream();
            new KeysCommand(
                            new AuthorizedKeysEditor(file, Clock.systemUTC(), 3072),
                            github,
                            InputStream.nullInputStream(),
                            new PrintStream(out, true, StandardCharsets.UTF_8))
                    .run(List.of(words));
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    private String importing(String user) throws IOException, InterruptedException {
        var limit = user.equals("slow") ? Duration.ofSeconds(2) : PATIENCE;
        return importing(trusting, limit, "import", "github:" + user, "--role", "user");
    }

    @Test
    void keysThatAreNotThereYetAreAdded() throws Exception {
        assertThat(importing("ben")).matches("added SHA256:\\S+ github:ben\n1 of 2 was already in the file\n");
        assertThat(file)
                .hasContent("# mine\n" + KeysCommandTest.ADA + " ada\nrole=\"user\" " + KeysCommandTest.BEN
                        + " github:ben\n");
        assertThat(importing("ben")).isEqualTo("2 of 2 were already in the file\n");
        assertThat(directory.resolve("github/ben.keys")).content().contains(KeysCommandTest.BEN);
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, there is no such user",
        "moved, it answers with the status 302",
        "slow, no answer within 2 s",
        "empty, there is no public key in it",
        "page, no key of a type",
        "options, it has options of its own",
        "weak, no key of a type",
        "large, ''"
    })
    void whatIsNoListOfKeysChangesNothing(String user, String why) throws Exception {
        var before = Files.readString(file);
        assertThatThrownBy(() -> importing(user)).hasMessageContaining(why);
        assertThat(file).hasContent(before);
        assertThat(directory.resolve("github")).doesNotExist();
    }

    @Test
    void aServerThatCannotProveItsNameIsNotBelieved() throws Exception {
        var before = Files.readString(file);
        assertThatThrownBy(() -> importing(SSLContext.getDefault(), PATIENCE, "import", "github:ben", "--role", "user"))
                .hasMessageContaining("nothing was changed");
        assertThat(file).hasContent(before);
    }

    @Test
    void withoutTheServerItSaysWhatItHas() throws Exception {
        importing("ben");
        var before = Files.readString(file);
        server.stop(0);
        assertThatThrownBy(() -> importing("ben"))
                .hasMessageContaining("nothing was changed")
                .isInstanceOfSatisfying(
                        dev.shed.gateway.failure.ShedException.class,
                        e -> assertThat(e.failure().hint()).contains("what it said on 20", "github/ben.keys"));
        assertThat(file).hasContent(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ben",
                "github:",
                "github:../x",
                "github:a/b",
                "github:-a",
                "github:a--b",
                "github:a-",
                "github:a.b",
                "github:a?x",
                "github:a%2f",
                "gitlab:ben",
                "github:b n"
            })
    void aNameThatIsNoUsersIsRefused(String source) {
        assertThatThrownBy(() -> importing(trusting, PATIENCE, "import", source, "--role", "user"))
                .hasMessageContaining("is not github:USER");
    }
}
