package dev.shed.gateway.tmux;

import dev.shed.gateway.agent.Agent;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The program that a session is created with ([Tmux#run]).
///
/// @param relay what stands before the program, with its arguments; may be empty
/// @param note what to note of the options of the program, as JSON, for the time when it has ended with its container
/// @param resumed the agent that the program is, if it was resumed
/// @param command the program and its arguments
public record SessionProgram(List<String> relay, Optional<String> note, Optional<Agent> resumed, List<String> command) {
    /// Runs its arguments but the first two: the note, and the agent; each empty for none. Of processes that are gone,
    /// the last 32 notes are kept. Of an agent the image looks whether it is quit before it has left a record:
    /// Codex calls no hook before its first prompt.
    ///
    /// tmux drops what it has not read of a program that has ended. So a shell that finds
    /// no such program asks the terminal for a reply (DSR), which tmux gives when it has read the message. It
    /// waits for five seconds at most.
    private static final String RUN = """
            note() (
                agents=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents file=$agents/$$.run given=${1%?}
                IFS= read -r stat <"/proc/$$/stat" && umask 077 && mkdir -p "$agents" || exit
                set -- ${stat##*) }
                printf '%s,"procStart":"%s"}\\n' "$given" "${20}" >"$file.new" && mv -f "$file.new" "$file"
                cd "$agents" && ls -t -- *.run | sed 1,32d | while IFS= read -r old; do
                    [ -e "/proc/${old%.run}" ] || rm -f "./$old"
                done
            )
            [ -z "$1" ] || note "$1" 2>/dev/null
            [ -z "$2" ] || setsid --fork /usr/local/lib/shed/agent-end $$ "$2" 2>/dev/null
            shift 2
            echo
            shown() {
                stty -icanon -echo min 0 time 50 && printf '\\033[5n' >/dev/tty && dd count=1 >/dev/null
            }
            trap 'shown 2>/dev/null' EXIT
            exec "$@"
            """;

    /// A name that tmux reads as no format, and that a status line has room for.
    private static final Pattern WINDOW_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_+.-]{0,31}");

    /// As tmux has it by default, and how to end the pane. Whoever attaches sees it.
    private static final String DEAD = "Pane is dead (#{?#{!=:#{pane_dead_status},},status #{pane_dead_status},}"
            + "#{?#{!=:#{pane_dead_signal},},signal #{pane_dead_signal},}, #{t:pane_dead_time}); #{prefix} x ends it";

    public SessionProgram {
        relay = List.copyOf(relay);
        command = List.copyOf(command);
    }

    /// Names the window after the program; a relay or a shell that starts it would name it otherwise.
    Stream<String> windowName() {
        var path = command.getFirst();
        var name = path.substring(path.lastIndexOf('/') + 1);
        return WINDOW_NAME.matcher(name).matches() ? Stream.of("-n", name) : Stream.empty();
    }

    /// The commands of tmux by which the current window of a session stays if its program fails. The text of a dead
    /// pane can be set since tmux 3.3 (`-q` for those before).
    static List<String> stays(String target) {
        var option = List.of("set-option", "-q", "-w", "-t", target);
        return Stream.of(
                        option,
                        List.of("remain-on-exit-format", DEAD, ";"),
                        option,
                        List.of("remain-on-exit", "failed"))
                .flatMap(List::stream)
                .toList();
    }

    /// tmux gives a command of one word to a shell. When a pane dies, it scrolls the first line away; that one is
    /// empty.
    List<String> words() {
        var shell = List.of(
                "sh", "-c", RUN, "sh", note.orElse(""), resumed.map(Agent::word).orElse(""));
        return Stream.of(relay, shell, command).flatMap(List::stream).toList();
    }
}
