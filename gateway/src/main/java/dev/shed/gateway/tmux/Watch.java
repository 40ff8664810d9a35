package dev.shed.gateway.tmux;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The commands that make a tmux server report what happens in it, as lines that [Notice] reads (ADR-0013).
///
/// For each event, a hook appends a line to an option of the server and wakes a client, which prints the
/// option and empties it. This client is attached to no session, so it is not counted, and no window
/// follows its size. In between it waits in the server. The server also compares the signs of the windows
/// every two seconds; they are printed when they have changed.
///
/// @param token distinguishes the watches of several gateways; hexadecimal
public record Watch(String token) {
    /// The most characters that wait in the option. If there are more, nobody reads them: the gateway of the
    /// hooks is gone.
    private static final int MAX_WAITING = 256 * 1024;

    /// Longer names and titles are cut.
    private static final String NAME = "#{=256:%s}";

    private static final String SHOWS = "w #{session_id} " + Activity.WINDOWS + "|" + NAME.formatted("pane_title");

    /// The seconds between two comparisons. Each takes the server half a millisecond or less.
    private static final String INTERVAL = "2";

    private static final String DETACHED = "client-detached";

    /// The index in the array of a hook, which nothing else uses.
    private static final int FIRST_INDEX = 1_000_000;

    private static final int INDEXES = 1_000_000;

    public Watch {
        if (!token.matches("[0-9a-f]{1,16}")) {
            throw new IllegalArgumentException("not a token: " + token);
        }
    }

    /// The client that watches. [#script] is its input. It ends when the server ends, or when the server
    /// waits only for its clients to end.
    ///
    /// @param startServer whether to start a server if none runs
    public List<String> argv(boolean startServer) {
        return startServer
                ? List.of("tmux", "-u", "start-server", ";", "source-file", "-")
                : List.of("tmux", "-u", "source-file", "-");
    }

    /// The commands for the server, in the syntax of tmux.conf.
    public String script() {
        var script = new StringBuilder();
        line(script, "display-message -p 'p #{pid} #{start_time}'");
        // The lines of the hooks of an earlier watch that nobody has read yet.
        line(script, "display-message -p '#{%s}'".formatted(waiting()));
        line(script, "set-option -s %s ''".formatted(waiting()));
        line(script, "set-option -s %s ''".formatted(option("lost")));
        line(script, set("due", "1"));
        line(script, set("seen", "''"));
        line(script, "set-option -s %s { %s }".formatted(option("loop"), loop()));
        records()
                .forEach((hook, record) ->
                        line(script, "set-hook -g '%s' { %s%s }".formatted(hook(hook), rouse(hook), append(record))));
        line(script, "set-hook -g '%s' { %s }".formatted(hook("after-set-hook"), guard()));
        line(script, "display-message -p \"#{S:s #{session_id} %s\\n}\"".formatted(NAME.formatted("session_name")));
        line(script, "list-clients -F 'k #{session_id} #{client_name}'");
        line(script, "display-message -p e");
        line(script, "wait-for -S " + channel());
        line(script, "run-shell -C '#{%s}'".formatted(option("loop")));
        return script.toString();
    }

    /// Prints the signs of one session, as a line that [Notice] reads, and then the screen of its active
    /// pane.
    public static List<String> look(int session) {
        // With the colon it is the session, and not a window of that name.
        var target = "$" + session + ":";
        return List.of(
                "tmux",
                "-u",
                "display-message",
                "-p",
                "-t",
                target,
                SHOWS,
                ";",
                "capture-pane",
                "-p",
                "-J",
                "-t",
                target);
    }

    /// The commands that remove all hooks and options of the watch.
    public String removal() {
        var script = new StringBuilder();
        line(script, "set-hook -gu '%s'".formatted(hook("after-set-hook")));
        records().keySet().forEach(hook -> line(script, "set-hook -gu '%s'".formatted(hook(hook))));
        // The loop first: without it the client that waits ends as soon as it is woken.
        List.of("loop", "lost").forEach(name -> line(script, "set-option -su " + option(name)));
        List.of("alarm", "due", "seen", "now").forEach(name -> line(script, "set-environment -gu " + variable(name)));
        line(script, "set-option -su " + waiting());
        line(script, "wait-for -S " + channel());
        return script.toString();
    }

