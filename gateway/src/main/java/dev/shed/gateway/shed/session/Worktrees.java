package dev.shed.gateway.shed.session;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Answer;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Repository;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.tmux.PlainText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Git worktrees of the repository in a shed's workspace, one for each branch, in directories beside it.
record Worktrees(ContainerCommands containerCommands, Workspace workspace) {
    /// How long git may take to check out a large repository.
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static final Pattern PATH = Pattern.compile("/[^\\p{Cntrl}]{1,1000}");

    /// Lists the repositories directly below `$1`; the first two, since more make no difference. In a worktree `.git`
    /// is a file.
    private static final String REPOSITORIES = """
            left=2
            for git in "$1"/*/.git; do
                [ -d "$git" ] || continue
                printf '%s\\n' "${git%/.git}"
                left=$((left - 1))
                [ "$left" -gt 0 ] || exit 0
            done
            """;

    /// The directory of a branch's worktree, which is made if there is none; the branch as well. Fails with
    /// `WORKTREE_FAILED`, or with `TOOL_MISSING` if the shed has no git.
    ///
    /// @param branch a name that git allows and that does not begin with a dash
    String of(Shed shed, String branch) {
        var repository = repository(shed, branch);
        git(shed, repository, "worktree", "prune");
        return linked(shed, repository, branch).orElseGet(() -> add(shed, repository, branch));
    }

    /// The repository where sessions start, or the only one in the workspace.
    private String repository(Shed shed, String branch) {
        var start = workspace.directory(shed);
        var answer = git(shed, start, "rev-parse", "--show-toplevel");
        var top = answer.ok() ? answer.out().strip() : only(shed, branch, answer);
        if (!PATH.matcher(top).matches()) {
            throw failed(branch, "the repository has an unusual path");
        }
        if (top.equals(workspace.root())) {
            throw failed(
                    branch,
                    "the repository is " + top + " itself, and a directory beside that would not be in the workspace");
        }
        return top;
    }

    private String only(Shed shed, String branch, Answer answer) {
        var found = run(shed, List.of("sh", "-c", REPOSITORIES, "shed-repositories", workspace.root()))
                .out()
                .lines()
                .toList();
        return switch (found.size()) {
            case 0 -> throw failed(branch, words(answer));
            case 1 -> found.getFirst();
            default ->
                throw failed(
                        branch, workspace.root() + " has several repositories, and sessions start in none of them");
        };
    }

    /// The worktree of a branch beside the repository itself, if there is one.
    private Optional<String> linked(Shed shed, String repository, String branch) {
        var directory = "";
        for (var line : git(shed, repository, "worktree", "list", "--porcelain")
                .out()
                .lines()
                .toList()) {
            if (line.startsWith("worktree ")) {
                directory = line.substring("worktree ".length());
            } else if (line.equals("branch refs/heads/" + branch) && !directory.equals(repository)) {
                return Optional.of(directory);
            }
        }
        return Optional.empty();
    }

    private String add(Shed shed, String repository, String branch) {
        var directory = repository + "-" + branch.replaceAll("[^A-Za-z0-9._-]", "-");
        var words = new ArrayList<>(List.of("worktree", "add"));
        if (isKnown(shed, repository, branch)) {
            words.addAll(List.of("--", directory, branch));
        } else {
            words.addAll(List.of("-b", branch, "--", directory));
        }
        var answer = git(shed, repository, words.toArray(String[]::new));
        if (!answer.ok()) {
            throw failed(branch, words(answer));
        }
        return directory;
    }

    /// Whether the repository has the branch, or exactly one of its remotes has.
    private boolean isKnown(Shed shed, String repository, String branch) {
        var local = "refs/heads/" + branch;
        var refs = git(shed, repository, "for-each-ref", "--format=%(refname)", local, "refs/remotes/*/" + branch)
                .out()
                .lines()
                .toList();
        return refs.contains(local)
                || refs.stream().filter(ref -> ref.endsWith("/" + branch)).count() == 1;
    }

    private Answer git(Shed shed, String directory, String... words) {
        var argv = new ArrayList<>(List.of("git", "-C", directory));
        argv.addAll(List.of(words));
        return run(shed, argv);
    }

    private Answer run(Shed shed, List<String> argv) {
        var answer = containerCommands.run(shed, Command.of(argv).within(LIMIT));
        if (answer.noSuchProgram()) {
            throw new ShedException(Failure.toolMissing(shed.name().value(), argv.getFirst()));
        }
        return answer;
    }

    private static String words(Answer answer) {
        var said = answer.err()
                .lines()
                .map(line -> PlainText.of(line).strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("Preparing worktree"))
                .toList();
        return Repository.withoutLogins(ContainerCommands.beginning(String.join("; ", said)));
    }

    private static ShedException failed(String branch, String why) {
        return new ShedException(Failure.worktreeFailed(branch, why));
    }
}
