package dev.shed.gateway.command;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Action;
import dev.shed.gateway.agent.AnswerFile;
import dev.shed.gateway.agent.Reply;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.inbox.Inbox;
import dev.shed.gateway.inbox.OpenQuestion;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.AgentInput.Outcome;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/// A verb that answers one question of an agent. The question is named by its id and by nothing else; of a
/// shed's address only the questions of that shed are answered.
abstract class AnsweringVerb extends Verb {
    /// The most that a hook reads, with room for the other fields and for escapes.
    private static final int MAX_TEXT = AnswerFile.MAX_BYTES / 4;

    @Parameters(index = "0", paramLabel = "ID", description = "the id of the question, as shown by inbox")
    String id;

    private final Parts parts;

    /// What all of them need.
    record Parts(Sheds sheds, Inbox inbox, AccessPolicy policy) {}

    AnsweringVerb(Parts parts) {
        this.parts = parts;
    }

    /// @param effect whether the screen has changed; true for an answer that a hook has taken
    record Answered(String id, String shedName, String session, String question, boolean effect) {}

    /// What is answered.
    abstract Reply reply();

    /// The word for it, as in `approved`.
    abstract String done();

    /// The verb.
    abstract String verb();

    @Override
    final Optional<ShedName> shed() {
        return Optional.empty();
    }

    @Override
    final ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var reply = reply();
        var found = parts.inbox().find(sheds(context));
        var open = found.question(id).orElseThrow(() -> stale(whyMissing(found)));
        context.print(answer(context, open, reply));
        return ExitStatus.SUCCESS;
    }

    private static String whyMissing(Inbox.Found found) {
        return found.failed().stream()
                .findFirst()
                .map(failed -> "it is not found, and not every shed could be asked: "
                        + failed.failure().message())
                .orElse("there is no such question, or it is answered already");
    }

    /// The sheds whose questions are meant.
    private List<Shed> sheds(CommandContext context) {
        if (context.address() instanceof LoginName.ToShed to) {
            parts.policy().require(context.identity(), Action.ANSWER, to.shed());
            return List.of(parts.sheds().find(to.shed()));
        }
        return InboxCommand.visible(parts.sheds(), parts.policy(), context.identity());
    }

    private String answer(CommandContext context, OpenQuestion open, Reply reply) throws InterruptedException {
        var outcome = "INTERNAL";
        try {
            boolean effect = given(open, parts.inbox().answer(open, reply));
            outcome = "done";
            context.channel().typed(open.place().shed().name(), open.place().session());
            return told(open, effect);
        } catch (ShedException e) {
            outcome = e.failure().code();
            throw e;
        } finally {
            context.channel()
                    .answered(new Channel.Answered(
                            open.place().shed().name().value(),
                            open.place().session(),
                            verb(),
                            open.id(),
                            open.question().text(),
                            outcome));
        }
    }

    /// Whether the answer had an effect; fails if it was not given.
    private boolean given(OpenQuestion open, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Taken _ -> true;
            case Outcome.NoEffect _ -> false;
            case Outcome.Stale _ -> throw stale("it is answered already, or another question is asked by now");
            case Outcome.Unread _ ->
                throw new ShedException(Failure.shedNotReady(
                        open.place().shed().name().value(),
                        "it is too slow to show whether that question stands; nothing was typed"));
            case Outcome.NotTaken _ -> throw stale("the agent's hook has not taken the answer");
            case Outcome.Refused(var why) ->
                throw new ShedException(Failure.notAnswered(
                        open.id(), "the agent's hook cannot give this answer: " + why, open.atItsTerminal()));
        };
    }

    private ShedException stale(String why) {
        return new ShedException(Failure.stale(id, why));
    }

    private String told(OpenQuestion open, boolean effect) {
        var place = open.place();
        if (json) {
            return Json.line(new Answered(
                    open.id(),
                    place.shed().name().value(),
                    place.session(),
                    open.question().text(),
                    effect));
        }
        return done() + " " + place.address() + ": " + open.question().text()
                + (effect ? "\n" : "; its screen has not changed\n");
    }

    /// Text for an agent, which may not be longer than what a hook reads.
    final String text(List<String> words) {
        var text = String.join(" ", words);
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT) {
            throw usage("the text is longer than " + MAX_TEXT + " bytes");
        }
        return text;
    }

    final ShedException usage(String message) {
        return new ShedException(Failure.usage(message, Grammar.synopsis(this)));
    }
}
