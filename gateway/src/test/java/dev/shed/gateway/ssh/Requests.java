package dev.shed.gateway.ssh;

import dev.shed.gateway.WireGateway;
import dev.shed.gateway.container.Endpoint;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.container.FakeRuntime;
import dev.shed.gateway.ssh.raw.Message;
import dev.shed.gateway.ssh.raw.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.buffer.Buffer;

/// Everything that a client can ask for, each asked the way ssh does, and what comes of it in one word.
final class Requests implements AutoCloseable {
    private static final String XTERM = "xterm-256color";

    /// Done; there already, or running already; nothing happened in the time that was given.
    private static final Set<Integer> DONE = Set.of(0, 73, 75);

    private final WireGateway gateway;
    private final FakeRuntime runtime;
    private final String shed;
    private final KeyPair key;
    private final List<String> heard = new ArrayList<>();
    private final Map<String, SshException> refused = new HashMap<>();
    private final Map<String, RawClient> clients = new HashMap<>();

    /// @param shed what the requests are about where a row says `demo`
    Requests(WireGateway gateway, FakeRuntime runtime, String shed) {
        this(gateway, runtime, shed, gateway.key());
    }

    Requests(WireGateway gateway, FakeRuntime runtime, String shed, KeyPair key) {
        this.gateway = gateway;
        this.runtime = runtime;
        this.shed = shed;
        this.key = key;
    }

    /// All refusals, with `SHED` for the shed's name.
    List<String> heard() {
        return List.copyOf(heard);
    }

    private Answer hear(Answer answer) {
        if (answer.status() != 0) {
            heard.add(answer.toString().replace(shed, "SHED"));
        }
        return answer;
    }

    /// What an answer was.
    ///
    /// @param status -1 where the request was refused by the protocol
    record Answer(int status, String out, String err) {
        String word() {
            if (status < 0) {
                return "refused";
            }
            return switch (status) {
                case 77 -> "no";
                case 66 -> err.contains("there is no shed") ? "unknown" : "66: " + err;
                default -> {
                    boolean forced = out.equals("ran help kill") || out.startsWith("kill: ");
                    yield forced ? "forced" : DONE.contains(status) ? "yes" : status + ": " + err;
                }
            };
        }
    }

    /// Does what a row of the table says.
    String outcome(String request) throws IOException, InterruptedException {
        return switch (request) {
            case "login" -> client(shed).lives() ? "yes" : "no";
            case "attach" -> attach();
            case "shell" -> run(shed, "shell").word();
            case "exec" -> run(shed, "exec", "id").word();
            case "exec in a session" -> run(shed + "+work", "exec", "id").word();
            case "scp" -> run(shed, "exec", "scp -t /tmp").word();
            case "sftp" -> run(shed, "subsystem", "sftp").word();
            case "-L port 80" -> connect(shed, "direct-tcpip", "localhost", 80, "127.0.0.1", 4711);
            case "-L port 81" -> connect(shed, "direct-tcpip", "localhost", 81, "127.0.0.1", 4711);
            case "-L unix" -> connect(shed, "direct-streamlocal@openssh.com", "/run/x.sock", "", 0);
            case "-L on the lobby" -> connect("shed", "direct-tcpip", "localhost", 80, "127.0.0.1", 4711);
            case "-R port" -> listen("tcpip-forward", "", 0);
            case "-R unix" -> listen("streamlocal-forward@openssh.com", "/tmp/x.sock");
            case "-A" -> agent();
            case "pty" -> setUp("pty-req", XTERM, 80, 24, 0, 0, "");
            case "env LANG" -> setUp("env", "LANG", "C.UTF-8");
            case "env LD_PRELOAD" -> setUp("env", "LD_PRELOAD", "x.so");
            case "-X" -> setUp("x11-req", false, "MIT-MAGIC-COOKIE-1", "00", 0);
            case "subsystem nonsense" -> run(shed, "subsystem", "nonsense").word();
            case "picker" -> onTerminal("shed", "q").word();
            case "shell on the lobby" -> run("shed", "shell").word();
            default -> verb(request);
        };
    }

    /// A verb in the lobby and, where it is about a shed, as a subsystem of the shed: the same comes of both.
    private String verb(String line) throws IOException, InterruptedException {
        var call = switch (line) {
            case "wait demo work" -> line + " --until exit --timeout 1ms";
            case "delete demo" -> line + " --force";
            default -> line;
        };
        if (line.startsWith("restart ")) {
            // It is watched for a second each time.
            return run(shed, "subsystem", "restart").word();
        }
        var onShed = call.replaceFirst(" demo\\b", "");
        if (!onShed.equals(call) && !line.startsWith("create ")) {
            var there = answer(shed, "subsystem", onShed).word();
            if (!there.equals("yes")) {
                var here = answer("shed", "exec", call.replace("demo", shed)).word();
                return here.equals(there) ? here : "on the shed " + there + ", on the lobby " + here;
            }
            return there;
        }
        return answer("shed", "exec", call.replace("demo", shed)).word();
    }

    private Answer answer(String login, String type, String line) throws IOException, InterruptedException {
        return line.startsWith("events") ? follow(login, type, line) : run(login, type, line);
    }

    private RawClient client(String login) throws IOException {
        var before = refused.get(login);
        if (before != null) {
            throw before;
        }
        var known = clients.get(login);
        if (known == null) {
            known = firstLogin(login);
            clients.put(login, known);
        }
        return known;
    }

    private RawClient firstLogin(String login) throws IOException {
        try {
            return RawClient.login(gateway, login, key);
        } catch (SshException e) {
            refused.put(login, e);
            throw e;
        }
    }

