package dev.shed.gateway.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// No packet goes either way on this machine: to both ends, the other has fallen silent.
final class Cut implements AutoCloseable {
    private final List<List<String>> rules;

    private Cut(List<List<String>> rules) throws IOException {
        this.rules = rules;
        for (var rule : rules) {
            iptables("-I", rule);
        }
    }

    /// Between one client and a gateway.
    static Cut between(ProcessHandle client, int server) throws IOException {
        var from = Integer.toString(port(client, server));
        var to = Integer.toString(server);
        return new Cut(List.of(rule("--sport", from, "--dport", to), rule("--sport", to, "--dport", from)));
    }

    /// Between everybody and a gateway.
    static Cut around(int server) throws IOException {
        var port = Integer.toString(server);
        return new Cut(List.of(rule("--dport", port), rule("--sport", port)));
    }

    private static List<String> rule(String... ports) {
        var words = new ArrayList<>(List.of("INPUT", "-i", "lo", "-p", "tcp"));
        words.addAll(List.of(ports));
        words.addAll(List.of("-j", "DROP"));
        return words;
    }

    /// The client's end of its connection.
    private static int port(ProcessHandle client, int server) throws IOException {
        var all = Run.run(List.of("ss", "-Htnp", "dport", "=", ":" + server)).orFail();
        var line = all.lines()
                .filter(text -> text.contains("pid=" + client.pid() + ","))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no connection of " + client.pid() + " in:\n" + all));
        return Integer.parseInt(line.split(" +", -1)[3].replaceFirst(".*:", ""));
    }

    private static void iptables(String what, List<String> rule) throws IOException {
        var words = new ArrayList<String>();
        if (!System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("sudo", "-n"));
        }
        words.addAll(List.of("iptables", "-w", what));
        words.addAll(rule);
        Run.run(words).orFail();
    }

    @Override
    public void close() throws IOException {
        for (var rule : rules) {
            iptables("-D", rule);
        }
    }
}
