package dev.shed.gateway.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a pane shows while its agent asks something.
///
/// @param pane what runs in the pane
/// @param lines the lines of its screen
/// @param output the whole output of [#show] that tells this
public record Dialog(AgentPane pane, List<String> lines, String output) {
    /// The exit status of [#press] if the pane is not as it was shown; nothing was typed.
    public static final int CHANGED = 3;

    /// The exit status of [#press] if the key has no effect within two seconds.
    public static final int NO_EFFECT = 5;

    /// The exit status of [#show] and [#press] if the pane cannot be read in time; nothing was typed.
    public static final int UNREAD = 6;

    /// `$2` is a pane, and `$3` is `show`, which prints its listing and its screen; or `press`,
    /// which gives the pane's program the key `$4` if that is still exactly what stdin has, and
    /// then waits until the screen is another one. The key is pasted from the buffer `$5`, which
    /// reaches no other pane (`synchronize-panes`).
    ///
    /// A screen without `end` behind it is not all of it. A pane that is gone has an empty one.
    private static final String SCRIPT = AgentPanes.FUNCTIONS + """
        screen() {
            shot=$({
                timeout 5 tmux -u capture-pane -p -t "$1" ';' display-message -p -t "$1" end
                printf 'status%s' $?
            } | head -c 131072)
            case $shot in
            *"${newline}end${newline}status0") shot=${shot%"${newline}end${newline}status0"} ;;
            status1 | status126 | status127) shot= ;;
            *status[0-9] | *status[0-9][0-9] | *status[0-9][0-9][0-9]) return 1 ;;
            esac
            while [ "$shot" != "${shot%"$newline"}" ]; do
                shot=${shot%"$newline"}
            done
        }
        [ "$3" = show ] || expected=$(head -c 524288)
        look "$1" "$2" && screen "$2" || exit 6
        before=$shot
        shown=$now${newline}screen$newline$before
        if [ "$3" = show ]; then
            printf '%s\\n' "$shown"
            exit
        fi
        [ "$shown" = "$expected" ] || exit 3
        printf '%s' "$4" |
            timeout 5 tmux load-buffer -b "$5" - ';' copy-mode -q -t "$2" ';' kill-session -C -t "$2" ';' \\
                paste-buffer -r -d -b "$5" -t "$2" || exit 4
        left=20
        while :; do
            screen "$2" || shot=$before left=$((left - 10))
            [ "$shot" = "$before" ] || exit 0
            left=$((left - 1))
            [ "$left" -gt 0 ] || exit 5
            sleep 0.1 || sleep 1
        done
        """;

    private static final String SCREEN = "\nscreen\n";

    /// The signs of frames and of turning spinners: they are no part of a question.
    private static final Pattern SIGNS = Pattern.compile("[\\u2500-\\u259f\\u2800-\\u28ff]");

    /// An option of a dialog with its number: `❯ 1. Yes`. The sign before it marks the one that Enter
    /// chooses.
    private static final Pattern OPTION = Pattern.compile("\\s*([❯›>●]?)\\s*([1-9])\\.\\s+(\\S.*)");

    /// How many lines of text a question has at most; a longer one is cut at its beginning.
    private static final int MAX_LINES = 16;

    public Dialog {
        lines = List.copyOf(lines);
    }

    /// An option that a dialog shows.
    ///
    /// @param chosen whether Enter chooses it
    record Option(int number, boolean chosen, String text) {}

    /// The program that prints the listing of a pane, and its screen; [#parse] reads the output. Its status is
    /// [#UNREAD] if these are not complete.
    ///
    /// @param pane tmux's name of it, as `%5`
    public static List<String> show(String pane) {
        return List.of("sh", "-c", SCRIPT, "shed-agents", AgentPanes.FORMAT, pane, "show");
    }

    /// The program that gives a pane a key if it is still as [#show] has printed it, which comes on stdin.
    /// Its status is [#CHANGED] if it is not, [#UNREAD] if that cannot be seen, 4 if tmux fails to type it, and
    /// [#NO_EFFECT].
    ///
    /// @param key the bytes that it sends
    /// @param buffer a name that nobody else uses
    public static List<String> press(String pane, String key, String buffer) {
        return List.of("sh", "-c", SCRIPT, "shed-agents", AgentPanes.FORMAT, pane, "press", key, buffer);
    }

    /// Reads the output of [#show]; empty if the pane is missing.
    ///
    /// @param pane tmux's name of the pane
    public static Optional<Dialog> parse(String output, String pane) {
        var shown = output.endsWith("\n") ? output.substring(0, output.length() - 1) : output;
        int screen = shown.indexOf(SCREEN);
        if (screen < 0) {
            return Optional.empty();
        }
        var lines = Arrays.asList(shown.substring(screen + SCREEN.length()).split("\n", -1));
        return AgentPanes.parse(shown.substring(0, screen).lines().toList()).stream()
                .filter(listed -> listed.id().equals(pane))
                .findFirst()
                .map(listed -> new Dialog(listed, lines, shown));
    }

    /// The text of the screen without frames and spinners.
    public List<String> text() {
        return lines.stream()
                .map(line -> SIGNS.matcher(line).replaceAll(" ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /// What it asks, as far as a screen tells: the end of its text, and its numbered options.
    ///
    /// @param status that of the pane
    public Question question(Status status) {
        var text = text();
        var end = text.subList(Math.max(0, text.size() - MAX_LINES), text.size());
        var kind = status.state() == Status.State.NEEDS_APPROVAL ? Question.Kind.PERMISSION : Question.Kind.QUESTION;
        var detail =
                end.stream().filter(line -> !OPTION.matcher(line).matches()).collect(Collectors.joining(" "));
        return new Question(
                kind,
                status.message().orElse(""),
                detail,
                options().stream().map(Option::text).toList());
    }

    /// The options that it shows, numbered from 1 without a gap; empty if there are others.
    List<Option> options() {
        var found = text().stream()
                .map(OPTION::matcher)
                .filter(java.util.regex.Matcher::matches)
                .map(option -> new Option(
                        Integer.parseInt(option.group(2)), !option.group(1).isEmpty(), option.group(3)))
                .toList();
        int first = -1;
        for (int i = 0; i < found.size(); i++) {
            first = found.get(i).number() == 1 ? i : first;
        }
        var last = first < 0 ? List.<Option>of() : found.subList(first, found.size());
        for (int i = 0; i < last.size(); i++) {
            if (last.get(i).number() != i + 1) {
                return List.of();
            }
        }
        return last;
    }
}
