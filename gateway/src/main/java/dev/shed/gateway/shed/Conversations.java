package dev.shed.gateway.shed;

import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.agent.ConversationLines;
import dev.shed.gateway.container.ByteString;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notes of the conversations that agents had in sessions, in files of the shed's user
/// (`$XDG_STATE_HOME/shed/sessions/SESSION.json`). They are in the home volume, so they outlive the container.
public final class Conversations {
    private static final Logger LOG = LoggerFactory.getLogger(Conversations.class);

    /// A shed that hangs has no notes of its conversations after this time.
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /// How long to wait before the first look at an agent that starts, and at most between two.
    private static final Duration FIRST_LOOK = Duration.ofMillis(500);

    private static final Duration LAST_LOOK = Duration.ofMinutes(1);
    private static final int LOOKS = 20;

    /// Instead of a note: removes that of the session if its agent was about to start. A `stop` may have noted what it
    /// has gone on with.
    private static final String NONE_OF_START = "-";

    /// Instead of a note: removes that of the session, unless its agent is about to start.
    private static final String NONE_BUT_OF_START = "";

    /// For a shell script: `forget` removes the record of an agent about the process with that number that began then.
    /// Another process may have the number by now, and a record of its own. `each` calls a function with each three
    /// of its further arguments, as long as that succeeds.
    private static final String FORGET = """
            forget() {
                records=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents
                [ "$1" != claude-code ] || records=${CLAUDE_CONFIG_DIR:-$HOME/.claude}/sessions
                file=$records/$2.json
                [ -f "$file" ] && [ ! -L "$file" ] || return 0
                case $(head -c 4096 "$file" | tr -d ' \\000') in
                *'"procStart":"'"$3"'"'*) rm -f "$file" ;;
                esac
            }
            each() {
                called=$1
                shift
                while [ "$#" -gt 2 ]; do
                    "$called" "$1" "$2" "$3" || return
                    shift 3
                done
            }
            """;

    /// Reads lines of a session's name and a note, separated by a tab, and writes or removes the files of these
    /// sessions. The arguments are those of records that are removed, three for each: the agent, the number of a
    /// process, and when that began.
    private static final String WRITE = FORGET + """
            umask 077
            directory=${XDG_STATE_HOME:-$HOME/.local/state}/shed/sessions
            while IFS=$(printf '\\t') read -r name note; do
                file=$directory/$name.json
                case $note in
                -)
                    case $(head -c 12288 "$file" 2>/dev/null) in
                    *'"starting":true'*) rm -f "$file" ;;
                    esac
                    ;;
                '')
                    case $(head -c 12288 "$file" 2>/dev/null) in
                    *'"starting":true'*) ;;
                    *) rm -f "$file" ;;
                    esac
                    ;;
                *)
                    mkdir -p "$directory" && printf '%s\\n' "$note" >"$directory/.$name.$$" &&
                        mv -f "$directory/.$name.$$" "$file"
                    ;;
                esac
            done
            each forget "$@"
            """;

    /// Removes the records of processes that have ended or are ending, as soon as they have ended. An agent whose
    /// terminal was closed takes a moment, and may write its record then. One that goes on is in another session as
    /// well. `$1` is the session, whose note is removed; then follow the arguments of the records, as for [#WRITE].
    private static final String END = FORGET + """
            exec 2>/dev/null
            rm -f "${XDG_STATE_HOME:-$HOME/.local/state}/shed/sessions/$1.json"
            shift
            gone() {
                IFS= read -r stat <"/proc/$2/stat" || return 0
                began=$3
                set -- ${stat##*) }
                [ "${20}" != "$began" ]
            }
            forget_gone() {
                ! gone "$@" || forget "$@"
            }
            left=80
            until each gone "$@" || [ "$left" -le 0 ]; do
                left=$((left - 1))
                sleep 0.05 || { sleep 1 && left=$((left - 19)); }
            done
            each forget_gone "$@"
            """;

    /// Removes the records of agents that have ended by themselves, where the image can tell. It does so by itself, but
    /// seconds later, and the container is about to end.
    private static final String FORGET_QUIT =
            "[ ! -x /usr/local/lib/shed/agent-end ] || timeout 1 /usr/local/lib/shed/agent-end >/dev/null 2>&1\n";

