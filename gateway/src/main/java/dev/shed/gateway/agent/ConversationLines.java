package dev.shed.gateway.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Scripts that print what a shed knows of [Conversation]s, POSIX sh without arguments, and what reads their output.
public final class ConversationLines {
    private static final JsonMapper MAPPER = new JsonMapper();

    /// Field 22 of /proc/PID/stat.
    private static final Pattern BEGINNING = Pattern.compile("[0-9]{1,20}");

    private static final String NOTED = "noted";
    private static final String LEFT = "left";
    private static final String KEPT = "kept";
    private static final String LIVE = "live";
    private static final String BEHIND = "behind";

    /// Enough for every session that a shed has had, and not much to read.
    private static final int MAX_LINES = 192;

    /// Prints what `run` or `resume` has noted of the options of the process with that number. That takes at most 6.5
    /// KB ([AgentOptions]), and a note with a directory of 1024 characters at most 10 KB.
    private static final String RAN = """
            ran() {
                file=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents/$1.run
                [ -f "$file" ] && [ ! -L "$file" ] && head -c 8192 "$file" | tr '\\000-\\037' ' '
            }
            """;

    /// Prints what is known of the conversations in sessions that have ended, for [#parse]. The
    /// lines have tabs between their fields:
    /// - `noted`, the session, and what the gateway has noted before it ended the session;
    /// - `left`, a process number, when the process of that number began, if there is one, the record that Claude
    ///   Code keeps of a process with that number, and, unless the record is about that process, what is
    ///   noted of its options (`PID.run`);
    /// - `kept`, the same for the record of a plugin.
    public static final String LIST = RAN + """
            conversations() {
                left=64
                for file in "${XDG_STATE_HOME:-$HOME/.local/state}"/shed/sessions/*.json; do
                    name=${file##*/} name=${name%.json} left=$((left - 1))
                    case $name in *[!A-Za-z0-9_-]*) continue ;; esac
                    [ "$left" -ge 0 ] && [ -f "$file" ] && [ ! -L "$file" ] || continue
                    printf 'noted\\t%s\\t%s\\n' "$name" "$(head -c 12288 "$file" | tr '\\000-\\037' ' ')"
                done
                records left "${CLAUDE_CONFIG_DIR:-$HOME/.claude}/sessions"
                records kept "${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents"
            }
            records() {
                kind=$1 left=64
                for file in "$2"/*.json; do
                    number=${file##*/} number=${number%.json} left=$((left - 1)) start=
                    case $number in *[!0-9]*) continue ;; esac
                    [ "$left" -ge 0 ] && [ -f "$file" ] && [ ! -L "$file" ] || continue
                    if IFS= read -r stat <"/proc/$number/stat"; then
                        set -- ${stat##*) }
                        start=${20}
                    fi
                    record=$(head -c 4096 "$file" | tr '\\000-\\037' ' ') options=
                    case $record in *'"procStart":"'"$start"'"'*) ;; *) options=$(ran "$number") ;; esac
                    printf '%s\\t%s\\t%s\\t%s\\t%s\\n' "$kind" "$number" "$start" "$record" "$options"
                done
            }
            conversations 2>/dev/null
            """;

    /// Prints the conversations of the agents that run in sessions, for [#running] and
    /// [#live]:
    /// - `session` and its name, for each pane;
    /// - `live`, or `behind` if it is suspended or in the background of its pane, the session, the
    ///   number of the process that the record is about, when it began, its directory, the record
    ///   that Claude Code or a hook in the image keeps of it, what is noted of its options
    ///   (`PID.run`), and its command line, in which U+001F ends each word and U+001E stands for a
    ///   control character.
    public static final String RUNNING = RAN + AgentPanes.BEHIND + """
            exec 2>/dev/null
            tab=$(printf '\\t') left=512
            process() {
                IFS= read -r stat <"/proc/$1/stat" || return
                name=${stat%)*} name=${name#*(}
                set -- ${stat##*) }
                group=$3 session=$4 front=$6 start=${20}
            }
            tmux -u list-panes -a -F "#{session_name}$tab#{pane_pid}" | head -c 131072 |
                while IFS=$tab read -r called pane; do
                    left=$((left - 1))
                    [ "$left" -ge 0 ] || break
                    case $called in '' | *[!A-Za-z0-9_-]*) continue ;; esac
                    printf 'session\\t%s\\n' "$called"
                    process "$pane" && behind "$pane" || continue
                    leader=$front terminal=$session records=256
                    for file in "${CLAUDE_CONFIG_DIR:-$HOME/.claude}"/sessions/*.json \\
                        "${XDG_STATE_HOME:-$HOME/.local/state}"/shed/agents/*.json; do
                        number=${file##*/} number=${number%.json} records=$((records - 1))
                        case $number in *[!0-9]*) continue ;; esac
                        [ "$records" -ge 0 ] && [ -f "$file" ] && [ ! -L "$file" ] || continue
                        process "$number" && [ "$session" = "$terminal" ] || continue
                        [ "$group" = "$leader" ] && kind=live || kind=behind
                        directory=$(readlink "/proc/$number/cwd" | tr '\\000-\\037' '?')
                        printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$kind" \\
                            "$called" "$number" "$start" "${directory%\\?}" \\
                            "$(head -c 4096 "$file" | tr '\\000-\\037' ' ')" "$(ran "$number")" \\
                            "$(head -c 16384 "/proc/$number/cmdline" | tr '\\000\\001-\\037' '\\037\\036')"
                    done
                done
            """;

