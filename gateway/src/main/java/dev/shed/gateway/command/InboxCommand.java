package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.event.Events;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.inbox.Inbox;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.query.SessionQuery.Answer;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `inbox`: the questions of agents that wait for an answer, of one shed or, in the lobby, of all sheds that
/// the caller may see.
@Command(
        name = "inbox",
        description = "list the questions of agents that wait for an answer",
        customSynopsis = {"ssh shed@HOST inbox [SHED] [--watch]", "ssh -s SHED@HOST \"inbox [--watch]\""},
        exitCodeList =
                "75:a shed does not answer, or is too slow to tell all; it is named, the questions that are known are"
                        + " printed",
        footer = "ssh shed@HOST inbox")
final class InboxCommand extends Verb {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SHED",
            description = "the shed; omitted if the address names it")
    Optional<ShedName> name;

    @Option(names = "--watch", description = "print questions as they are asked and answered, until interrupted")
    boolean watch;

    private final Sheds sheds;
    private final Inbox inbox;
    private final Events events;
    private final AccessPolicy policy;
    private final Clock clock;

    InboxCommand(Sheds sheds, Inbox inbox, Events events, AccessPolicy policy, Clock clock) {
        this.sheds = sheds;
        this.inbox = inbox;
        this.events = events;
        this.policy = policy;
        this.clock = clock;
    }

    /// @param time the gateway's current time, for computing ages
    record Listing(
            List<QuestionRow> questions,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SessionsCommand.Unanswered> errors,
            String time) {}

    @Override
    Optional<ShedName> shed() {
        return name;
    }

    @Override
    boolean endsWithClient() {
        return watch;
    }

    @Override
    boolean isEndless() {
        return watch;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        if (watch) {
            name.ifPresent(sheds::find);
            return watch(context);
        }
        var found = found(context.identity());
        found.failed().forEach(answer -> FailureLog.told(answer.trouble()));
        if (json) {
            var rows = found.questions().stream().map(QuestionRow::of).toList();
            context.print(Json.line(new Listing(rows, unanswered(found.failed()), Json.time(clock.instant()))));
        } else {
            context.print(QuestionTable.text(found.questions(), clock.instant(), context.columns()));
            for (var answer : found.failed()) {
                context.notice("shed: " + answer.shed().name() + ": "
                        + FailureText.printable(answer.failure().message()) + "\n");
            }
        }
        return found.failed().isEmpty()
                ? ExitStatus.SUCCESS
                : found.failed().getFirst().failure().exitStatus();
    }

    private ExitStatus watch(CommandContext context) throws IOException, InterruptedException {
        var identity = context.identity();
        Predicate<ShedName> wanted = shed -> name.map(shed::equals)
                .orElseGet(() -> policy.maySee(identity, shed, sheds.owners().known(shed)));
        InboxWatch.Source source = some -> inbox.find(visible(sheds, policy, identity).stream()
                .filter(shed ->
                        some.test(shed.name()) && name.map(shed.name()::equals).orElse(true))
                .toList());
        return new InboxWatch(source, events, json, clock).run(context, wanted);
    }

    /// The questions of the shed that is named, or of all that may be seen. A shed that is named
    /// and tells none, because it does not answer, is a failure.
    private Inbox.Found found(Identity identity) throws IOException {
        if (name.isEmpty()) {
            return inbox.find(visible(sheds, policy, identity));
        }
        var found = inbox.find(List.of(sheds.find(name.get())));
        if (found.questions().isEmpty() && !found.failed().isEmpty()) {
            throw found.failed().getFirst().trouble();
        }
        return found;
    }

    /// The sheds that somebody may see.
    static List<Shed> visible(Sheds sheds, AccessPolicy policy, Identity identity) {
        return sheds.list().stream()
                .filter(shed ->
                        policy.maySee(identity, shed.name(), shed.container().ownerKeys()))
                .toList();
    }

    private static List<SessionsCommand.Unanswered> unanswered(List<Answer.Failed> failed) {
        return failed.stream().map(SessionsCommand.Unanswered::of).toList();
    }
}