    /// Prints what runs in all sessions, without agents that have ended by themselves.
    private static final String RUNNING = FORGET_QUIT + ConversationLines.RUNNING;

    /// Prints what runs in all sessions, and what is left of earlier ones.
    private static final String ALL = ConversationLines.RUNNING + ConversationLines.LIST;

    /// Notes that the gateway `$1` deals with this start of the container, or that it has done so, if `$2` is
    /// `done`. Exits with 3 if that is noted already, or if another gateway deals with it. If this one does, it
    /// has ended meanwhile, and begins again. A start is named by the boot of the host and the start of the
    /// container's first process.
    private static final String TAKE_START = """
            umask 077
            directory=${XDG_STATE_HOME:-$HOME/.local/state}/shed/sessions
            IFS= read -r boot </proc/sys/kernel/random/boot_id && IFS= read -r stat </proc/1/stat || exit 4
            file=$directory/.start gateway=$1 done=$2
            set -- ${stat##*) }
            start="$boot ${20}" noted=
            [ ! -f "$file" ] || noted=$(head -c 200 "$file")
            case $noted in
            "$start $gateway") ;;
            "$start" | "$start "*) exit 3 ;;
            esac
            [ -n "$done" ] || start="$start $gateway"
            mkdir -p "$directory" && printf '%s\\n' "$start" >"$file.$$" && mv -f "$file.$$" "$file"
            """;

    private static final int TAKEN = 3;

    /// Exits with 3 if Claude Code has no file of the conversation `$1`.
    private static final String STORED = """
            for file in "${CLAUDE_CONFIG_DIR:-$HOME/.claude}"/projects/*/"$1".jsonl; do
                [ ! -e "$file" ] || exit 0
            done
            exit 3
            """;

    private static final int NOT_STORED = 3;

    private final ContainerCommands containerCommands;

    public Conversations(ContainerRuntime runtime) {
        this.containerCommands = new ContainerCommands(runtime);
    }

    /// Notes the conversations in all sessions of a shed that is about to end. Agents remove records of their own when
    /// their terminals are closed, so without a note a conversation can be lost.
    ///
    /// @return whether that is done; if not, the shed has not answered in time
    public boolean note(Shed shed) {
        if (!shed.running()) {
            return true;
        }
        try {
            var notes = new LinkedHashMap<SessionName, String>();
            var lines = lines(shed, List.of("sh", "-c", RUNNING, "shed-conversations"), LIMIT);
            ConversationLines.running(lines)
                    .forEach((session, known) ->
                            notes.put(session, known.map(Conversation::note).orElse(NONE_BUT_OF_START)));
            write(shed, notes, List.of());
            return true;
        } catch (ShedException e) {
            LOG.atWarn().addKeyValue("shed", shed.name()).setCause(e).log("no notes of conversations");
            return e.failure().kind() != Failure.Kind.SHED_NOT_READY;
        }
    }

    private List<String> lines(Shed shed, List<String> words, Duration limit) {
        return containerCommands
                .run(shed, Command.of(words).within(limit))
                .out()
                .lines()
                .toList();
    }

    /// The conversations of the agents that run in a session, and those of which an earlier session of that name has
    /// left records, for [#end]. A failure does not matter.
    public List<Conversation> recorded(Shed shed, SessionName session) {
        if (!shed.running()) {
            return List.of();
        }
        try {
            var lines = lines(shed, List.of("sh", "-c", ALL, "shed-conversations"), LIMIT);
            return Stream.of(ConversationLines.live(lines), ConversationLines.left(lines))
                    .flatMap(List::stream)
                    .filter(conversation -> conversation.session().equals(session))
                    .toList();
        } catch (ShedException e) {
            LOG.atDebug().addKeyValue("shed", shed.name()).setCause(e).log("no conversations of a session");
            return List.of();
        }
    }

    /// Whether nobody has dealt with this start of the shed, nor does so; also no other gateway. Fails with
    /// `SHED_NOT_READY`.
    ///
    /// @param gateway which gateway deals with it now
    public boolean takeStart(Shed shed, String gateway) {
        return noteStart(shed, gateway, "");
    }

    /// Notes that this start of the shed was dealt with. Fails with `SHED_NOT_READY`.
    public void finishStart(Shed shed, String gateway) {
        noteStart(shed, gateway, "done");
    }

