package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecSpec;
import dev.shed.gateway.container.ExecSpec.Program;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.GitLogin;
import dev.shed.gateway.shed.Repository;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.stream.Tail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs `git clone` in a new container. The address is a separate argument after `--`; no shell is involved.
///
/// @param workspace the directory that will contain the clone, under the repository's own name
/// @param hostKeys how ssh treats the key of an unknown host
record GitClone(Workspace workspace, HostKeys hostKeys) {
    /// The statuses of the wrapper if git does not exist or cannot be executed.
    private static final List<ExitStatus> MISSING = List.of(ExitStatus.of(126), ExitStatus.of(127));

    /// The protocols that `Repository` accepts. Git checks them again, since `.gitmodules` or a redirection
    /// may name others.
    private static final String PROTOCOLS = "file:http:https:ssh";

    /// Fails with `CLONE_FAILED` and git's error message, or with `TOOL_MISSING`.
    void run(Container container, Repository repository, NewShed.Source source, CreateProgress createProgress)
            throws IOException, InterruptedException {
        var words = new Tail(GitWords.MOST);
        var status = createProgress.run(spec(container, repository, source, createProgress), words);
        if (status.equals(ExitStatus.SUCCESS)) {
            return;
        }
        if (MISSING.contains(status)) {
            throw new ShedException(Failure.toolMissing(container.shed().value(), "git"));
        }
        throw new ShedException(Failure.cloneFailed(repository.shown(), why(words, status)));
    }

    private ExecSpec spec(
            Container container, Repository repository, NewShed.Source source, CreateProgress createProgress) {
        return new ExecSpec(
                container,
                new Program.Argv(argv(repository, source, createProgress)),
                environment(repository, createProgress.environment()),
                Optional.of(ExecSpec.Directory.required(workspace.root())),
                createProgress.terminal());
    }

    private List<String> argv(Repository repository, NewShed.Source source, CreateProgress createProgress) {
        var argv = new ArrayList<>(List.of("git"));
        repository.login().ifPresent(_ -> argv.addAll(GitLogin.options(repository.address())));
        argv.add("clone");
        if (createProgress.wantsProgress()) {
            argv.add("--progress");
        }
        source.branch().ifPresent(name -> argv.add("--branch=" + name));
        if (source.submodules()) {
            argv.add("--recurse-submodules");
        }
        argv.addAll(List.of("--", repository.address(), workspace.clone(repository)));
        return argv;
    }

    /// The environment of git. Git and ssh must fail instead of asking for a password or a host key.
    private Map<String, String> environment(Repository repository, Map<String, String> clients) {
        var variables = new HashMap<>(clients);
        repository.login().map(GitLogin::environment).ifPresent(variables::putAll);
        variables.put("GIT_ALLOW_PROTOCOL", PROTOCOLS);
        variables.put("GIT_TERMINAL_PROMPT", "0");
        variables.put("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o StrictHostKeyChecking=" + hostKeys.word());
        return variables;
    }

    private static String why(Tail words, ExitStatus status) {
        if (status instanceof ExitStatus.Signalled signal) {
            return "git was ended by " + signal.name();
        }
        var complaint = Repository.withoutLogins(GitWords.complaint(words.toString()));
        return complaint.isEmpty() ? "git ended with " + status.code() + " and said nothing" : complaint;
    }
}
