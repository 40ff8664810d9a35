package dev.shed.gateway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shed.gateway.name.SessionName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The conversation of an agent in a session that has ended, or is about to. All of it comes from files of the
/// container, and is checked: the agent is one of the list, and neither the conversation nor the directory can be
/// taken for an option.
///
/// @param session the session that it was in
/// @param id the agent's name of it
/// @param directory where the agent worked
/// @param options the options that its agent had
/// @param records the processes about which the agent or its plugin keeps a record of it, or has left one behind; none
/// if only the gateway has noted the conversation
/// @param others those of other agents in the session, which have no others
public record Conversation(
        SessionName session,
        Agent agent,
        String id,
        String directory,
        AgentOptions options,
        List<ProcessId> records,
        List<Conversation> others) {
    private static final JsonMapper MAPPER = new JsonMapper();

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");
    private static final Pattern DIRECTORY = Pattern.compile("/[^\\p{Cntrl}]{0,1023}");

    static final String OTHERS = "others";

    /// More agents than anybody sees in one session.
    static final int MOST_OTHERS = 7;

    /// In bytes: less than what is read of a note.
    private static final int MAX_NOTE = 12000;

    public Conversation {
        records = List.copyOf(records);
        others = List.copyOf(others);
    }

    /// One without others.
    public Conversation(
            SessionName session,
            Agent agent,
            String id,
            String directory,
            AgentOptions options,
            List<ProcessId> records) {
        this(session, agent, id, directory, options, records, List.of());
    }

    /// It, and the others.
    public List<Conversation> all() {
        return Stream.concat(Stream.of(this), others.stream()).toList();
    }

    /// What the gateway notes of it and the others, as a line of JSON. Of others with very many options there may be no
    /// room for all.
    public String note() {
        return noted().toString();
    }

    /// The same while its agent is started again, and keeps no record yet.
    public String noteOfStart() {
        return noted().put("starting", true).toString();
    }

    private ObjectNode noted() {
        var note = described();
        for (var other : others) {
            var next = other.described();
            if (size(note) + size(next) < MAX_NOTE) {
                note.withArray(OTHERS).add(next);
            }
        }
        return note;
    }

    private static int size(ObjectNode note) {
        return note.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private ObjectNode described() {
        var note = MAPPER.createObjectNode()
                .put("version", 1)
                .put("agent", agent.word())
                .put("conversation", id)
                .put("directory", directory);
        options.writeInto(note);
        return note;
    }

    /// Whether its agent, or one of the others, is started without the options that it had.
    public boolean losesOptions() {
        return all().stream().anyMatch(one -> one.options.lost());
    }

    /// The command that continues it.
    public List<String> command() {
        return Stream.concat(agent.resuming(id).stream(), options.words().stream())
                .toList();
    }

    /// The command that starts its agent with a new one.
    public List<String> commandOfNew() {
        return Stream.concat(Stream.of(agent.program()), options.words().stream())
                .toList();
    }

    /// Whether the agents of it and of the others are among those that run, also if they have gone on to other
    /// conversations.
    ///
    /// @param running what [ConversationLines#live] has found
    public boolean isBack(List<Conversation> running) {
        var here = running.stream().filter(next -> session.equals(next.session)).toList();
        long processes = here.stream().map(Conversation::records).distinct().count();
        return processes > others.size()
                && all().stream().allMatch(wanted -> here.stream().anyMatch(wanted::isOfSameAgent));
    }

    private boolean isOfSameAgent(Conversation other) {
        return session.equals(other.session) && agent == other.agent;
    }

    boolean isSame(Conversation other) {
        return isOfSameAgent(other) && id.equals(other.id);
    }

    Conversation with(AgentOptions known) {
        return new Conversation(session, agent, id, directory, known, records, others);
    }

    Conversation with(List<Conversation> known) {
        return new Conversation(session, agent, id, directory, options, records, known);
    }

    Conversation recordedBy(List<Conversation> recorded) {
        var processes = recorded.stream()
                .filter(this::isSame)
                .flatMap(other -> other.records.stream())
                .distinct()
                .toList();
        return new Conversation(session, agent, id, directory, options, processes, others);
    }

    /// This one with all that are neither the same nor of the same process.
    Conversation among(List<Conversation> known) {
        var found = new ArrayList<>(List.of(this));
        for (var next : known) {
            boolean isOther = found.stream()
                    .noneMatch(one -> one.isSame(next) || !Collections.disjoint(one.records, next.records));
            if (isOther && found.size() <= MOST_OTHERS) {
                found.add(next);
            }
        }
        return with(found.subList(1, found.size()));
    }

    /// One that a file of the container names; empty if that is none.
    static Optional<Conversation> of(
            String session, Optional<Agent> agent, JsonNode id, String directory, List<ProcessId> records) {
        boolean sound = ID.matcher(id.asText()).matches()
                && DIRECTORY.matcher(directory).matches();
        return ConversationLines.name(session)
                .filter(_ -> sound)
                .flatMap(name -> agent.map(
                        who -> new Conversation(name, who, id.asText(), directory, AgentOptions.NONE, records)))
                .filter(known -> !known.command().isEmpty());
    }
}