    private boolean noteStart(Shed shed, String gateway, String done) {
        var words = List.of("sh", "-c", TAKE_START, "shed-conversations", gateway, done);
        var answer = containerCommands.run(shed, Command.of(words).within(LIMIT));
        if (!answer.ok() && answer.status().code() != TAKEN) {
            throw new ShedException(Failure.shedNotReady(shed.name().value(), "its start cannot be noted"));
        }
        return answer.ok();
    }

    /// Removes the note and the records of conversations that somebody has ended on purpose: they are not resumable.
    public void end(Shed shed, SessionName session, List<Conversation> conversations) {
        var words = new ArrayList<>(List.of("sh", "-c", END, "shed-conversations", session.value()));
        words.addAll(records(conversations));
        try {
            containerCommands.run(shed, Command.of(words).within(LIMIT));
        } catch (ShedException e) {
            LOG.atWarn().addKeyValue("shed", shed.name()).setCause(e).log("records of agents are left");
        }
    }

    /// Whether its agent has stored a conversation, and can continue it. Claude Code names one from its start, stores
    /// it at the first prompt, and removes it after weeks. Other agents tell a conversation when it is stored.
    public boolean isStored(Shed shed, Conversation conversation) {
        var words = List.of("sh", "-c", STORED, "shed-conversations", conversation.id());
        return conversation.agent() != Agent.CLAUDE_CODE
                || containerCommands
                                .run(shed, Command.of(words).within(LIMIT))
                                .status()
                                .code()
                        != NOT_STORED;
    }

    /// Notes conversations whose agents are about to start again, and removes the records of them that are left behind.
    public void starts(Shed shed, Conversation conversation) {
        write(shed, Map.of(conversation.session(), conversation.noteOfStart()), conversation.all());
    }

    /// Removes the note of a conversation as soon as its agent keeps a record again. Until then the note is all
    /// that is left of it, should the shed stop. Returns at once. The note also stays if the session ends before,
    /// or if there is no record after a quarter of an hour: it counts only while there is no session of that name.
    public void forgetWhenSeen(Shed shed, Conversation conversation) {
        Thread.ofVirtual().name("resumed-" + shed.name()).start(() -> {
            try {
                if (isSeen(shed, conversation)) {
                    write(shed, Map.of(conversation.session(), NONE_OF_START), List.of());
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (ShedException e) {
                LOG.atDebug().addKeyValue("shed", shed.name()).setCause(e).log("a note of a conversation stays");
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue("shed", shed.name()).setCause(e).log("a note stays by a defect");
            }
        });
    }

    private boolean isSeen(Shed shed, Conversation conversation) throws InterruptedException {
        var pause = FIRST_LOOK;
        for (int looks = 0; looks < LOOKS; looks++) {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            var lines = lines(shed, List.of("sh", "-c", ConversationLines.RUNNING, "shed-conversations"), LIMIT);
            if (conversation.isBack(ConversationLines.live(lines))) {
                return true;
            }
            if (!ConversationLines.running(lines).containsKey(conversation.session())) {
                return false;
            }
            pause = pause.multipliedBy(2).compareTo(LAST_LOOK) < 0 ? pause.multipliedBy(2) : LAST_LOOK;
        }
        return false;
    }

    /// @param notes for each session its note, or what is there instead
    /// @param left the conversations whose records are removed
    private void write(Shed shed, Map<SessionName, String> notes, List<Conversation> left) {
        if (notes.isEmpty()) {
            return;
        }
        var lines = notes.entrySet().stream()
                .map(entry -> entry.getKey() + "\t" + entry.getValue() + "\n")
                .collect(Collectors.joining());
        var words = new ArrayList<>(List.of("sh", "-c", WRITE, "shed-conversations"));
        words.addAll(records(left));
        containerCommands.run(shed, Command.of(words).within(LIMIT).reading(ByteString.of(lines)));
    }

    /// The arguments of the records of conversations, for [#FORGET].
    private static List<String> records(List<Conversation> conversations) {
        return conversations.stream()
                .flatMap(conversation -> conversation.records().stream()
                        .flatMap(process -> Stream.of(
                                conversation.agent().word(), Integer.toString(process.number()), process.start())))
                .toList();
    }
}
