package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.container.ContainerRuntime;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.shed.ContainerCommands;
import dev.shed.gateway.shed.ContainerCommands.Answer;
import dev.shed.gateway.shed.ContainerCommands.Command;
import dev.shed.gateway.shed.Repository;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.Workspace;
import dev.shed.gateway.shed.create.CreateProgress.Stage;
import dev.shed.gateway.text.ShellWords;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Puts a repository into the workspace of a new shed: by `git clone`, or unchanged if a kept workspace already has it.
record Checkout(ContainerEngine engine, ContainerRuntime runtime, Workspace workspace, HostKeys hostKeys) {
    /// Fails with `CLONE_FAILED` if git fails, and with `OTHER_REPOSITORY` if the workspace holds another
    /// repository.
    void provide(Container container, Repository repository, NewShed.Source source, CreateProgress createProgress)
            throws IOException, InterruptedException {
        // The container runs by now; `container` is its state at creation.
        var running = engine.find(container.shed()).orElse(container);
        var shed = new Shed(running, false);
        var directory = workspace.clone(repository);
        var origin = origin(shed, directory);
        if (origin.isPresent()) {
            requireSame(shed, repository, origin.get(), directory);
            createProgress.begins(Stage.USING, repository.shown() + " as it is in the workspace");
            warnOfBranch(shed, directory, source, createProgress);
            return;
        }
        requireNoOther(shed, repository, directory);
        createProgress.begins(Stage.CLONING, repository.shown());
        new GitClone(workspace, hostKeys).run(running, repository, source, createProgress);
    }

    /// The URL of the `origin` remote of the clone in a directory; empty if there is none. It is read from
    /// the file, since git refuses a directory of another user.
    private Optional<String> origin(Shed shed, String directory) {
        var answer =
                run(shed, List.of("git", "config", "--file", directory + "/.git/config", "--get", "remote.origin.url"));
        return Optional.of(ContainerCommands.beginning(answer.out().strip()))
                .filter(url -> answer.ok() && !url.isEmpty());
    }

    private static void requireSame(Shed shed, Repository wanted, String origin, String directory) {
        if (!wanted.sameAs(origin)) {
            throw new ShedException(
                    Failure.otherRepository(shed.name().value(), wanted.shown(), Repository.shown(origin), directory));
        }
    }

    /// Fails with `OTHER_REPOSITORY` if a kept workspace holds another repository than `wanted`.
    private void requireNoOther(Shed shed, Repository wanted, String directory) {
        var kept = engine.workspaceLabels(shed.name()).getOrDefault(Workspace.LABEL, directory);
        if (!kept.equals(directory)) {
            origin(shed, kept).ifPresent(origin -> requireSame(shed, wanted, origin, kept));
        }
    }

    /// Warns if another branch is checked out than was asked for. It is not switched: that could lose work.
    private void warnOfBranch(Shed shed, String directory, NewShed.Source source, CreateProgress createProgress)
            throws IOException {
        var wanted = source.branch().orElse("");
        var branch = git(shed, directory, "symbolic-ref", "--quiet", "--short", "HEAD");
        if (wanted.isEmpty() || isAt(shed, directory, branch, wanted)) {
            return;
        }
        var there = branch.ok()
                ? FailureText.printable(ContainerCommands.beginning(branch.out().strip()))
                : "no branch";
        createProgress.warns("--branch is ignored: the workspace has %s checked out; to switch: git -C %s checkout %s"
                .formatted(there, directory, ShellWords.quoted(wanted)));
    }

    /// Whether `wanted` is checked out. A tag is checked out as its commit, without a branch.
    private boolean isAt(Shed shed, String directory, Answer branch, String wanted) {
        if (branch.ok()) {
            return branch.out().strip().equals(wanted);
        }
        var tags = git(shed, directory, "for-each-ref", "--points-at=HEAD", "--format=%(refname:short)", "refs/tags");
        return tags.out().lines().anyMatch(wanted::equals);
    }

    private Answer git(Shed shed, String directory, String... words) {
        var git = List.of("git", "--git-dir=" + directory + "/.git");
        return run(shed, Stream.concat(git.stream(), Stream.of(words)).toList());
    }

    private Answer run(Shed shed, List<String> argv) {
        return new ContainerCommands(runtime).run(shed, Command.of(argv));
    }
}
