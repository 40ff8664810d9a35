package dev.shed.gateway.shed;

import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands.Command;
import java.time.Duration;
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
            var words = List.of("sh", "-c", Conversation.RUNNING, "shed-conversations");
            var answer = containerCommands.run(shed, Command.of(words).within(LIMIT));
            write(shed, Conversation.running(answer.out().lines().toList()), Optional.empty());
        } catch (ShedException e) {
            LOG.atDebug().addKeyValue("shed", shed.name()).setCause(e).log("no notes of conversations");
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
