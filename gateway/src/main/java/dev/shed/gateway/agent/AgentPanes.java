package dev.shed.gateway.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Lists the panes of a tmux server with the processes in their foreground, and what Claude Code has written
/// about itself. The program runs in the container as the shed's user and needs a shell and tmux only.
///
/// It prints lines whose fields are separated by tabs. tmux and the script replace tabs and line breaks in
/// what a container can choose, so nothing can forge a field or a line:
/// - `pane`, the process that the pane was started with, and what tmux tells of the pane;
/// - `process`, the same process, and the command line of the process group in the foreground of its terminal;
/// - `record`, the same process, when the process began that the record is about, and the record.
public final class AgentPanes {
    private static final String PANE = "pane";
    private static final String PROCESS = "process";
    private static final String RECORD = "record";

    /// The last line of a listing that is told again when it changes.
    public static final String END = "end";

    /// `$1` is the format of a pane. `$2` is `given` if the lines of the panes are on stdin, and only those
    /// about their processes are to be printed; or the one pane that is asked for; or `watch`, which prints
    /// the listing anew whenever it changes.
    ///
    /// A shell in the foreground of its own pane is no agent, and is not looked at. The command line and the
    /// environment of a process are read once (`$known`): programs cost more than everything else here.
    /// Claude Code is asked by its environment where it keeps its records, and not all of them are about
    /// processes that are there. All that is read has a limit, and so has the time that tmux may take.
    private static final String SCRIPT = """
            tab=$(printf '\\t')
            newline='
            '
            exec 2>/dev/null
            process() {
                IFS= read -r stat <"/proc/$1/stat" || return
                name=${stat%)*} name=${name#*(}
                set -- ${stat##*) }
                group=$3 front=$6 start=${20}
            }
            add() {
                now=$now$newline$1$tab$2$tab$3
            }
            records() {
                left=256
                for file in "$2"/sessions/*.json; do
                    number=${file##*/} number=${number%.json} left=$((left - 1))
                    case $number in *[!0-9]*) continue ;; esac
                    [ "$left" -ge 0 ] && [ -f "$file" ] || continue
                    process "$number" && [ "$group" = "$3" ] || continue
                    record=$(head -c 4096 "$file")
                    add record "$1" "$start$tab${record%%"$newline"*}"
                done
            }
            foreground() {
                process "$1" || return
                key="$newline$1 $start $name$tab"
                case $known in
                *"$key"*) found=${known#*"$key"} found=${found%%"$newline"*} ;;
                *)
                    found=$(tr '\\000-\\037' '\\037' <"/proc/$1/cmdline" | head -c 512)$tab
                    case $found in *claude*)
                        found=$found$(tr '\\000\\t' '\\n ' <"/proc/$1/environ" | sed -n 's/^CLAUDE_CONFIG_DIR=//p' | head -n 1)
                    esac
                    ;;
                esac
                next=$next$key$found
            }
            look() {
                now= next= left=512
                case $2 in
                given) panes=$(head -c 131072) ;;
                %*) panes=$(tmux -u display-message -p -t "$2" "$1") now=$panes ;;
                *) panes=$(timeout 2 tmux -u list-panes -a -F "$1" | head -c 131072) now=$panes ;;
                esac
                while IFS=$tab read -r _ pane shell _; do
                    left=$((left - 1))
                    [ "$left" -ge 0 ] || break
                    case $pane in '' | *[!0-9]*) continue ;; esac
                    process "$pane" || continue
                    [ "$shell$front" != "sh$pane" ] || continue
                    leader=$front
                    foreground "$leader" || continue
                    add process "$pane" "${found%%"$tab"*}"
                    case $found in
                    *claude*) directory=${found#*"$tab"}; records "$pane" "${directory:-$HOME/.claude}" "$leader" ;;
                    esac
                done <<EOF
            $panes
            EOF
                known=$next$newline
            }
            [ "$2" = watch ] && seen=none || seen=
            while look "$@"; do
                [ "$now" = "$seen" ] || printf '%s\\nend\\n' "${now#"$newline"}" || exit
                [ "$2" = watch ] || exit
                seen=$now
                case $now in *"${newline}process$tab"*) sleep 0.5 ;; *) sleep 1 ;; esac || sleep 1
            done
            """;

