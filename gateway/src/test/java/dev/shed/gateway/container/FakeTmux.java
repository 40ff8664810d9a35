package dev.shed.gateway.container;

import dev.shed.gateway.container.FakeProcess.Streams;
import dev.shed.gateway.failure.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// As much of tmux as the gateway uses: its subcommands, its messages, its statuses. An attached client
/// echoes what it is sent until end-of-file or `Ctrl-B d`.
public final class FakeTmux {
    private static final int PREFIX = 0x02;
    private static final String NO_SERVER = "no server running on /tmp/tmux-1000/default\n";

    /// Guarded by this, as everything here is.
    private final Map<String, Session> sessions = new TreeMap<>();

    private int nextPane;

    private static final class Session {
        private final Instant created;
        private int attached;
        private final int windows;
        private final int pane;
        private String typed = "";

        Session(int pane, Instant created, int attached, int windows) {
            this.pane = pane;
            this.created = created;
            this.attached = attached;
            this.windows = windows;
        }
    }

    /// A session that is there already, of any name.
    public synchronized FakeTmux with(String name, Instant created, int attached, int windows) {
        sessions.put(name, new Session(nextPane++, created, attached, windows));
        return this;
    }

    /// A session that is gone.
    public synchronized FakeTmux without(String name) {
        sessions.remove(name);
        notifyAll();
        return this;
    }

    public synchronized List<String> names() {
        return List.copyOf(sessions.keySet());
    }

    public synchronized int attached(String name) {
        var session = sessions.get(name);
        return session == null ? 0 : session.attached;
    }

    synchronized void end() {
        sessions.clear();
        notifyAll();
    }

    /// What `argv` (from `tmux` on) starts.
    FakeProcess start(List<String> argv) {
        var words = new ArrayList<>(argv.subList(1, argv.size()));
        words.removeAll(List.of("-u", "-T", "RGB", "-C"));
        while (words.getFirst().equals("if-shell")) {
            words.subList(0, words.indexOf(";") + 1).clear();
        }
        if (words.contains("capture-pane")) {
            return look(target(words));
        }
        if (words.contains("paste-buffer")) {
            return paste(words);
        }
        return switch (words.getFirst()) {
            case "has-session" -> has(target(words));
            case "kill-session" -> kill(target(words));
            case "rename-session" -> rename(target(words), words.getLast());
            case "attach-session" -> attach(target(words));
            case "new-session" -> create(words);
            default -> FakeProcess.printing("", "unknown command: " + words.getFirst() + "\n", 1);
        };
    }

    synchronized FakeProcess list() {
        if (sessions.isEmpty()) {
            return FakeProcess.printing("", NO_SERVER, 1);
        }
        return FakeProcess.printing(
                sessions.entrySet().stream()
                        .map(entry -> session(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining()),
                "",
                0);
    }

    private static String session(String name, Session session) {
        long created = session.created.getEpochSecond();
        var windows = IntStream.range(0, session.windows)
                .mapToObj(index -> created + (index == 0 ? "* " : " "))
                .collect(Collectors.joining());
        var listed = "session\t%d\t%s\tbash\t/workspace\tdemo\t%s\t\t%s\n"
                .formatted(created, name, windows, "bash\t".repeat(session.windows));
        var clients = IntStream.range(0, session.attached)
                .mapToObj(index -> "client\t%s\t0\t%d\t/dev/pts/%d\t%d\t%d\t80\t24\n"
                        .formatted(name, index % 2, index, created, created))
                .collect(Collectors.joining());
        return listed + clients;
    }

    private synchronized FakeProcess has(String name) {
        return sessions.containsKey(name) ? done() : missing(name);
    }

    private synchronized FakeProcess kill(String name) {
        if (sessions.remove(name) == null) {
            return missing(name);
        }
        notifyAll();
        return done();
    }

    /// A screen of 20 by 3 with what was typed in its first line.
    private synchronized FakeProcess look(String name) {
        var session = sessions.get(paneOf(name));
        if (session == null) {
            return missing(name);
        }
        var pane = "%%%d\t7\t/dev/pts/%d\t20\t3\t%d\t0\t0\t0\t0\t0\t0\t60\tbash\tdemo\n"
                .formatted(session.pane, session.pane, session.typed.length());
        return FakeProcess.printing(pane + session.typed.replace("\r", "") + "\n\n\n", "", 0);
    }

    private synchronized FakeProcess paste(List<String> words) {
        var session = sessions.get(paneOf(after(words, "-t")));
        if (session == null) {
            return missing(after(words, "-t"));
        }
        return new FakeProcess((_, streams) -> {
            session.typed += new String(streams.in().readAllBytes(), StandardCharsets.UTF_8);
            return ExitStatus.SUCCESS;
        });
    }

    /// The session of that name, or of the pane of that name.
    private String paneOf(String target) {
        return sessions.entrySet().stream()
                .filter(entry -> target.equals("%" + entry.getValue().pane))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(target);
    }

    /// What was typed into a session.
    public synchronized String typed(String name) {
        var session = sessions.get(name);
        return session == null ? "" : session.typed;
    }

    private synchronized FakeProcess rename(String name, String other) {
        var session = sessions.get(name);
        if (session == null) {
            return missing(name);
        }
        if (sessions.containsKey(other) && !name.equals(other)) {
            return FakeProcess.printing("", "duplicate session: " + other + "\n", 1);
        }
        sessions.remove(name);
        sessions.put(other, session);
        return done();
    }

    private synchronized FakeProcess create(List<String> words) {
        var name = after(words, "-s");
        boolean there = sessions.containsKey(name);
        if (there && !words.contains("-A")) {
            return FakeProcess.printing("", "duplicate session: " + name + "\n", 1);
        }
        if (!there) {
            sessions.put(name, new Session(nextPane++, Instant.now(), 0, 1));
        }
        boolean detached = words.stream().takeWhile(word -> !word.equals(";")).anyMatch("-d"::equals);
        return detached ? done() : attach(name);
    }

    private synchronized FakeProcess attach(String name) {
        var session = sessions.get(name);
        return session == null ? missing(name) : new FakeProcess((process, streams) -> client(session, name, streams));
    }

    private ExitStatus client(Session session, String name, Streams streams) throws IOException {
        count(session, 1);
        try {
            streams.print("[" + name + "]\r\n");
            for (int c = streams.in().read(); c >= 0; c = streams.in().read()) {
                if (c == PREFIX && streams.in().read() == 'd') {
                    streams.print("[detached (from session " + name + ")]\r\n");
                    return ExitStatus.SUCCESS;
                }
                streams.print(new String(new byte[] {(byte) c}, StandardCharsets.ISO_8859_1));
            }
            return ExitStatus.SUCCESS;
        } finally {
            count(session, -1);
        }
    }

    private synchronized void count(Session session, int change) {
        session.attached += change;
        notifyAll();
    }

    /// Waits until so many clients look at the session.
    public synchronized void awaitAttached(String name, int clients) throws InterruptedException {
        while (attached(name) != clients) {
            wait();
        }
    }

    private static String target(List<String> words) {
        var target = after(words, "-t");
        if (target.startsWith("%")) {
            return target;
        }
        if (!target.startsWith("=")) {
            throw new AssertionError("an inexact target: " + target);
        }
        return target.substring(1);
    }

    private static String after(List<String> words, String option) {
        return words.get(words.indexOf(option) + 1);
    }

    private static FakeProcess done() {
        return FakeProcess.printing("", "", 0);
    }

    private FakeProcess missing(String name) {
        return FakeProcess.printing("", sessions.isEmpty() ? NO_SERVER : "can't find session: " + name + "\n", 1);
    }
}
