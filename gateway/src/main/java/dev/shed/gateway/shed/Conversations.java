package dev.shed.gateway.shed;

import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notes of the conversations that agents had in sessions, in files of the shed's user
/// (`$XDG_STATE_HOME/shed/sessions/SESSION.json`). They are in the home volume, so they outlive the container.
public final class Conversations {
    private static final Logger LOG = LoggerFactory.getLogger(Conversations.class);

    /// A shed that hangs is stopped without notes after this time.
    private static final Duration LIMIT = Duration.ofSeconds(3);

    /// The same where somebody waits for what was asked.
    private static final Duration PATIENT = Duration.ofSeconds(10);

    /// Reads lines of a session's name and a note, separated by a tab, and writes or removes the files of these
    /// sessions. `$1` is the process number of a record that is removed, of Claude Code's or of a plugin's;
    /// empty for none. `$2` is the agent.
    private static final String WRITE = """
            umask 077
            directory=${XDG_STATE_HOME:-$HOME/.local/state}/shed/sessions
            while IFS=$(printf '\\t') read -r name note; do
                if [ -n "$note" ]; then
                    mkdir -p "$directory" && printf '%s\\n' "$note" >"$directory/.$name.$$" &&
                        mv -f "$directory/.$name.$$" "$directory/$name.json"
                else
                    rm -f "$directory/$name.json"
                fi
            done
            records=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents
            [ "$2" != claude-code ] || records=${CLAUDE_CONFIG_DIR:-$HOME/.claude}/sessions
            [ -z "$1" ] || rm -f "$records/$1.json"
            """;

    /// Removes the records of processes that are ending, as soon as they have ended. An agent whose terminal was closed
    /// takes a moment, and may write its record then. One that goes on is in another session as well. `$@` are the
    /// agent and the process number, in turn.
    private static final String END = """
            gone() {
                while [ "$#" -gt 1 ]; do
                    [ ! -e "/proc/$2" ] || return 1
                    shift 2
                done
            }
            left=80
            until gone "$@" || [ "$left" -le 0 ]; do
                left=$((left - 1))
                sleep 0.05 2>/dev/null || { sleep 1 && left=$((left - 19)); }
            done
            while [ "$#" -gt 1 ]; do
                records=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents
                [ "$1" != claude-code ] || records=${CLAUDE_CONFIG_DIR:-$HOME/.claude}/sessions
                [ -e "/proc/$2" ] || rm -f "$records/$2.json"
                shift 2
            done
            """;

    /// Notes that this start of the container is dealt with; exits with 3 if that is noted already. A start is named by
    /// the boot of the host and the start of the container's first process.
    private static final String TAKE_START = """
            umask 077
            directory=${XDG_STATE_HOME:-$HOME/.local/state}/shed/sessions
            IFS= read -r boot </proc/sys/kernel/random/boot_id && IFS= read -r stat </proc/1/stat || exit 4
            set -- ${stat##*) }
            start="$boot ${20}" file=$directory/.start
            [ -f "$file" ] && [ "$(head -c 100 "$file")" = "$start" ] && exit 3
            mkdir -p "$directory" && printf '%s\\n' "$start" >"$file.$$" && mv -f "$file.$$" "$file"
            """;

    private static final int TAKEN = 3;

    private final ContainerCommands containerCommands;

    public Conversations(ContainerRuntime runtime) {
        this.containerCommands = new ContainerCommands(runtime);
    }

    /// Notes the conversations in all sessions of a shed that is about to end. A failure does not matter: the sessions
    /// end in any case.
    public void note(Shed shed) {
        if (!shed.running()) {
            return;
        }
        try {
            write(shed, Conversation.running(running(shed, LIMIT)), Optional.empty());
        } catch (ShedException e) {
            LOG.atDebug().addKeyValue("shed", shed.name()).setCause(e).log("no notes of conversations");
        }
    }

    private List<String> running(Shed shed, Duration limit) {
        var words = List.of("sh", "-c", Conversation.RUNNING, "shed-conversations");
        return containerCommands
                .run(shed, Command.of(words).within(limit))
                .out()
                .lines()
                .toList();
    }

    /// The conversations of the agents that run in a session, for [#end]. A failure does not matter.
    public List<Conversation> live(Shed shed, SessionName session) {
        if (!shed.running()) {
            return List.of();
        }
        try {
            return Conversation.live(running(shed, PATIENT)).stream()
                    .filter(conversation -> conversation.session().equals(session))
                    .toList();
        } catch (ShedException e) {
            LOG.atDebug().addKeyValue("shed", shed.name()).setCause(e).log("no conversations of a session");
            return List.of();
        }
    }

    /// Whether this is the first call since the shed was started; also by other gateways. Fails with `SHED_NOT_READY`.
    public boolean takeStart(Shed shed) {
        var words = List.of("sh", "-c", TAKE_START, "shed-conversations");
        var answer = containerCommands.run(shed, Command.of(words).within(PATIENT));
        if (!answer.ok() && answer.status().code() != TAKEN) {
            throw new ShedException(Failure.shedNotReady(shed.name().value(), "its start cannot be noted"));
        }
        return answer.ok();
    }

    /// Removes the records of conversations that somebody has ended on purpose: they are not resumable.
    public void end(Shed shed, List<Conversation> conversations) {
        if (conversations.isEmpty()) {
            return;
        }
        var words = new ArrayList<>(List.of("sh", "-c", END, "shed-conversations"));
        conversations.forEach(conversation -> conversation.record().ifPresent(number -> {
            words.add(conversation.agent().word());
            words.add(Integer.toString(number));
        }));
        try {
            containerCommands.run(shed, Command.of(words).within(PATIENT));
        } catch (ShedException e) {
            LOG.atWarn().addKeyValue("shed", shed.name()).setCause(e).log("records of agents are left");
        }
    }

    /// Notes a conversation that an agent has left a record of, and removes the record.
    public void adopt(Shed shed, Conversation conversation) {
        if (conversation.record().isPresent()) {
            write(shed, Map.of(conversation.session(), Optional.of(conversation)), Optional.of(conversation));
        }
    }

    /// Removes the note about a session.
    public void forget(Shed shed, SessionName session) {
        write(shed, Map.of(session, Optional.empty()), Optional.empty());
    }

    /// @param left the conversation whose record is removed
    private void write(Shed shed, Map<SessionName, Optional<Conversation>> notes, Optional<Conversation> left) {
        if (notes.isEmpty()) {
            return;
        }
        var lines = notes.entrySet().stream()
                .map(entry -> entry.getKey() + "\t"
                        + entry.getValue().map(Conversation::note).orElse("") + "\n")
                .collect(Collectors.joining());
        var words = List.of(
                "sh",
                "-c",
                WRITE,
                "shed-conversations",
                left.flatMap(Conversation::record).map(String::valueOf).orElse(""),
                left.map(conversation -> conversation.agent().word()).orElse(""));
        containerCommands.run(shed, Command.of(words).within(LIMIT).reading(ByteString.of(lines)));
    }
}
