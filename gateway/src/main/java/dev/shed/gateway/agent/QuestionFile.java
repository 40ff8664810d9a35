package dev.shed.gateway.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.shed.gateway.agent.Status.Source;
import dev.shed.gateway.agent.Status.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/// A question that a hook or plugin of an agent has written into a file, `ID.question`, and for whose answer
/// it waits.
///
/// @param id names the file; unguessable, and never used twice
/// @param process the agent
/// @param since when it was asked, if that is known
public record QuestionFile(String id, ProcessId process, Agent agent, Question question, Optional<Instant> since) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{8,64}");

    private static final Optional<QuestionFile> NONE = Optional.empty();

    /// The fields of a line of [AgentPanes] behind the process of the pane: the id, the number of the agent's
    /// process, when that began, when the process began that waits for the answer, and the file.
    static final int FIELDS = 5;

    /// Reads such fields; empty when they are no question, or one of processes that have ended.
    static Optional<QuestionFile> parse(List<String> fields) {
        try {
            var node = MAPPER.readTree(fields.get(4));
            var process = new ProcessId(node.path("pid").asInt(), fields.get(2));
            boolean valid = ID.matcher(fields.getFirst()).matches()
                    && node.path("version").asInt() == 1
                    && node.path("id").asText().equals(fields.getFirst())
                    && Integer.toString(process.number()).equals(fields.get(1))
                    && isStart(node.path("procStart"), process.start())
                    && (node.path("hookPid").isMissingNode() || isStart(node.path("hookStart"), fields.get(3)));
            return valid ? Agent.named(node.path("agent").asText()).map(agent -> read(node, process, agent)) : NONE;
        } catch (JsonProcessingException _) {
            return NONE;
        }
    }

    private static boolean isStart(JsonNode told, String start) {
        return !start.isEmpty() && told.asText().equals(start);
    }

    private static QuestionFile read(JsonNode node, ProcessId process, Agent agent) {
        var kind = node.path("kind").asText().equals("question") ? Question.Kind.QUESTION : Question.Kind.PERMISSION;
        var options = StreamSupport.stream(node.path("options").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        var question = new Question(
                kind, node.path("title").asText(), node.path("detail").asText(), options);
        return new QuestionFile(node.path("id").asText(), process, agent, question, RecordFields.time(node, "since"));
    }

    /// What the agent is doing.
    public Status status() {
        var state = question.kind() == Question.Kind.PERMISSION ? State.NEEDS_APPROVAL : State.NEEDS_INPUT;
        var message = Optional.of(question.text()).filter(text -> !text.isEmpty());
        return new Status(state, message, since, Optional.of(agent), Source.HOOK);
    }
}
