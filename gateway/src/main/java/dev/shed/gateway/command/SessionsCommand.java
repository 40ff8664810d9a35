package dev.shed.gateway.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.container.Container;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureLog;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.query.SessionQuery.Answer;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.AttachedClients;
import dev.shed.gateway.stream.Pace;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sessions`: the sessions of one shed or, in the lobby, of all sheds that the caller may see. Across sheds
/// the answer is as complete as possible: a shed that does not answer, or not wholly, is reported on stderr (`errors`
/// in JSON), and its failure determines the exit status. If several fail, the first by name does.
@Command(
        name = "sessions",
        description = "list the sessions of a shed, or of all running sheds",
        customSynopsis = {
            "ssh -s SHED@HOST \"sessions [--wide] [--explain]\"",
            "ssh shed@HOST sessions [SHED] [--wide] [--explain]"
        },
        exitCodeList =
                "75:a shed does not answer, or is too slow to tell all; it is named, the sessions that are known are"
                        + " printed",
        footer = "ssh -s demo@HOST sessions")
final class SessionsCommand extends Verb {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SHED",
            description = "the shed; omitted if the address names it")
    Optional<ShedName> name;

    @Option(names = "--wide", description = "show activity, command, directory, clients and titles of windows as well")
    boolean wide;

    @Option(names = "--explain", description = "show how the activity was determined")
    boolean explain;

    private final Sheds sheds;
    private final SessionQuery sessionQuery;
    private final AttachedClients attachedClients;
    private final AccessPolicy policy;
    private final Clock clock;

    SessionsCommand(
            Sheds sheds, SessionQuery sessionQuery, AttachedClients attachedClients, AccessPolicy policy, Clock clock) {
        this.sheds = sheds;
        this.sessionQuery = sessionQuery;
        this.attachedClients = attachedClients;
        this.policy = policy;
        this.clock = clock;
    }

    record Unanswered(String shedName, String code, String message) {
        static Unanswered of(Answer.Failed answer) {
            var failure = answer.failure();
            return new Unanswered(answer.shed().name().value(), failure.code(), failure.message());
        }
    }

    /// @param resumable the conversations of agents in sessions that have ended
    /// @param cut the sheds that have more sessions than are shown
    /// @param time the gateway's current time, for computing ages
    record Listing(
            List<SessionRow> sessions,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ConversationRow> resumable,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> cut,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Unanswered> errors,
            String time) {}

    @Override
    Optional<ShedName> shed() {
        return name;
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        if (name.isPresent()) {
            return one(context, sessionQuery.ask(sheds.find(name.get())));
        }
        return all(context, sessionQuery.ask(visible(context.identity())));
    }

    private ExitStatus one(CommandContext context, Answer answer) throws IOException {
        return switch (answer) {
            case Answer.Listed _ -> all(context, List.of(answer));
            case Answer.Failed failed -> throw failed.trouble();
        };
    }

    private ExitStatus all(CommandContext context, List<Answer> answers) throws IOException {
        var now = clock.instant();
        var listed = answers.stream()
                .filter(Answer.Listed.class::isInstance)
                .map(Answer.Listed.class::cast)
                .toList();
        var cut = listed.stream().filter(Answer.Listed::cut).toList();
        var rows = rows(listed, new SessionRow.Maker(attachedClients, now, explain));
        var resumable = listed.stream()
                .flatMap(answer -> answer.resumable().stream()
                        .map(conversation -> ConversationRow.of(answer.shed().name(), conversation)))
                .toList();
        var failed =
                answers.stream().flatMap(answer -> answer.failed().stream()).toList();
        failed.forEach(answer -> FailureLog.told(answer.trouble()));
        if (json) {
            context.print(Json.line(new Listing(rows, resumable, names(cut), unanswered(failed), Json.time(now))));
        } else {
            context.print(
                    new SessionTable(wide, explain, context.hasColour(), now).of(rows, resumable, context.columns()));
            if (name.isPresent() && rows.isEmpty()) {
                none(context, answers.getFirst().shed());
            }
            for (var answer : cut) {
                context.notice("shed: " + answer.shed().name() + ": " + answer.notice() + "\n");
            }
            for (var answer : failed) {
                context.notice(line(answer.shed(), answer.failure()));
            }
        }
        return failed.isEmpty()
                ? ExitStatus.SUCCESS
                : failed.getFirst().failure().exitStatus();
    }

    private static void none(CommandContext context, Shed shed) throws IOException {
        if (shed.container().state() == Container.State.STOPPED) {
            context.notice("shed: " + shed.name() + " is stopped\n");
        }
    }

    private List<Shed> visible(Identity identity) {
        return sheds.list().stream()
                .filter(shed ->
                        policy.maySee(identity, shed.name(), shed.container().ownerKeys()))
                .toList();
    }

    private static List<SessionRow> rows(List<Answer.Listed> listed, SessionRow.Maker maker) {
        var pace = new Pace();
        return listed.stream()
                .flatMap(answer -> answer.sessions().stream().map(session -> {
                    pace.step();
                    return maker.row(answer.shed(), session);
                }))
                .toList();
    }

    private static List<String> names(List<Answer.Listed> answers) {
        return answers.stream().map(answer -> answer.shed().name().value()).toList();
    }

    private static List<Unanswered> unanswered(List<Answer.Failed> failed) {
        return failed.stream().map(Unanswered::of).toList();
    }

    private static String line(Shed shed, Failure failure) {
        return "shed: " + shed.name() + ": " + FailureText.printable(failure.message()) + "\n";
    }
}
