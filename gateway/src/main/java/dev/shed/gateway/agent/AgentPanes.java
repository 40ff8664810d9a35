package dev.shed.gateway.agent;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Lists the panes of a tmux server with the processes in their foreground, and what Claude Code has
/// written about itself. The script runs in the container as the shed's user. It needs tmux, `/proc`, a
/// shell and the usual tools (`head`, `tr`, `sed`, `sleep`, `timeout`).
///
/// It prints lines whose fields are separated by tabs. tmux and the script replace tabs and line breaks in
/// what a container can choose, so nothing can forge a field or a line:
/// - `pane`, the process that the pane was started with, and what tmux tells of the pane;
/// - `process`, the same process, the command line of the process group in the foreground of its terminal (of the
///   program behind it, if it is a relay), the number of that group's leader, and when that began;
/// - `record`, the same process, when the process began that the record is about, and the record;
/// - `told`, the same for the record of a hook;
/// - `report`, the same for what the program tells its terminal by OSC 7501;
/// - `question`, the same process, and the fields of a [QuestionFile].
public final class AgentPanes {
    private static final String PANE = "pane";
    private static final String PROCESS = "process";
    private static final String RECORD = "record";
    private static final String TOLD = "told";
    private static final String REPORT = "report";
    private static final String QUESTION = "question";

    /// For the beginning of a shell script: `$hooks` is where hooks, plugins and `shed-notify` write.
    public static final String HOOKS = "hooks=\"${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents\"\n";

    /// For a shell script with a function `process`: after it was called for the first process of a pane,
    /// `behind` calls it for the program behind that, if it is a relay. `$first` is that program, or the process.
    static final String BEHIND = """
        behind() {
            first=$1
            [ "$name" = shed-relay ] || return 0
            read -r first _ <"/proc/$1/task/$1/children"
            [ -n "$first" ] && process "$first" && [ "$session" = "$first" ]
        }
        """;

    /// The exit status of [#look] if tmux has not told all in time.
    public static final int INCOMPLETE = 6;

    /// The last line of a listing that is told again when it changes.
    public static final String END = "end";

    /// For a shell script. `process` reads about a process. `runs` finds the leader of the foreground of a pane
    /// with this first process, and the program there. It fails if that is only a shell at its prompt.
    ///
    /// A shell without job control, as of `sh -c 'claude; make'`, has the program that it waits for in its own
    /// group. A script has its own name, whatever its interpreter.
    public static final String PROCESSES = BEHIND + """
        process() {
            IFS= read -r stat <"/proc/$1/stat" || return
            name=${stat%)*} name=${name#*(}
            set -- ${stat##*) }
            group=$3 session=$4 tty=$5 front=$6 start=${20}
        }
        is_shell() {
            case $1 in ash | bash | csh | dash | fish | ksh | sh | tcsh | zsh) ;; *) return 1 ;; esac
        }
        runs() {
            leader= terminal=
            process "$1" && behind "$1" || return
            leader=$front terminal=$tty program=$front
            [ "$first" = "$leader" ] || return 0
            is_shell "$name" || return 0
            IFS= read -r children <"/proc/$first/task/$first/children"
            rest=64
            for child in $children; do
                rest=$((rest - 1))
                [ "$rest" -ge 0 ] || break
                process "$child" && [ "$group" = "$leader" ] && program=$child
            done
            [ "$program" != "$leader" ]
        }
        """;

