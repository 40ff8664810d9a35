package dev.shed.gateway.command;

import dev.shed.gateway.container.ContainerEngine;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.query.SessionQuery;
import dev.shed.gateway.shed.Elapsed;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.Sentences;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `delete`: removes a shed for good. Without `--force` the user must confirm.
@Command(
        name = "delete",
        description = "delete a shed, its sessions, its workspace and its home",
        customSynopsis = {
            "ssh -s SHED@HOST \"delete [--force] [--keep-volume]\"",
            "ssh shed@HOST delete SHED [--force] [--keep-volume]"
        },
        footer = "ssh shed@HOST delete demo --force")
final class DeleteCommand extends ShedVerb {
    /// The exit status if the user does not confirm.
    private static final ExitStatus DECLINED = ExitStatus.of(1);

    @Option(names = "--force", description = "do not ask")
    boolean force;

    @Option(
            names = "--keep-volume",
            description = "keep the workspace and the home; a new shed of the same name uses them")
    boolean keepVolume;

    private final Sheds sheds;
    private final SessionQuery sessionQuery;

    DeleteCommand(Sheds sheds, SessionQuery sessionQuery) {
        this.sheds = sheds;
        this.sessionQuery = sessionQuery;
    }

    record Deleted(String name, boolean workspaceKept, boolean homeKept) {}

    @Override
    ExitStatus run(CommandContext context) throws IOException {
        var shed = sheds.findToDelete(name);
        if (!force && !confirmed(context, shed)) {
            context.notice("nothing deleted\n");
            return DECLINED;
        }
        context.progress("deleting " + name);
        var kept = delete(context);
        if (kept.any() && !keepVolume) {
            boolean both = kept.workspace() && kept.home();
            context.notice("its " + words(kept.workspace(), kept.home())
                    + (both
                            ? " are kept: another container uses the volumes\n"
                            : " is kept: another container uses the volume\n"));
        }
        context.print(
                json ? Json.line(new Deleted(name.value(), kept.workspace(), kept.home())) : "deleted " + name + "\n");
        return ExitStatus.SUCCESS;
    }

    private ContainerEngine.Kept delete(CommandContext context) {
        try (var _ = Elapsed.tell(new EngineAtWork(context))) {
            return sheds.delete(name, keepVolume);
        }
    }

    private boolean confirmed(CommandContext context, Shed shed) throws IOException {
        if (!context.terminal() || json) {
            var line = " shed@HOST delete " + name + (keepVolume ? " --keep-volume" : "");
            throw new ShedException(Failure.usage(
                    "deleting shed '" + name + "' needs --force without a terminal",
                    "at a terminal: ssh -t" + line + "\nssh" + line + " --force"));
        }
        return YesNoPrompt.ask(context, "delete " + name + "? " + lost(shed) + " will be lost [y/N] ");
    }

    private String lost(Shed shed) throws IOException {
        var count = ShedRow.count(sessionQuery.ask(shed));
        var sessions = count != null && count == 0 ? "" : Sentences.sessions(count) + " and ";
        var workspace = shed.container().workspaceVolume();
        var home = shed.container().homeVolume();
        if (keepVolume || workspace.isEmpty()) {
            return sessions + "everything outside its " + words(true, home.isPresent());
        }
        return sessions + "its " + words(true, home.isPresent())
                + home.map(volume -> " (volumes " + workspace.get() + " and " + volume + ")")
                        .orElse(" (volume " + workspace.get() + ")");
    }

    private static String words(boolean workspace, boolean home) {
        return workspace && home ? "workspace and home" : workspace ? "workspace" : "home";
    }
}
