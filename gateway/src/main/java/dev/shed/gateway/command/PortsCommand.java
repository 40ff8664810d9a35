package dev.shed.gateway.command;

import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.shed.ListeningPort;
import dev.shed.gateway.shed.lifecycle.Sheds;
import dev.shed.gateway.text.Json;
import dev.shed.gateway.text.TextTable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ports`: the listening sockets of a shed, which users and editors can forward to.
@Command(
        name = "ports",
        description = "list the listening TCP ports of a shed",
        customSynopsis = {"ssh -s SHED@HOST \"ports [--watch]\"", "ssh shed@HOST ports SHED [--watch]"},
        footer = "ssh -s demo@HOST ports")
final class PortsCommand extends ShedVerb {
    @Option(
            names = "--watch",
            description = "keep running and print the list again when it changes; with --json one line each time")
    boolean watch;

    private final Sheds sheds;

    PortsCommand(Sheds sheds) {
        this.sheds = sheds;
    }

    /// @param process null if it belongs to another user
    record Row(
            String shedName,
            String address,
            int port,
            @Nullable String process,
            @Nullable Long pid) {}

    record Listing(List<Row> ports) {}

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
        if (!watch) {
            context.print(text(sheds.listening(sheds.find(name)), context.columns()));
            return ExitStatus.SUCCESS;
        }
        var ports = sheds.watch(name);
        for (var listening = ports.now(); ; listening = ports.next()) {
            context.print(text(listening, context.columns()) + (json ? "" : "\n"));
        }
    }

    private String text(List<ListeningPort> listening, int columns) {
        return json ? Json.line(listing(listening)) : table(listening).text(columns);
    }

    private Listing listing(List<ListeningPort> listening) {
        return new Listing(listening.stream()
                .map(port -> new Row(
                        name.value(),
                        port.address(),
                        port.port(),
                        port.process().map(ListeningPort.Owner::name).orElse(null),
                        port.process().map(ListeningPort.Owner::pid).orElse(null)))
                .toList());
    }

    private static TextTable table(List<ListeningPort> listening) {
        var table = new TextTable("ADDRESS", "PORT", "PROCESS", "PID").dropping("PID", "PROCESS");
        for (var port : listening) {
            table.row(
                    port.address(),
                    Integer.toString(port.port()),
                    port.process().map(ListeningPort.Owner::name).orElse("-"),
                    port.process().map(process -> Long.toString(process.pid())).orElse("-"));
        }
        return table;
    }
}