    /// `$1` is the format of a pane. `$2` is `given` if the lines of the panes are on stdin, and only those
    /// about their processes are to be printed; or the one pane that is asked for; or `watch`, which prints
    /// the listing anew whenever it changes.
    ///
    /// A shell at its prompt in its own pane is no agent, and is not looked at; only what `shed-notify` has
    /// written about it counts. The command line and the
    /// environment of a process are read once (`$known`): programs cost more than everything else here.
    /// Claude Code is asked by its environment where it keeps its records. Those of processes that ended with
    /// their container stay, so the record of the leader of the group is looked for first. All that is read
    /// has a limit, and so has the time that tmux may take: then nothing has changed (`list`). One look that is not
    /// complete ends with 6.
    ///
    /// A question belongs to the pane on whose terminal its agent runs. The numbers of its processes are
    /// looked for at the beginning of the file only, because the shell takes quadratic time for it.
    static final String FUNCTIONS = HOOKS + PROCESSES + """
        tab=$(printf '\\t')
        newline='
        '
        cr=$(printf '\\r.') cr=${cr%.}
        exec 2>/dev/null
        add() {
            now=$now$newline$1$tab$2$tab$3
        }
        record() {
            record=$(head -c 4096 "$4") record=${record%%"$newline"*}
            case $record in *"$cr"*) return ;; esac
            add "$1" "$2" "$3$tab$record"
        }
        records() {
            for file in "$2/sessions/$3.json" "$2"/sessions/*.json; do
                [ "$files" -gt 0 ] || return
                number=${file##*/} number=${number%.json} files=$((files - 1))
                case $number in *[!0-9]*) continue ;; esac
                [ -f "$file" ] && process "$number" && [ "$group" = "$3" ] || continue
                record record "$1" "$start" "$file"
                [ "$number" != "$3" ] || return
            done
        }
        hooked() {
            hooked= room=64 rest=1024
            for file in "$hooks"/*.json; do
                [ "$room" -gt 0 ] && [ "$rest" -gt 0 ] || return
                number=${file##*/} number=${number%.json} rest=$((rest - 1))
                case $number in *[!0-9]*) continue ;; esac
                [ -f "$file" ] && process "$number" || continue
                hooked="$hooked $group:$number:$start" room=$((room - 1))
            done
        }
        told() {
            for entry in $hooked; do
                case $entry in "$2":*) ;; *) continue ;; esac
                entry=${entry#*:}
                record told "$1" "${entry#*:}" "$hooks/${entry%:*}.json"
            done
        }
        report() {
            file=$hooks/$1.relay
            [ -f "$file" ] && [ ! -h "$file" ] && [ -O "$file" ] || return
            beginning=$(head -c 4096 "$file" | tr '\\r' ' ') beginning=${beginning%%"$newline"*}
            number pid
            [ -n "$value" ] && process "$value" && [ "$group" = "$2" ] && add report "$1" "$start$tab$beginning"
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
        number() {
            value=${beginning#*'"'"$1"'":'}
            [ "$value" != "$beginning" ] || value=
            value=${value#"${value%%[! ]*}"} value=${value%%[!0-9]*}
        }
        questions() {
            left=64
            for file in "$hooks"/*.question; do
                [ -f "$file" ] && [ ! -h "$file" ] && [ -O "$file" ] || continue
                left=$((left - 1)) id=${file##*/} id=${id%.question}
                [ "$left" -ge 0 ] || break
                case $id in *[!A-Za-z0-9_-]*) continue ;; esac
                text=$(head -c 8192 "$file" | tr '\\t\\n\\r' '   ') beginning=$(printf '%.1000s' "$text")
                number pid
                [ -n "$value" ] && agent=$value && process "$agent" || continue
                began=$start hook=
                case $terminals in *"$newline$tty "*) pane=${terminals#*"$newline$tty "} ;; *) continue ;; esac
                number hookPid
                [ -z "$value" ] || { process "$value" && hook=$start; }
                add question "${pane%%"$newline"*}" "$id$tab$agent$tab$began$tab$hook$tab$text"
            done
        }
        list() {
            panes=$({ timeout 2 tmux -u list-panes -a -F "$1"; printf '\\nstatus%s' $?; } | head -c 131072)
            now=${panes%"$newline"status*} now=${now%"$newline"}
            case $panes in
            *"${newline}status0") [ -n "$now" ] || return ;;
            *"${newline}status1" | *"${newline}status12"[67]) ;;
            *"${newline}status"*) return 1 ;;
            esac
            panes=$now
        }
        look() {
            now= next= terminals= left=512 files=4096
            hooked
            case $2 in
            given) panes=$(head -c 131072) ;;
            %*) panes=$(tmux -u display-message -p -t "$2" "$1") || [ $? -eq 1 ] || return; now=$panes ;;
            *) list "$1" || return ;;
            esac
            while IFS=$tab read -r _ pane shell _; do
                left=$((left - 1))
                [ "$left" -ge 0 ] || break
                case $pane in '' | *[!0-9]*) continue ;; esac
                runs "$pane" && idle= || idle=$shell
                [ -n "$leader" ] || continue
                told "$pane" "$leader"
                [ "$first" = "$pane" ] || report "$pane" "$leader"
                [ "$idle" != sh ] || continue
                terminals="$terminals$newline$terminal $pane"
                foreground "$program" || continue
                add process "$pane" "${found%%"$tab"*}$tab$program$tab$start"
                case $found in
                *claude*) directory=${found#*"$tab"}; records "$pane" "${directory:-$HOME/.claude}" "$leader" ;;
                esac
            done <<EOF
        $panes
        EOF
            known=$next$newline
            [ -z "$terminals" ] || questions || :
        }
        """;

    private static final String SCRIPT = FUNCTIONS + """
        [ "$2" = watch ] && seen=none || seen=
        while :; do
            look "$@" || { [ "$2" = watch ] || exit 6; now=$seen; }
            [ "$now" = "$seen" ] || printf '%s\\nend\\n' "${now#"$newline"}" || exit
            [ "$2" = watch ] || exit 0
            seen=$now
            case $now in *"${newline}process$tab"* | *"${newline}told$tab"* | *"${newline}report$tab"*) nap=0.5 ;; *) nap=1 ;; esac
            sleep $nap || sleep 1
        done
        """;