    /// The commands, as tmux names them, that may be an agent: its own program, or one that runs scripts. Node.js
    /// names its first thread so.
    private static final String MAY_BE_AGENT = "^(node(js)?|MainThread|bun|deno|[.]?(claude|codex|opencode|gemini).*)$";

    /// The format of a pane for tmux. Its third field is `sh` for a shell in the foreground, `-` for a command
    /// that may be an agent, and `other`.
    public static final String FORMAT = String.join(
            "\t",
            PANE,
            "#{pane_pid}",
            "#{?#{m/r:^(ba|z|fi|da|a|k|c|tc)?sh$,#{pane_current_command}},sh," + "#{?#{m/r:" + MAY_BE_AGENT
                    + ",#{pane_current_command}},-,other}}",
            "#{session_id}",
            safe("session_name"),
            "#{pane_id}",
            "#{pane_dead}",
            "#{pane_dead_status}",
            "#{pane_dead_signal}",
            safe("pane_current_command"),
            safe("pane_title"));

    private static final Set<String> KINDS = Set.of(PANE, PROCESS, RECORD);
    private static final int PANE_FIELDS = 11;
    private static final int MAX_ARGUMENTS = 16;

    private final Map<String, List<String>> commands = new HashMap<>();
    private final Map<String, ClaudeRecord> records = new HashMap<>();
    private final List<String[]> panes = new ArrayList<>();

    private AgentPanes() {}

    private static String safe(String variable) {
        return "#{=256:#{s/[\t\r\n]/?/:" + variable + "}}";
    }

    /// The words after `sh` for a script that reads the lines of panes and looks at their processes, once.
    public static List<String> script() {
        return List.of("-c", SCRIPT, "shed-agents", FORMAT, "given");
    }

    /// The program that looks at all panes until nobody reads it any more.
    public static List<String> watch() {
        return List.of("sh", "-c", SCRIPT, "shed-agents", FORMAT, "watch");
    }

    /// The program that looks at one pane.
    ///
    /// @param pane tmux's name of it, as `%5`
    public static List<String> look(String pane) {
        return List.of("sh", "-c", SCRIPT, "shed-agents", FORMAT, pane);
    }

    /// Whether a line is of such a listing.
    public static boolean has(String line) {
        int end = line.indexOf('\t');
        return line.equals(END) || (end > 0 && KINDS.contains(line.substring(0, end)));
    }

    /// Reads a listing. What is not one is left out: no shed loses more than what it tells.
    public static List<AgentPane> parse(List<String> lines) {
        var read = new AgentPanes();
        lines.forEach(line -> read.take(line.split("\t", -1)));
        return read.panes.stream().map(read::pane).toList();
    }

    private void take(String[] fields) {
        if (fields[0].equals(PANE) && fields.length == PANE_FIELDS) {
            panes.add(fields);
        } else if (fields[0].equals(PROCESS) && fields.length == 3) {
            commands.put(
                    fields[1],
                    Arrays.stream(fields[2].split("\u001f", MAX_ARGUMENTS))
                            .filter(word -> !word.isEmpty())
                            .toList());
        } else if (fields[0].equals(RECORD) && fields.length == 4) {
            ClaudeRecord.parse(fields[3], fields[2]).ifPresent(record -> records.put(fields[1], record));
        }
    }

    private AgentPane pane(String[] fields) {
        var process = fields[1];
        var command = commands.getOrDefault(process, List.of(fields[9]));
        return new AgentPane(
                fields[3],
                fields[4],
                fields[5],
                failure(fields),
                fields[10],
                command,
                Optional.ofNullable(records.get(process)));
    }

    private static Optional<String> failure(String[] fields) {
        if (!fields[6].equals("1")) {
            return Optional.empty();
        }
        return Optional.of(fields[8])
                .filter(signal -> !signal.isEmpty())
                .map(signal -> "ended by signal " + signal)
                .or(() -> Optional.of(fields[7])
                        .filter(status -> !status.isEmpty() && !status.equals("0"))
                        .map(status -> "exit " + status));
    }
}
