package dev.shed.cli.doctor;

import dev.shed.cli.call.Call;
import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.sshconfig.ConfigFile;
import dev.shed.cli.sshconfig.ConfigText;
import dev.shed.cli.sshconfig.Entry;
import dev.shed.cli.sshconfig.HostOptions;
import dev.shed.cli.sshconfig.SshConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Checks the client's block in `~/.ssh/config`, and whether other lines of the file override it.
final class SshConfigChecks {
    private static final String ABOUT = "ssh-config";

    private final Call call;

    SshConfigChecks(Call call) {
        this.call = call;
    }

    List<Check> look() throws IOException, InterruptedException {
        var file = call.home().sshConfig();
        if (Files.exists(file)) {
            var open = FileChecks.shared(file.toRealPath());
            if (open.isPresent()) {
                return List.of(open.get());
            }
        }
        var text = new ConfigFile(call.home()).read();
        if (text.block().isEmpty()) {
            return List.of(Check.ok(ABOUT, "no aliases; 'shed ssh-config --install' makes ssh shed-SHED work"));
        }
        var checks = new ArrayList<Check>();
        if (text.block().get().isEdited()) {
            checks.add(Check.warn(
                    ABOUT, "the block in " + file + " was edited by hand", "shed ssh-config --dry-run --force"));
        }
        checks.addAll(entries(text));
        return checks;
    }

    private List<Check> entries(ConfigText text) throws IOException, InterruptedException {
        var config = new SshConfig(call, false);
        var entries = config.entries(text);
        var checks = new ArrayList<Check>();
        int stale = text.block().orElseThrow().entries().size() - entries.size();
        if (stale > 0) {
            checks.add(Check.warn(
                    ABOUT, "entries for servers that were removed: " + stale, "shed ssh-config --all --install"));
        }
        if (!entries.isEmpty()) {
            var first = entries.getFirst();
            var alias = config.alias(text, first).orElseThrow();
            effect(first, alias).ifPresent(checks::add);
            sharing(alias).ifPresent(checks::add);
        }
        if (checks.isEmpty()) {
            checks.add(Check.ok(
                    ABOUT, "aliases " + entries.size() + " in " + call.home().sshConfig()));
        }
        return checks;
    }

    /// Compares an entry with what ssh reads from it (`ssh -G`).
    private Optional<Check> effect(Entry entry, String alias) throws IOException, InterruptedException {
        var said = HostOptions.ask(alias);
        var server = call.settings().server(entry.server());
        boolean works =
                said.first("user").equals(entry.shed()) && said.first("port").equals(Integer.toString(server.port()));
        return works
                ? Optional.empty()
                : Optional.of(Check.fail(
                        ABOUT,
                        CliFailure.Code.CONFIG,
                        "ssh takes " + alias + " for " + said.first("user") + "@" + said.first("hostname") + ", port "
                                + said.first("port") + ": it does not read "
                                + call.home().sshConfig() + ", or an entry above the block overrides it",
                        "shed ssh-config --install"));
    }

    /// Warns if the user's ControlPath lacks the login name: the connections of different sheds would then be
    /// shared.
    private static Optional<Check> sharing(String alias) throws InterruptedException {
        var path = HostOptions.ask(alias).first("controlpath");
        boolean same = !path.isEmpty()
                && path.equals(HostOptions.ask("nobody@" + alias).first("controlpath"));
        return same
                ? Optional.of(Check.warn(
                        ABOUT,
                        "ControlPath in your ssh configuration does not contain the login name: ssh would reuse the"
                                + " connection to another shed",
                        "ControlPath ~/.ssh/%C"))
                : Optional.empty();
    }
}