    /// The commands, as tmux names them, that may be an agent: its own program, or one that runs scripts.
    /// Node.js names its first thread so.
    private static final String MAY_BE_AGENT = "^(node(js)?|MainThread|bun|deno|[.]?(claude|codex|opencode|gemini).*)$";

    /// Nothing; but if tmux has missed that the program of a dead pane has ended, it runs a job, at whose end
    /// it asks for all ended programs. Up to 3.5 it misses one in ten on a busy machine: while libutempter
    /// removes the entry of a pane, SIGCHLD is ignored. A window that waits for the status of its program would
    /// stay for ever.
    private static final String ASK_FOR_ENDED =
            "#{?#{&&:#{pane_dead},#{==:#{pane_dead_status}#{pane_dead_signal},}},#{?#(true),,},}";

    /// The format of a pane for tmux. Its third field is `sh` for a shell in the foreground, `-` for a
    /// command that may be an agent, and `other`.
    public static final String FORMAT = String.join(
            "\t",
            PANE,
            "#{pane_pid}",
            "#{?#{m/r:^(ba|z|fi|da|a|k|c|tc)?sh$,#{pane_current_command}},sh," + "#{?#{m/r:" + MAY_BE_AGENT
                    + ",#{pane_current_command}},-,other}}",
            "#{session_id}",
            safe("session_name"),
            "#{pane_id}",
            "#{pane_dead}" + ASK_FOR_ENDED,
            "#{pane_dead_status}",
            "#{pane_dead_signal}",
            safe("pane_current_command"),
            safe("pane_title"));

    private static final Set<String> KINDS = Set.of(PANE, PROCESS, RECORD, TOLD, REPORT, QUESTION);
    private static final int PANE_FIELDS = 11;
    private static final int MAX_ARGUMENTS = 16;
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private final Map<String, Foreground> processes = new HashMap<>();
    private final Map<String, ClaudeRecord> records = new HashMap<>();
    private final Map<String, HookRecord> hooks = new HashMap<>();
    private final Map<String, HookRecord> reports = new HashMap<>();
    private final Map<String, List<QuestionFile>> questions = new HashMap<>();
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

    /// The program that looks at one pane once, or at all. Its status is [#INCOMPLETE] if tmux does not answer.
    ///
    /// @param format begins with [#FORMAT]
    /// @param pane tmux's name of it, as `%5`; or `all`
    public static List<String> look(String format, String pane) {
        return List.of("sh", "-c", SCRIPT, "shed-agents", format, pane);
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
        } else if (fields[0].equals(PROCESS) && fields.length == 5) {
            processes.put(fields[1], process(fields));
        } else if (fields[0].equals(RECORD) && fields.length == 4) {
            ClaudeRecord.parse(fields[3], fields[2]).ifPresent(record -> records.put(fields[1], record));
        } else if (fields[0].equals(TOLD) && fields.length == 4) {
            HookRecord.parse(fields[3], fields[2])
                    .ifPresent(record -> hooks.merge(fields[1], record, HookRecord::latest));
        } else if (fields[0].equals(REPORT) && fields.length == 4) {
            HookRecord.parse(fields[3], fields[2]).ifPresent(record -> reports.put(fields[1], record));
        } else if (fields[0].equals(QUESTION) && fields.length == 2 + QuestionFile.FIELDS) {
            QuestionFile.parse(List.of(fields).subList(2, fields.length))
                    .ifPresent(file -> questions
                            .computeIfAbsent(fields[1], _ -> new ArrayList<>())
                            .add(file));
        }
    }

    private static Foreground process(String[] fields) {
        var argv = Arrays.stream(fields[2].split("\u001f", MAX_ARGUMENTS))
                .filter(word -> !word.isEmpty())
                .toList();
        var process = Optional.of(fields[3])
                .filter(number -> NUMBER.matcher(number).matches())
                .map(number -> new ProcessId(Integer.parseInt(number), fields[4]));
        return Foreground.of(argv, process);
    }

    private AgentPane pane(String[] fields) {
        var process = processes.getOrDefault(fields[1], Foreground.of(List.of(fields[9])));
        var asked = questions.getOrDefault(fields[1], List.of()).stream()
                .sorted(Comparator.comparing(file -> file.since().orElse(Instant.MAX)))
                .toList();
        var foreground = new Foreground(
                process.argv(),
                process.process(),
                Optional.ofNullable(records.get(fields[1])),
                Optional.ofNullable(reports.get(fields[1])),
                Optional.ofNullable(hooks.get(fields[1])),
                asked);
        var failure = fields[6].equals("1") ? AgentPane.failure(fields[7], fields[8]) : Optional.<String>empty();
        return new AgentPane(fields[3], fields[4], fields[5], failure, fields[10], foreground, true);
    }
}
