package dev.shed.gateway.e2e;

import dev.shed.gateway.Await;
import dev.shed.gateway.e2e.Run.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A terminal that a person sits at: a window of a tmux server of its own on this machine, with a program in it.
/// What is typed goes to the program, also tmux's own prefix. When the program has ended its screen stays.
final class Terminal implements AutoCloseable {
    private final Seat seat;
    private final String server = "e2e-" + UUID.randomUUID().toString().substring(0, 8);

    private Terminal(Seat seat) {
        this.seat = seat;
    }

    /// Opens a terminal of 100 by 30 with the client in it.
    static Terminal ssh(Place place, String... arguments) throws IOException {
        return open(place, 100, 30, "ssh " + quoted(arguments));
    }

    /// Opens a terminal with a line of shell in it.
    static Terminal open(Seat seat, int columns, int rows, String line) throws IOException {
        var settings = seat.path("terminal.conf");
        Files.writeString(settings, "set -g status off\nset -g escape-time 0\n");
        var terminal = new Terminal(seat);
        terminal.tmux(
                        "-f",
                        settings.toString(),
                        "new-session",
                        "-d",
                        "-x",
                        Integer.toString(columns),
                        "-y",
                        Integer.toString(rows),
                        line + "; echo $? >" + terminal.statusFile() + "; exec sleep 600")
                .orFail();
        return terminal;
    }

    static String quoted(String... words) {
        return Arrays.stream(words)
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    private Result tmux(String... words) throws IOException {
        var all = Stream.concat(Stream.of("tmux", "-u", "-L", server), Stream.of(words));
        return Run.run(seat.program(all.toArray(String[]::new)), new byte[0]);
    }

    /// Types text and presses Enter.
    void enter(String text) throws IOException {
        type(text);
        press("Enter");
    }

    /// Types text.
    void type(String text) throws IOException {
        tmux("send-keys", "-l", "--", text).orFail();
    }

    /// Presses keys, named as tmux names them.
    void press(String... keys) throws IOException {
        tmux(Stream.concat(Stream.of("send-keys"), Stream.of(keys)).toArray(String[]::new))
                .orFail();
    }

    /// Detaches as people do.
    void detach() throws IOException {
        press("C-b", "d");
    }

    void resize(int columns, int rows) throws IOException {
        tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows))
                .orFail();
    }

    String screen() throws IOException {
        return tmux("capture-pane", "-p", "-J").orFail();
    }

    /// The rows of the screen, also where a line goes on in the next one.
    List<String> rows() throws IOException {
        return tmux("capture-pane", "-p").orFail().lines().toList();
    }

    /// Waits until the screen shows `text`.
    String await(String text) throws Exception {
        return Await.get("'" + text + "' on the screen", Await.PATIENCE, this::screen, seen -> seen.contains(text));
    }

    /// Waits for a prompt: everything that was started has drawn itself.
    void awaitPrompt() throws Exception {
        await("$ ");
    }

    /// Runs a line in the shell of the screen and returns what it says: one word, found between two marks that
    /// the typed line itself does not show.
    String ask(String expression) throws Exception {
        var mark = UUID.randomUUID().toString().substring(0, 4);
        enter("echo '" + mark + "'\"<" + expression + ">\"");
        var start = mark + "<";
        var seen = Await.get(
                "the answer to " + expression,
                Await.PATIENCE,
                this::screen,
                text -> text.contains(start) && text.indexOf('>', text.lastIndexOf(start)) > 0);
        int from = seen.lastIndexOf(start) + start.length();
        return seen.substring(from, seen.indexOf('>', from));
    }

    private Path statusFile() {
        return seat.path(server + ".status");
    }

    /// Waits for the program to end and returns its exit status.
    int status() throws Exception {
        var file = statusFile();
        var status = Await.get(
                "the program's end",
                Await.PATIENCE,
                () -> ended() ? Files.readString(file) : screen(),
                seen -> seen.matches("\\d+\n"));
        return Integer.parseInt(status.strip());
    }

    private boolean ended() {
        return Files.exists(statusFile());
    }

    /// The process in the terminal: the client itself.
    ProcessHandle process() throws Exception {
        var shell = tmux("list-panes", "-F", "#{pane_pid}").orFail().strip();
        var children = Await.get(
                "the client's process",
                Await.PATIENCE,
                () -> ProcessHandle.of(Long.parseLong(shell))
                        .orElseThrow()
                        .children()
                        .toList(),
                seen -> !seen.isEmpty());
        return children.getFirst();
    }

    /// What a program has switched on: its own screen, the mouse, keys as applications want them, margins; and whether
    /// there is a cursor.
    String modes() throws IOException {
        var modes = "screen=#{alternate_on} mouse=#{mouse_any_flag} keypad=#{keypad_flag}#{keypad_cursor_flag}"
                + " margins=#{scroll_region_upper}-#{scroll_region_lower} cursor=#{cursor_flag}";
        return tmux("display", "-p", modes).orFail().strip();
    }

    /// The title that the program has given to the terminal.
    String title() throws IOException {
        return tmux("display", "-p", "#{pane_title}").orFail().strip();
    }

    List<String> lines() throws IOException {
        return screen().lines().toList();
    }

    @Override
    public void close() throws IOException {
        tmux("kill-server");
    }
}