    private ConversationLines() {}

    /// Whether a line of a listing is about conversations.
    public static boolean has(String line) {
        return Stream.of(NOTED, LEFT, KEPT).anyMatch(kind -> line.startsWith(kind + "\t"));
    }

    /// What a line of [#LIST] says.
    ///
    /// @param time when that was so, in ms; a note counts more than any record
    /// @param pane tmux's id of the pane, if it is known
    private record Listed(Conversation conversation, long time, String pane) {}

    /// Reads the output of [#LIST]: what can be resumed in each session. Of several conversations
    /// those in a note count, otherwise all, and the newest comes first.
    public static List<Conversation> parse(List<String> lines) {
        return listed(lines).stream()
                .collect(Collectors.groupingBy(
                        listed -> listed.conversation().session(), LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(ConversationLines::ofSession)
                .toList();
    }

    private static Conversation ofSession(List<Listed> listed) {
        var known = listed.stream().map(Listed::conversation).toList();
        var ends = lastOfPanes(listed);
        var first = ends.getFirst();
        var all = first.records().isEmpty() ? first : first.among(ends);
        var others = all.others().stream().map(other -> other.recordedBy(known));
        return all.with(others.toList()).recordedBy(known);
    }

    /// The newest come first. An earlier agent in the same pane has crashed there.
    private static List<Conversation> lastOfPanes(List<Listed> listed) {
        var panes = new HashSet<String>();
        return listed.reversed().stream()
                .sorted(Comparator.comparingLong(Listed::time).reversed())
                .filter(next -> next.pane().isEmpty() || panes.add(next.pane()))
                .map(Listed::conversation)
                .toList();
    }

    /// Reads the output of [#LIST]: all conversations of which a process that is gone has left a
    /// record.
    public static List<Conversation> left(List<String> lines) {
        return listed(lines).stream()
                .map(Listed::conversation)
                .filter(known -> !known.records().isEmpty())
                .toList();
    }

    private static List<Listed> listed(List<String> lines) {
        return lines.stream()
                .filter(ConversationLines::has)
                .limit(MAX_LINES)
                .map(line -> line.split("\t", -1))
                .flatMap(fields -> listed(fields).stream())
                .toList();
    }

    private static Optional<Listed> listed(String[] fields) {
        if (fields[0].equals(NOTED) && fields.length == 3) {
            return noted(fields[1], json(fields[2])).map(known -> new Listed(known, Long.MAX_VALUE, ""));
        }
        if (Set.of(LEFT, KEPT).contains(fields[0]) && fields.length == 5) {
            var record = json(fields[3]);
            return left(fields, record).map(known -> new Listed(known, time(record), pane(record)));
        }
        return Optional.empty();
    }

    /// Reads the output of [#RUNNING]: for each session the conversations in it, or none.
    public static Map<SessionName, Optional<Conversation>> running(List<String> lines) {
        var all = new LinkedHashMap<SessionName, Optional<Conversation>>();
        for (var line : lines) {
            var fields = line.split("\t", -1);
            if (fields[0].equals("session") && fields.length == 2) {
                name(fields[1]).ifPresent(name -> all.putIfAbsent(name, Optional.empty()));
            }
        }
        // An agent in the foreground counts more than a suspended one.
        live(lines, Set.of(BEHIND)).forEach(known -> all.put(known.session(), Optional.of(known)));
        live(lines, Set.of(LIVE)).stream()
                .collect(Collectors.groupingBy(Conversation::session))
                .forEach((session, known) ->
                        all.put(session, Optional.of(known.getFirst().among(known))));
        return all;
    }

    /// Reads the output of [#RUNNING]: the conversations of all agents in all sessions,
    /// also of suspended ones.
    public static List<Conversation> live(List<String> lines) {
        return live(lines, Set.of(LIVE, BEHIND));
    }

    private static List<Conversation> live(List<String> lines, Set<String> kinds) {
        return lines.stream()
                .map(line -> line.split("\t", -1))
                .filter(fields -> kinds.contains(fields[0]) && fields.length == 8)
                .flatMap(fields -> live(fields).stream())
                .toList();
    }

    private static Optional<Conversation> noted(String session, JsonNode note) {
        var others = StreamSupport.stream(note.path(Conversation.OTHERS).spliterator(), false)
                .limit(Conversation.MOST_OTHERS)
                .flatMap(other -> notedOne(session, other).stream())
                .toList();
        return notedOne(session, note).map(known -> known.with(others));
    }

    private static Optional<Conversation> notedOne(String session, JsonNode note) {
        var agent = Agent.named(note.path("agent").asText());
        return Conversation.of(
                        session,
                        agent,
                        note.path("conversation"),
                        note.path("directory").asText(),
                        List.of())
                .map(known -> known.with(AgentOptions.read(known.agent(), note)));
    }

    /// Claude Code writes it behind the session and the window.
    private static String pane(JsonNode record) {
        var place = record.path("tmux").asText();
        return record.path("pane").asText(place.substring(place.lastIndexOf('.') + 1));
    }

    private static long time(JsonNode record) {
        return Stream.of("updatedAt", "statusUpdatedAt", "since")
                .mapToLong(name -> record.path(name).asLong())
                .filter(time -> time != 0)
                .findFirst()
                .orElse(0);
    }

    /// A record counts as left behind if its process is gone, or another process has the number.
    private static Optional<Conversation> left(String[] fields, JsonNode record) {
        var recorded = record.path("procStart").asText();
        if (!BEGINNING.matcher(recorded).matches() || recorded.equals(fields[2]) || !isNumber(fields[1])) {
            return Optional.empty();
        }
        var processes = List.of(new ProcessId(Integer.parseInt(fields[1]), recorded));
        return (fields[0].equals(KEPT) ? kept(processes, record) : left(processes, record))
                .map(known -> known.with(ran(known.agent(), fields[4], recorded)));
    }

    private static Optional<Conversation> kept(List<ProcessId> processes, JsonNode record) {
        return Conversation.of(
                        record.path("session").asText(),
                        Agent.named(record.path("agent").asText()),
                        record.path("conversation"),
                        record.path("directory").asText(),
                        processes)
                .filter(known -> known.agent() != Agent.CLAUDE_CODE);
    }

    private static Optional<Conversation> left(List<ProcessId> processes, JsonNode record) {
        var pane = record.path("tmux").asText();
        return Conversation.of(
                pane.substring(0, Math.max(0, pane.indexOf(':'))),
                Optional.of(Agent.CLAUDE_CODE),
                record.path("sessionId"),
                record.path("cwd").asText(),
                processes);
    }

    /// What is noted of the options of a process, if the note is about the process that began then.
    private static AgentOptions ran(Agent agent, String text, String start) {
        var note = json(text);
        return note.path("procStart").asText().equals(start) ? AgentOptions.read(agent, note) : AgentOptions.NONE;
    }

    private static AgentOptions options(Agent agent, String[] fields) {
        var ran = ran(agent, fields[6], fields[3]);
        return ran.equals(AgentOptions.NONE) ? AgentOptions.ofRunning(agent, fields[7]) : ran;
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,9}");
    }

    private static Optional<Conversation> live(String[] fields) {
        var record = json(fields[5]);
        boolean isOfProcess = record.path("procStart").asText().equals(fields[3]) && !fields[3].isEmpty();
        if (!isOfProcess || !isNumber(fields[2])) {
            return Optional.empty();
        }
        boolean claude = record.has("sessionId");
        var agent = claude
                ? Optional.of(Agent.CLAUDE_CODE)
                : Agent.named(record.path("agent").asText());
        var directory = claude ? record.path("cwd").asText() : fields[4];
        var id = record.path(claude ? "sessionId" : "conversation");
        var process = new ProcessId(Integer.parseInt(fields[2]), fields[3]);
        return Conversation.of(fields[1], agent, id, directory, List.of(process))
                .map(known -> known.with(options(known.agent(), fields)));
    }

    static Optional<SessionName> name(String text) {
        try {
            return Optional.of(SessionName.parse(text));
        } catch (ShedException _) {
            return Optional.empty();
        }
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException _) {
            return MAPPER.missingNode();
        }
    }
}
