package dev.shed.gateway.command;

import dev.shed.gateway.agent.AgentOptions;
import dev.shed.gateway.agent.Conversation;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `resume`: continues the conversation of an agent whose session has ended, in a session of the same name.
@Command(
        name = "resume",
        description = "continue an agent's conversation after its session has ended",
        customSynopsis = {
            "ssh -s SHED@HOST \"resume [SESSION]\"",
            "ssh -s SHED+SESSION@HOST resume",
            "ssh shed@HOST resume SHED [SESSION]"
        },
        footer = "ssh shed@HOST resume demo agent")
final class ResumeCommand extends SessionVerb {
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SESSION",
            description = "the session, which `sessions` lists as resumable; omitted if there is only one")
    Optional<SessionName> argument;

    private final Sheds sheds;
    private final Sessions sessions;

    ResumeCommand(Sheds sheds, Sessions sessions) {
        this.sheds = sheds;
        this.sessions = sessions;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var wanted = argument.isEmpty() && addressed(context.address()).isEmpty()
                ? Optional.<SessionName>empty()
                : Optional.of(session(context, argument));
        var shed = sheds.find(name);
        sheds.requireNotEnding(shed);
        if (!shed.running()) {
            throw new ShedException(Failure.shedStopped(name.value()));
        }
        var conversation = choose(wanted, listed(shed, wanted));
        var lost = sessions.resume(shed, conversation);
        var row = ConversationRow.of(name, conversation);
        context.print(
                json ? Json.line(lost.contains(conversation) ? row.ofNew() : row) : conversation.session() + "\n");
        if (!lost.isEmpty()) {
            context.notice("shed: it is started with a new conversation: of that one nothing is stored, as before the"
                    + " first prompt\n");
        }
        if (conversation.losesOptions()) {
            context.notice("shed: it is started without the options that it had: " + AgentOptions.LIMITS + "\n");
        }
        return ExitStatus.SUCCESS;
    }

    /// Fails with `SESSION_ALREADY_EXISTS` if the session is there: its conversation goes on.
    private List<Conversation> listed(Shed shed, Optional<SessionName> wanted) {
        var listing = sessions.list(shed, ContainerCommands.LIMIT, () -> {});
        if (wanted.isPresent()
                && listing.sessions().stream()
                        .anyMatch(session -> session.socket().isEmpty()
                                && session.name().equals(wanted.get().value()))) {
            throw sessions.alreadyExists(shed, wanted.get());
        }
        return listing.resumable();
    }

    private Conversation choose(Optional<SessionName> wanted, List<Conversation> resumable) {
        if (wanted.isPresent()) {
            return resumable.stream()
                    .filter(conversation -> conversation.session().equals(wanted.get()))
                    .findFirst()
                    .orElseThrow(() -> new ShedException(
                            Failure.notResumable(name.value(), wanted.get().value())));
        }
        return switch (resumable.size()) {
            case 0 -> throw new ShedException(Failure.notResumable(name.value(), ""));
            case 1 -> resumable.getFirst();
            default ->
                throw usage("SESSION is missing; resumable are "
                        + resumable.stream()
                                .map(conversation -> conversation.session().value())
                                .collect(Collectors.joining(", ")));
        };
    }
}
