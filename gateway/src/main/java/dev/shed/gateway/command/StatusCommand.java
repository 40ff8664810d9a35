package dev.shed.gateway.command;

import dev.shed.gateway.access.AccessPolicy;
import dev.shed.gateway.access.Identity;
import dev.shed.gateway.failure.ExitStatus;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.shed.Shed;
import dev.shed.gateway.status.StatusReport;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;

/// `status`: the status of the gateway, for its operators.
@Command(
        name = "status",
        description = "show the status of the gateway; exits with 1 if there are problems",
        customSynopsis = "ssh shed@HOST status",
        footer = "ssh shed@HOST status --json")
final class StatusCommand extends Verb {
    private final StatusReport report;
    private final AccessPolicy policy;

    StatusCommand(StatusReport report, AccessPolicy policy) {
        this.report = report;
        this.policy = policy;
    }

    @Override
    Optional<ShedName> shed() {
        return Optional.empty();
    }

    @Override
    ExitStatus run(CommandContext context) throws IOException, InterruptedException {
        var answer = new StatusAnswer(report.now(shed -> maySee(context.identity(), shed)));
        context.print(json ? answer.json() : answer.text());
        return answer.exitStatus();
    }

    private boolean maySee(Identity identity, Shed shed) {
        return policy.maySee(identity, shed.name(), shed.container().ownerKeys());
    }
}
