package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.shed.gateway.agent.Agent;
import dev.shed.gateway.inbox.OpenQuestion;
import dev.shed.gateway.text.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A question as `inbox --json` shows it.
///
/// @param agent the agent that asks
/// @param kind `permission` or `question`
/// @param options the possible answers, in the order of their numbers from 1
/// @param since when it was asked; null if that is not known
/// @param source how it is known: `hook`, or as in [StatusFields]
record QuestionRow(
        String id,
        String shedName,
        String session,
        String pane,
        String agent,
        String kind,
        String title,
        String detail,
        List<String> options,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String since,

        String source) {
    static QuestionRow of(OpenQuestion open) {
        var place = open.place();
        var question = open.question();
        return new QuestionRow(
                open.id(),
                place.shed().name().value(),
                place.session(),
                place.pane(),
                open.status().agent().map(Agent::word).orElse(""),
                question.kind().word(),
                question.title(),
                question.detail(),
                question.options(),
                open.status().since().map(Json::time).orElse(null),
                open.status().source().word());
    }
}