    private String attach() throws IOException, InterruptedException {
        int before = runtime.started().size();
        var answer = onTerminal(shed, "");
        var started = runtime.started();
        boolean looks = started.subList(before, started.size()).stream()
                .anyMatch(spec -> spec.program() instanceof Program.Argv argv
                        && argv.words().contains("attach-session")
                        && argv.words().contains("-r"));
        return answer.word().equals("yes") && looks ? "look" : answer.word();
    }

    private Answer onTerminal(String login, String typed) throws IOException, InterruptedException {
        return hear(new Channel(client(login)).onTerminal(typed));
    }

    private Answer run(String login, String type, Object... details) throws IOException, InterruptedException {
        return hear(new Channel(client(login)).run(type, "", details));
    }

    private Answer follow(String login, String type, String line) throws IOException, InterruptedException {
        return hear(new Channel(client(login)).follow(type, line));
    }

    private String setUp(String type, Object... details) throws IOException, InterruptedException {
        var channel = new Channel(client(shed));
        var word = channel.request(type, details) ? "yes" : "refused";
        channel.close();
        return word;
    }

    private String agent() throws IOException, InterruptedException {
        int before = runtime.listening().size();
        var channel = new Channel(client(shed));
        if (channel.request("auth-agent-req@openssh.com")) {
            channel.onTerminal("");
        }
        return runtime.listening().stream().skip(before).anyMatch(listener -> listener.place() instanceof Endpoint.Unix)
                ? "yes"
                : "refused";
    }

    private String listen(String type, Object... where) throws IOException, InterruptedException {
        var fields = new Object[where.length + 2];
        fields[0] = type;
        fields[1] = true;
        System.arraycopy(where, 0, fields, 2, where.length);
        client(shed).send(SshConstants.SSH_MSG_GLOBAL_REQUEST, fields);
        return client(shed).nextGlobal().name().equals("REQUEST_SUCCESS") ? "yes" : "refused";
    }

    private String connect(String login, String type, Object... where) throws IOException, InterruptedException {
        var client = client(login);
        long number = client.open(type, where);
        var answer = client.next(number);
        if (answer.name().equals("OPEN_CONFIRMATION")) {
            client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, answer.body().getUInt());
            return "yes";
        }
        long code = answer.body().getUInt();
        var why = answer.body().getString();
        hear(new Answer((int) -code, "", why));
        return why.contains("there is no shed") ? "unknown" : "refused";
    }

    @Override
    public void close() {
        clients.values().forEach(RawClient::close);
    }

    /// A `session` channel.
    private static final class Channel {
        private final RawClient client;
        private final long ours;
        private final long theirs;
        private final StringBuilder out = new StringBuilder();
        private final StringBuilder err = new StringBuilder();

        Channel(RawClient client) throws IOException, InterruptedException {
            this.client = client;
            this.ours = client.open("session");
            this.theirs = client.confirmed(ours);
        }

        boolean request(String type, Object... details) throws IOException, InterruptedException {
            var fields = new Object[details.length + 3];
            fields[0] = theirs;
            fields[1] = type;
            fields[2] = true;
            System.arraycopy(details, 0, fields, 3, details.length);
            client.send(SshConstants.SSH_MSG_CHANNEL_REQUEST, fields);
            for (var answer = client.next(ours); ; answer = client.next(ours)) {
                if (answer.name().equals("SUCCESS") || answer.name().equals("FAILURE")) {
                    return answer.name().equals("SUCCESS");
                }
                take(answer);
            }
        }

        Answer onTerminal(String typed) throws IOException, InterruptedException {
            if (!request("pty-req", XTERM, 80, 24, 0, 0, "")) {
                close();
                return refused();
            }
            return run("shell", typed);
        }

        Answer run(String type, String typed, Object... details) throws IOException, InterruptedException {
            if (!request(type, details)) {
                close();
                return refused();
            }
            if (!typed.isEmpty()) {
                client.send(SshConstants.SSH_MSG_CHANNEL_DATA, theirs, typed);
            }
            client.send(SshConstants.SSH_MSG_CHANNEL_EOF, theirs);
            return untilClosed();
        }

        /// Of what goes on until the client goes, the first words are enough.
        Answer follow(String type, String line) throws IOException, InterruptedException {
            if (!request(type, line)) {
                close();
                return refused();
            }
            for (var message = client.next(ours); ; message = client.next(ours)) {
                int status = take(message);
                if (status >= 0) {
                    untilClosed();
                    return new Answer(status, out.toString(), err.toString());
                }
                if (out.toString().contains("listening")) {
                    close();
                    return new Answer(0, out.toString(), err.toString());
                }
            }
        }

        private Answer untilClosed() throws IOException, InterruptedException {
            int status = -1;
            for (var message = client.next(ours); !message.name().equals("CLOSE"); message = client.next(ours)) {
                status = Math.max(status, take(message));
            }
            client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, theirs);
            return new Answer(status, out.toString(), err.toString());
        }

        /// @return the exit status if the message is that, else -1
        private int take(Message message) {
            var body = message.body();
            switch (message.name()) {
                case "DATA" -> out.append(text(body));
                case "EXTENDED_DATA" -> {
                    body.getUInt();
                    err.append(text(body));
                }
                case "REQUEST" -> {
                    if (body.getString().equals("exit-status")) {
                        body.getBoolean();
                        return (int) body.getUInt();
                    }
                }
                default -> {}
            }
            return -1;
        }

        private static String text(Buffer body) {
            return new String(body.getBytes(), StandardCharsets.UTF_8);
        }

        private static Answer refused() {
            return new Answer(-1, "", "");
        }

        void close() throws IOException {
            client.send(SshConstants.SSH_MSG_CHANNEL_CLOSE, theirs);
        }
    }
}