    private static void line(StringBuilder script, String command) {
        script.append(command).append('\n');
    }

    /// The line of each hook.
    private static Map<String, String> records() {
        var name = NAME.formatted("hook_session_name");
        var records = new LinkedHashMap<String, String>();
        records.put("session-created", "c #{hook_session} " + name);
        records.put("session-closed", "x #{hook_session}");
        records.put("session-renamed", "r #{hook_session} " + name);
        records.put("client-session-changed", "a #{session_id} #{hook_client}");
        records.put(DETACHED, "d #{hook_client}");
        records.put("alert-bell", "b #{hook_session}");
        return records;
    }

    /// Formats are expanded once, so a name is never expanded as a format. Names have no line breaks.
    private String append(String record) {
        return "if-shell -F '#{e|<:#{n:%1$s},%2$d}' { set-option -saF %1$s \"%3$s\\n\" } { set-option -s %4$s 1 } ; wait-for -S %5$s"
                .formatted(waiting(), MAX_WAITING, record, option("lost"), channel());
    }

    /// tmux forgets an alarm when the client leaves that was attached as it was set.
    private String rouse(String hook) {
        return hook.equals(DETACHED) ? set("due", "1") + " ; " : "";
    }

    /// Notices that a hook of the watch is gone: setting a whole hook (`set-hook -g session-created …`)
    /// removes it.
    private String guard() {
        var all = records().keySet().stream()
                .map(hook -> "#{&&:#{!=:#{%s},},".formatted(hook(hook)))
                .collect(Collectors.joining("", "", "1" + "}".repeat(records().size())));
        return "if-shell -F '%s' { } { set-option -s %s 1 ; wait-for -S %s }".formatted(all, option("lost"), channel());
    }

    private String loop() {
        return String.join(
                " ; ",
                "wait-for " + channel(),
                "if-shell -F '#{!=:#{%1$s},}' { display-message -p '#{%1$s}' ; set-option -s %1$s '' }"
                        .formatted(waiting()),
                "if-shell -F '#{%1$s}' { set-option -s %1$s '' ; display-message -p l }".formatted(option("lost")),
                "if-shell -F '#{%s}' { %s }".formatted(variable("due"), look()),
                // A server that ends with its last session waits for its clients, and must not wait for this one.
                "if-shell -F '#{||:#{S:x},#{!=:#{exit-empty},1}}' { run-shell -C '#{%s}' }".formatted(option("loop")));
    }

    private String look() {
        var shows = "#{S:" + SHOWS + "\\n}";
        return String.join(
                " ; ",
                set("due", "''"),
                format("now", '"' + shows + '"'),
                "if-shell -F '#{!=:#{%1$s},#{%2$s}}' { display-message -p '#{%1$s}' ; %3$s }"
                        .formatted(variable("now"), variable("seen"), format("seen", "'#{" + variable("now") + "}'")),
                format("alarm", "'#{e|+:#{" + variable("alarm") + "},1}'"),
                "run-shell -b -d %s -C '%s'".formatted(INTERVAL, alarm()));
    }

    /// Wakes the client, unless another alarm has been set since. If no client reads, no further alarm is set.
    private String alarm() {
        return "if-shell -F \"##{==:##{%1$s},#{%1$s}}\" { %2$s ; wait-for -S %3$s }"
                .formatted(variable("alarm"), set("due", "1"), channel());
    }

    private String channel() {
        return "shed-watch-" + token;
    }

    private String waiting() {
        return "@shed-watch-" + token;
    }

    private String option(String name) {
        return waiting() + "-" + name;
    }

    /// What changes with each look is in hidden variables of the environment, which formats can read and no
    /// program inherits: tmux draws all its clients anew when an option is set.
    private String variable(String name) {
        return "SHED_WATCH_" + token + "_" + name;
    }

    private String set(String variable, String value) {
        return "set-environment -gh " + variable(variable) + " " + value;
    }

    private String format(String variable, String format) {
        return "set-environment -ghF " + variable(variable) + " " + format;
    }

    private String hook(String name) {
        return name + "[" + (FIRST_INDEX + (int) (Long.parseUnsignedLong(token, 16) % INDEXES)) + "]";
    }
}
