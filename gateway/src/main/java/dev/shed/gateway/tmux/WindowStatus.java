package dev.shed.gateway.tmux;

import dev.shed.gateway.agent.AgentPanes;
import dev.shed.gateway.agent.Status;
import dev.shed.gateway.agent.Status.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the agents in each window are doing, and the options of the window that tell it to the status line. The
/// listing has their values, too, so only changes are written, and nothing has to be remembered.
public final class WindowStatus {
    /// Its value is the word of a [State], or [#SEEN].
    private static final String STATUS = "@shed_status";

    /// When the agent was done, in seconds: what it has done later has not been seen.
    private static final String SINCE = "@shed_since";

    /// The agent is done, and somebody has looked since.
    private static final String SEEN = "seen";

    /// Four fields behind those of a pane.
    private static final String FORMAT =
            String.join("\t", AgentPanes.FORMAT, "#{window_id}", "#{window_active_clients}", safe(STATUS), safe(SINCE));

    private static final int ADDED = 4;
    private static final int PANE_ID = 5;
    private static final Pattern WINDOW = Pattern.compile("@\\d{1,9}");

    /// The most windows in one command: tmux takes about 16 KB.
    private static final int AT_ONCE = 50;

    private final Map<String, Window> windows = new LinkedHashMap<>();
    private final Map<String, Window> byPane = new HashMap<>();

    /// The values of the options; empty where they are not set.
    private record Options(String status, String since) {}

    private static final class Window {
        private final boolean shown;
        private final Options options;
        private @Nullable Status status;

        /// @param shown whether it is the current window of a client
        Window(boolean shown, Options options) {
            this.shown = shown;
            this.options = options;
        }

        /// Of several agents, the one that needs somebody most counts.
        void add(Status other) {
            if (status == null || other.state().compareTo(status.state()) < 0) {
                status = other;
            }
        }

        Options wanted() {
            if (status == null) {
                return new Options("", "");
            }
            if (status.state() != State.DONE) {
                return new Options(status.state().word(), "");
            }
            var since =
                    Long.toString(status.since().map(Instant::getEpochSecond).orElse(0L));
            var seen = new Options(SEEN, since);
            return shown || options.equals(seen) ? seen : new Options(State.DONE.word(), since);
        }
    }

    private WindowStatus() {}

    private static String safe(String option) {
        return "#{=32:#{s/[\t\r\n]/?/:" + option + "}}";
    }

    /// The program whose output [#parse] reads.
    public static List<String> look() {
        return AgentPanes.look(FORMAT, "all");
    }

    /// Reads the listing. What is not one is left out.
    public static WindowStatus parse(String output) {
        var read = new WindowStatus();
        var panes = AgentPanes.parse(
                output.lines().filter(AgentPanes::has).map(read::take).toList());
        for (var pane : panes) {
            var window = read.byPane.get(pane.id());
            if (window != null) {
                pane.status().ifPresent(window::add);
            }
        }
        return read;
    }

    /// Takes the added fields from the line of a pane.
    private String take(String line) {
        int end = line.length();
        for (int i = 0; i < ADDED && end > 0; i++) {
            end = line.lastIndexOf('\t', end - 1);
        }
        if (!line.startsWith("pane\t") || end <= 0) {
            return line;
        }
        var added = line.substring(end + 1).split("\t", -1);
        var pane = line.substring(0, end);
        if (WINDOW.matcher(added[0]).matches()) {
            var window = windows.computeIfAbsent(
                    added[0], _ -> new Window(!added[1].equals("0"), new Options(added[2], added[3])));
            Stream.of(pane.split("\t", -1)).skip(PANE_ID).findFirst().ifPresent(id -> byPane.put(id, window));
        }
        return pane;
    }

    /// Whether an agent runs, or a program has told something.
    public boolean isAny() {
        return windows.values().stream().anyMatch(window -> window.status != null);
    }

    /// Whether one works, or asks: something will change.
    public boolean isAnyActive() {
        return windows.values().stream()
                .flatMap(window -> Stream.ofNullable(window.status))
                .anyMatch(status -> switch (status.state()) {
                    case NEEDS_APPROVAL, NEEDS_INPUT, WORKING, UNKNOWN -> true;
                    case FAILED, DONE, IDLE -> false;
                });
    }

    /// The commands that write what has changed.
    public List<List<String>> changes() {
        var changes = windows.entrySet().stream()
                .filter(window -> !window.getValue().wanted().equals(window.getValue().options))
                .map(window -> change(window.getKey(), window.getValue().wanted()))
                .toList();
        var commands = new ArrayList<List<String>>();
        for (int i = 0; i < changes.size(); i += AT_ONCE) {
            var some = changes.subList(i, Math.min(changes.size(), i + AT_ONCE));
            commands.add(Stream.concat(Stream.of("tmux"), some.stream().flatMap(List::stream))
                    .toList());
        }
        return commands;
    }

    /// A window that has gone meanwhile is no error (`-q`), which would end the list of commands.
    private static List<String> change(String window, Options wanted) {
        return Stream.of(option(window, STATUS, wanted.status()), option(window, SINCE, wanted.since()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> option(String window, String name, String value) {
        return value.isEmpty()
                ? List.of("set-option", "-wqu", "-t", window, name, ";")
                : List.of("set-option", "-wq", "-t", window, name, value, ";");
    }
}
