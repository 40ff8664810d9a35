package dev.shed.cli.main;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Outcome;
import dev.shed.cli.call.Terminal;
import dev.shed.cli.file.Home;
import dev.shed.cli.server.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Somebody with a home directory of their own, who calls the client.
public final class Person {
    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Terminal terminal = new Terminal(false, false, false);

    public Person(Path home) throws IOException {
        this.home = home;
        environment.put("HOME", home.toString());
        knows(new Server("home", "gw.example.org", 2222));
    }

    public void knows(Server server) throws IOException {
        call().save(call().settings().with(server));
    }

    public void has(String variable, String value) {
        environment.put(variable, value);
    }

    public void sitsAtATerminal() {
        terminal = new Terminal(true, true, true);
    }

    public Call call() {
        return new Call(
                Home.of(environment),
                environment,
                terminal,
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    /// What a call comes to; what it said before is forgotten.
    public Outcome calls(String... words) throws InterruptedException {
        out.reset();
        err.reset();
        return new Shed(call()).outcome(List.of(words));
    }

    /// The status of a call that needs no ssh.
    public int status(String... words) throws InterruptedException {
        return calls(words) instanceof Outcome.Done(int status) ? status : -1;
    }

    public String out() {
        return out.toString(UTF_8);
    }

    public byte[] outBytes() {
        return out.toByteArray();
    }

    public String err() {
        return err.toString(UTF_8);
    }

    /// Both together.
    public String said() {
        return out() + err();
    }

    public Path file(String name) {
        return home.resolve(name);
    }

    public Path sshConfig() {
        return file(".ssh/config");
    }

    public Path write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }
}
