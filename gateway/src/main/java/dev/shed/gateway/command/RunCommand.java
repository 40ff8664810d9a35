package dev.shed.gateway.command;

import dev.shed.gateway.agent.AgentOptions;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.SessionName;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.shed.session.NewSession;
import dev.shed.gateway.shed.session.Sessions;
import dev.shed.gateway.text.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `run`: starts a command in a new session, to which nobody is attached, and returns.
@Command(
        name = "run",
        description = "start a command in a new session, without attaching",
        customSynopsis = {
            "ssh -s SHED@HOST \"run [SESSION] [--worktree BRANCH] -- COMMAND...\"",
            "ssh -s SHED+SESSION@HOST \"run [--worktree BRANCH] -- COMMAND...\"",
            "ssh shed@HOST run SHED [SESSION] [--worktree BRANCH] -- COMMAND..."
        },
        footer = {
            "ssh shed@HOST run demo agent -- claude",
            "ssh shed@HOST run demo --worktree fix-login -- claude \"'fix the login'\""
        })
final class RunCommand extends SessionVerb {
    private static final String END = "--";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SESSION",
            description = "the session, which must not exist (default: a free name after the branch or the command)")
    Optional<SessionName> argument;

    @Option(
            names = "--worktree",
            paramLabel = "BRANCH",
            description = "start in a git worktree of this branch, beside the repository; both are made if missing")
    Optional<String> branch;

    private final Sheds sheds;
    private final Sessions sessions;
    private List<String> command = List.of();

    RunCommand(Sheds sheds, Sessions sessions) {
        this.sheds = sheds;
        this.sessions = sessions;
    }

    record Started(
            String name,
            String shedName,
            String directory,
            @Nullable String branch) {}

    /// All words behind the first `--` are the command's.
    @Override
    List<String> withoutCommand(List<String> words) {
        int end = words.indexOf(END);
        command = end < 0 ? List.of() : List.copyOf(words.subList(end + 1, words.size()));
        return end < 0 ? words : words.subList(0, end);
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw usage("COMMAND is missing; it follows --");
        }
        branch.ifPresent(CreateCommand::requireBranch);
        var session = argument.isEmpty() && addressed(context.address()).isEmpty()
                ? Optional.<SessionName>empty()
                : Optional.of(session(context, argument));
        var shed = sheds.find(name);
        sheds.requireNotEnding(shed);
        var started = sessions.run(shed, new NewSession(session, branch, command));
        var row = new Started(started.session().value(), name.value(), started.directory(), branch.orElse(null));
        context.print(json ? Json.line(row) : started.session() + "\n");
        var ended = sessions.endedAtOnce(shed, started.session());
        if (ended.isPresent()) {
            context.notice(notice(context, started.session(), ended.get()));
        }
        if (AgentOptions.of(command).lost()) {
            context.notice("shed: `resume` will start it without its options: " + AgentOptions.LIMITS + "\n");
        }
        return ExitStatus.SUCCESS;
    }

    private String notice(CommandContext context, SessionName session, Sessions.Ended ended) {
        var has = "shed: the command has ended already"
                + ended.how().map(how -> " " + how).orElse("");
        return ended.sessionStays()
                ? has + "; to see what it printed: " + context.advice("ssh -s " + name + "+" + session + "@HOST peek")
                        + "\n"
                : has + ", and its session '" + session + "' with it\n";
    }
}
